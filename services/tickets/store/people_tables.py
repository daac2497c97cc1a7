"""The tables of people: who belongs where, and what their tokens have shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.tickets.store.columns import Table, json, moment, words


class PersonRow(Table, table=True):
    """Who belongs to a site; `moves_at` is when the next unit that they left is seen to,
    `told_version` the last one that a fact told of, None where an instance of a release before
    did.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index("people_by_person", "person_id"),
        Index("people_to_restate", "said_at"),
        Index("people_moving", "moves_at", postgresql_where=text("moves_at is not null")),
    )

    id: str = Field(sa_column=Column(Text, primary_key=True))
    site_id: str = words()
    person_id: str = words()
    version: int
    roles: list[str] | None = Field(sa_column=Column(JSONB))
    units: list[dict[str, Any]] | None = Field(sa_column=Column(JSONB))
    removed_at: datetime | None = moment(nullable=True)
    units_left: list[str] = json()
    moves_at: datetime | None = moment(nullable=True)
    said_at: datetime = moment()
    told_version: int | None = Field(sa_column=Column(Integer))


class ShownRow(Table, table=True):
    """Which units the newest token of a person claims, since when tokens do, and when each was
    claimed last.
    """

    __tablename__ = "shown_claims"
    __table_args__ = (
        Index(
            "shown_claims_to_lapse",
            "claimed_at",
            postgresql_where=text("claimed_at is not null"),
        ),
    )

    person_id: str = Field(sa_column=Column(Text, primary_key=True))
    issued_at: datetime = moment()
    units: dict[str, str] = json()
    claimed: dict[str, str] = json()
    claimed_at: datetime | None = moment(nullable=True)
