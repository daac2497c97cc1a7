"""What a site's record of a person leaves of the claims of their token."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.auth.caller import Caller, Grant, Home, Role
from shared.contracts.people import PersonV1, Residency
from shared.ids import SiteId


def bounded(caller: Caller, records: Sequence[PersonV1], *, now: datetime) -> Caller:
    """Return the caller as what the token and the records of them both say; the same where there is
    no record.

    A record bounds the grants for its own site. One for every site was not given by that site, and
    stands.
    """
    standing = {record.site_id: record for record in records if record.removed_at is None}
    if not standing:
        return caller
    return replace(
        caller,
        roles=tuple(
            grant
            for grant in caller.roles
            if grant.site not in standing or _grants(standing[grant.site], grant, now=now)
        ),
        homes=frozenset(
            Home(SiteId(record.site_id), home.unit, home.since)
            for record in standing.values()
            for home in record.units or ()
            if home.unit in caller.units and _is_current(home, now=now)
        ),
        recorded=frozenset(
            SiteId(record.site_id) for record in standing.values() if record.units is not None
        ),
        left=frozenset(
            (SiteId(record.site_id), unit)
            for record in standing.values()
            for unit in _left(record, now=now)
        ),
    )


def may_be_told(record: PersonV1 | None, roles: Sequence[Role], *, now: datetime) -> bool:
    """Return whether the record leaves the person one of these roles at its site; True without a
    record, for then their token says.
    """
    if record is None or record.removed_at is not None:
        return True
    site = SiteId(record.site_id)
    return any(_grants(record, Grant(role, site), now=now) for role in roles)


def _grants(record: PersonV1, grant: Grant, *, now: datetime) -> bool:
    if record.roles is None or grant.role in record.roles:
        return True
    # who lives in a unit is a resident
    return grant.role is Role.RESIDENT and any(
        _is_current(home, now=now) for home in record.units or ()
    )


def _left(record: PersonV1, *, now: datetime) -> set[str]:
    homes = record.units or ()
    lived_in = {home.unit for home in homes if home.since <= now} | {*record.units_left}
    return lived_in - {home.unit for home in homes if _is_current(home, now=now)}


def _is_current(home: Residency, *, now: datetime) -> bool:
    return home.since <= now and (home.until is None or now < home.until)
