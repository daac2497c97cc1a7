"""The base of the tables of tickets, on a registry of its own, and their kinds of columns."""

from typing import Any

from sqlalchemy import Column, DateTime, Text, text
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field

from shared.db.row import Row


class Table(Row, registry=registry()):
    """Base of this service's tables."""


def json() -> Any:
    """Of JSON that no index looks into: it is stored as it was written."""
    return Field(sa_column=Column(JSON, nullable=False))


def jsonb() -> Any:
    return Field(sa_column=Column(JSONB, nullable=False))


def since(kind: Any, default: str) -> Any:
    """Of a column that instances of an earlier release do not write."""
    return Field(sa_column=Column(kind, nullable=False, server_default=text(default)))


def moment(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), nullable=nullable))


def words(*, nullable: bool = False, key: bool = False) -> Any:
    return Field(sa_column=Column(Text, nullable=nullable, primary_key=key))
