"""The tables of __service__, on a registry of their own; the kernel's tables join it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Text, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db.tables import kernel_tables


class Table(SQLModel, registry=registry()):
    """Base of this service's tables."""


def _words() -> Any:
    return Field(sa_column=Column(Text, nullable=False))


class __Entity__Row(Table, table=True):
    """The names are those of the domain's __entity__."""

    __tablename__ = "__entity__s"
    __table_args__ = (
        Index("__entity__s_of_ticket", "ticket_id"),
        Index("__entity__s_due", "due_at", postgresql_where=text("state = 'open'")),
    )

    id: UUID = Field(primary_key=True)
    version: int
    site_id: str = _words()
    ticket_id: UUID
    state: str = _words()
    text: str = _words()
    due_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


kernel_tables(Table.metadata)
