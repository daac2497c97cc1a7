"""The table of attachments: what is kept of the files on tickets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.tickets.store.columns import Table, json, moment


class AttachmentRow(Table, table=True):
    """What is kept of a file on a ticket; `remove_at` is set when its ticket is gone."""

    __tablename__ = "attachments"
    __table_args__ = (
        Index("attachments_by_ticket", "ticket_id"),
        Index("attachments_to_remove", "remove_at", postgresql_where=text("remove_at is not null")),
    )

    id: UUID = Field(primary_key=True)
    ticket_id: UUID
    at: datetime = moment()
    kept: dict[str, Any] = json()
    remove_at: datetime | None = moment(nullable=True)
