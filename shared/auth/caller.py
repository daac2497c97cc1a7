"""Who is asking, and as what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.ids import PersonId, SiteId, TechnicianId, TicketId

EVERY_SITE = "*"


class Role(StrEnum):
    RESIDENT = "resident"
    TECHNICIAN = "technician"
    DISPATCHER = "dispatcher"
    MANAGER = "manager"
    ADMIN = "admin"
    INTEGRATION = "integration"


STAFF = (Role.DISPATCHER, Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True)
class Grant:
    """A role at a site; the site `*` means every one."""

    role: Role
    site: SiteId


@dataclass(frozen=True)
class Home:
    """A unit that a person lives in since then; the site `*` is every one that has no record of
    where they live.
    """

    site: SiteId
    unit: str
    since: datetime


@dataclass(frozen=True)
class Caller:
    """A person or a machine whose token was proven.

    `units` are the flats that a resident's token claims, `BUILDING-UNIT`; `homes` those that count,
    and since when: none before `Belongings` has looked. `recorded` are the sites whose record says
    where the person lives, `left` the units (site, unit) that they lived in and left. `issued_at`
    is None for a token that does not say. `only` is the ticket that alone exists for the caller;
    None: the token says nothing of that kind.
    """

    id: PersonId
    roles: tuple[Grant, ...]
    units: frozenset[str] = frozenset()
    issued_at: datetime | None = None
    homes: frozenset[Home] = frozenset()
    recorded: frozenset[SiteId] = frozenset()
    left: frozenset[tuple[SiteId, str]] = frozenset()
    only: TicketId | None = None

    def has(self, role: Role, site: str) -> bool:
        return self._has_one((role,), site)

    def lives_since(self, site: str, unit: str | None) -> datetime | None:
        """Return since when the caller lives in the unit; None where they do not."""
        theirs = EVERY_SITE if site not in self.recorded else site
        since = (home.since for home in self.homes if home.unit == unit and home.site == theirs)
        return min(since, default=None)

    def is_staff(self, site: str) -> bool:
        """Return whether the caller is a dispatcher, manager or admin of the site."""
        return self._has_one(STAFF, site)

    def _has_one(self, roles: tuple[Role, ...], site: str) -> bool:
        # a loop, which costs a third of `any`: every request asks several times
        for grant in self.roles:
            if grant.role in roles and (grant.site == site or grant.site == EVERY_SITE):
                return True
        return False

    def sites(self, *roles: Role) -> frozenset[str] | None:
        """Return the sites at which the caller has one of the roles; None means every site."""
        sites = frozenset(grant.site for grant in self.roles if grant.role in roles)
        return None if EVERY_SITE in sites else sites


class WorkScheme(StrEnum):
    """What a token that is no bearer token is for, as the `Authorization` header says it."""

    OFFER = "offer"
    JOB = "job"


@dataclass(frozen=True)
class Credential:
    """Who answers one offer or works on one job, as a token says that was made for that alone
    (`Offer …`, `Job …`) and was proven.

    Whether the offer or the job is still theirs is for its row to say. `id` is the offer's or the
    job's.
    """

    scheme: WorkScheme
    id: UUID
    ticket_id: TicketId
    technician_id: TechnicianId


def subject_of(identity: Caller | Credential) -> str:
    """Return the subject of the person: a technician's offers and jobs are theirs."""
    return identity.id if isinstance(identity, Caller) else identity.technician_id
