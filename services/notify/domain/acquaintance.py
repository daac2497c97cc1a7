"""As what people are known: whose they are to invite, for a portal that lets them in."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.auth.caller import Role
from shared.contracts import PersonV1
from shared.ids import SiteId


@dataclass(frozen=True)
class KnownAs:
    """What a person is at a site; `role` is None where no more is known than that they were told
    something of it.
    """

    site: SiteId
    role: str | None


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """All that a person is known as, and the e-mail address that they gave themself."""

    known: tuple[KnownAs, ...]
    own_email: str | None


def known_by_record(record: PersonV1) -> Collection[KnownAs]:
    """Return as what a record at one site knows the person: who lives there is a resident."""
    roles: set[str | None] = {*(record.roles or ())}
    if record.units:
        roles.add(Role.RESIDENT)
    return [KnownAs(SiteId(record.site_id), role) for role in roles or {None}]
