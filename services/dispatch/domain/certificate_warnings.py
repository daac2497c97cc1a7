"""That a certificate ends soon is told some days before, each of these once; after a time in which
nothing was told, the newest alone.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from services.dispatch.domain.certificates import CertificateWarning, ends, midnight
from services.dispatch.domain.technician import Technician

WARNED_DAYS = (90, 60, 30, 7, 0)
"""So many days before the last one."""
WARNED_AT = time(9)
"""When people are at work: on the wall of the technician's first site."""


def warned(technician: Technician, *, zone: tzinfo, now: datetime) -> Technician:
    """Return the technician, in the next version, with the newest warning that is due of each kind,
    and without those of certificates that were renewed or taken out; the same where that is so
    already.

    Of a kind that was over before anything was told of it there is nothing to warn of.
    """
    today = now.astimezone(zone).date()
    told = {warning.kind: warning for warning in technician.certificate_warnings}
    warnings = []
    for kind, end in ends(technician.certificates, today=today).items():
        before = told.get(kind)
        if before is not None and before.expires_on != end:
            before = None
        due = [days for days in WARNED_DAYS if _moment(end, days, zone) <= now]
        days = min(due, default=None)
        is_new = days is not None and (before.days > days if before else today <= end)
        if days is not None and is_new:
            warnings.append(CertificateWarning(kind=kind, expires_on=end, days=days, at=now))
        elif before is not None:
            warnings.append(before)
    if tuple(warnings) == technician.certificate_warnings:
        return technician
    return replace(technician, certificate_warnings=tuple(warnings), version=technician.version + 1)


def next_look(
    technician: Technician, *, zone: tzinfo, zones: Iterable[tzinfo], now: datetime
) -> datetime | None:
    """Return when a warning falls due next, or certificates are over at one of the technician's
    sites, in whose zones days end; None where neither will be.
    """
    moments = []
    for end in ends(technician.certificates, today=now.astimezone(zone).date()).values():
        moments += [_moment(end, days, zone) for days in WARNED_DAYS]
        moments += [midnight(end + timedelta(days=1), each) for each in zones]
    return min((moment for moment in moments if moment > now), default=None)


def _moment(end: date, days: int, zone: tzinfo) -> datetime:
    return datetime.combine(end - timedelta(days=days), WARNED_AT, tzinfo=zone).astimezone(UTC)
