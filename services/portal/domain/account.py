"""Accounts: who may sign in, and as what."""

from dataclasses import dataclass
from datetime import datetime

from services.portal.domain.visitor import Language
from shared.auth.caller import Grant
from shared.ids import PersonId


@dataclass(frozen=True, kw_only=True)
class Account:
    """`person_id` is the person's in tickets' records. `email` is in lower case."""

    person_id: PersonId
    name: str
    email: str | None
    phone: str | None
    language: Language
    grants: tuple[Grant, ...]
    units: frozenset[str]
    created_at: datetime
    disabled_at: datetime | None
    version: int
