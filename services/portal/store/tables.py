"""The portal's tables: who may sign in, and who is signed in. It holds no row of the business."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import registry
from sqlmodel import Field

from shared.db.idempotency_table import idempotency_table
from shared.db.row import Row


class Table(Row, registry=registry()):
    """Base of this service's tables."""


_MOMENT: Any = TIMESTAMP(timezone=True)
_TEXT: Any = Text


class AccountRow(Table, table=True):
    """`email` is in lower case; `grants` is a list of `{"role", "site"}`."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index(
            "accounts_by_email", "email", unique=True, postgresql_where=text("email is not null")
        ),
    )

    person_id: str = Field(primary_key=True, sa_type=_TEXT)
    name: str = Field(sa_type=_TEXT)
    email: str | None = Field(sa_type=_TEXT, nullable=True)
    phone: str | None = Field(sa_type=_TEXT, nullable=True)
    language: str = Field(sa_type=_TEXT)
    grants: list[Any] = Field(sa_type=JSONB)
    units: list[Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_type=_MOMENT)
    disabled_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    version: int = Field(sa_type=BigInteger)


class SessionRow(Table, table=True):
    """`token_hash` is all that is known of the token in the cookie."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("sessions_by_token", "token_hash", unique=True),
        Index("sessions_by_person", "person_id"),
        Index("sessions_by_end", "ends_at"),
    )

    id: UUID = Field(primary_key=True)
    token_hash: str = Field(sa_type=_TEXT)
    person_id: str | None = Field(sa_type=_TEXT, nullable=True)
    kind: str = Field(sa_type=_TEXT)
    only_ticket: UUID | None = Field(nullable=True)
    csrf_secret: str = Field(sa_type=_TEXT)
    created_at: datetime = Field(sa_type=_MOMENT)
    seen_at: datetime = Field(sa_type=_MOMENT)
    ends_at: datetime = Field(sa_type=_MOMENT)
    idle_s: int = Field(sa_type=BigInteger)
    user_agent: str = Field(sa_type=_TEXT)
    address_prefix: str = Field(sa_type=_TEXT)
    revoked_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)


class LoginLinkRow(Table, table=True):
    """A link to log in by, whose code only its mail has; hashes are in hexadecimal."""

    __tablename__ = "login_links"
    __table_args__ = (
        Index("login_links_by_end", "ends_at"),
        Index("login_links_by_person", "person_id"),
    )

    code_hash: str = Field(primary_key=True, sa_type=_TEXT)
    person_id: str = Field(sa_type=_TEXT)
    next: str = Field(sa_type=_TEXT)
    made_at: datetime = Field(sa_type=_MOMENT)
    ends_at: datetime = Field(sa_type=_MOMENT)
    used_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    handed_over: bool


class OwnSignInRow(Table, table=True):
    """When a person first came by their own means."""

    __tablename__ = "own_sign_ins"

    person_id: str = Field(primary_key=True, sa_type=_TEXT)
    first_at: datetime = Field(sa_type=_MOMENT)


class PasswordRow(Table, table=True):
    __tablename__ = "passwords"

    person_id: str = Field(primary_key=True, sa_type=_TEXT)
    hash: str = Field(sa_type=_TEXT)
    changed_at: datetime = Field(sa_type=_MOMENT)


class IdentityRow(Table, table=True):
    """Whom a company's own issuer names, and whose account that is."""

    __tablename__ = "identities"
    __table_args__ = (Index("identities_by_person", "person_id", "issuer", unique=True),)

    issuer: str = Field(primary_key=True, sa_type=_TEXT)
    subject: str = Field(primary_key=True, sa_type=_TEXT)
    person_id: str = Field(sa_type=_TEXT)
    linked_at: datetime = Field(sa_type=_MOMENT)


class ApiKeyRow(Table, table=True):
    __tablename__ = "api_keys"

    id: UUID = Field(primary_key=True)
    subject: str = Field(sa_type=_TEXT)
    name: str = Field(sa_type=_TEXT)
    sites: list[str] = Field(sa_type=JSONB)
    secret_hash: str = Field(sa_type=_TEXT)
    made_by: str = Field(sa_type=_TEXT)
    made_at: datetime = Field(sa_type=_MOMENT)
    last_used_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)
    revoked_at: datetime | None = Field(sa_type=_MOMENT, nullable=True)


class EndedTicketLinksRow(Table, table=True):
    """Links to tickets that a person was given before then open nothing."""

    __tablename__ = "ended_ticket_links"

    person_id: str = Field(primary_key=True, sa_type=_TEXT)
    before: datetime = Field(sa_type=_MOMENT)


class SignInAttemptRow(Table, table=True):
    """How often one subject of a limit was tried since the first of these tries."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("sign_in_attempts_by_end", "ends_at"),)

    subject: str = Field(primary_key=True, sa_type=_TEXT)
    tries: int = Field(sa_type=BigInteger)
    ends_at: datetime = Field(sa_type=_MOMENT)


class SavedFilterRow(Table, table=True):
    """A list of tickets that a person of the desk has saved; `query` is that of its address."""

    __tablename__ = "saved_filters"
    __table_args__ = (Index("saved_filters_by_person", "person_id", "name", unique=True),)

    id: UUID = Field(primary_key=True)
    person_id: str = Field(sa_type=_TEXT)
    name: str = Field(sa_type=_TEXT)
    query: str = Field(sa_type=_TEXT)
    created_at: datetime = Field(sa_type=_MOMENT)


idempotency_table(Table.metadata)
