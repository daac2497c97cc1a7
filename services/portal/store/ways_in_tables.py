"""Tables of the ways in: what proves a person or an integration, and how often that was tried."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlmodel import Field

from services.portal.store.tables import Table

_MOMENT: Any = TIMESTAMP(timezone=True)
_TEXT: Any = Text


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


class SignInAttemptRow(Table, table=True):
    """How often one subject of a limit was tried since the first of these tries."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("sign_in_attempts_by_end", "ends_at"),)

    subject: str = Field(primary_key=True, sa_type=_TEXT)
    tries: int = Field(sa_type=BigInteger)
    ends_at: datetime = Field(sa_type=_MOMENT)
