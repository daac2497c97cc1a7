"""Certificates: what a technician is allowed to do, from day to day in a site's own time, and which
work demands one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from shared.contracts.base import SkillNeed

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Good from `issued_on` through the whole of `expires_on`; `kind` as rules of sites name it."""

    kind: str
    number: str
    issued_on: date
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class CertificateWarning:
    """It was told at `at`, `days` before it or later, that a kind ends with `expires_on`."""

    kind: str
    expires_on: date
    days: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CertificateRules:
    """Which kinds of certificate work demands: by its category, and by each skill that it needs."""

    certificates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skill_certificates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def certificates_for(self, category: str, skills: Iterable[SkillNeed]) -> tuple[str, ...]:
        """Return the kinds that such work demands, each once, in order."""
        if not self.certificates and not self.skill_certificates:
            return ()
        by_skill = (self.skill_certificates.get(skill.code, ()) for skill in skills)
        kinds = set(self.certificates.get(category, ())).union(*by_skill)
        return tuple(sorted(kinds))


@dataclass(frozen=True, kw_only=True)
class Lapse:
    """Why a kind does not do for some days: certificates of it ended with `expired_on` (None: there
    was none then); `begins_on`: when the next one begins, where one does later.
    """

    kind: str
    expired_on: date | None
    begins_on: date | None


def lapse_of(
    certificates: Sequence[Certificate], kind: str, *, first: date, last: date
) -> Lapse | None:
    """Return why the technician may not do what demands the kind from `first` through `last`; None
    where they may on each of these days.
    """
    ours = [each for each in certificates if each.kind == kind]
    reached = _good_through(ours, first)
    if reached is not None and reached >= last:
        return None
    ended = (each.expires_on for each in ours if each.expires_on < first)
    later = (each.issued_on for each in ours if each.issued_on > (reached or first))
    return Lapse(
        kind=kind,
        expired_on=reached or max(ended, default=None),
        begins_on=min(later, default=None),
    )


def ends(certificates: Sequence[Certificate], *, today: date) -> dict[str, date]:
    """Return for each kind the last day through which it is good without a gap, from today on or
    from when it begins; of a kind of which all are over, when the last was.
    """
    found = {}
    for kind in sorted({each.kind for each in certificates}):
        ours = [each for each in certificates if each.kind == kind]
        begins = min((each.issued_on for each in ours if each.issued_on > today), default=today)
        found[kind] = (
            _good_through(ours, today)
            or _good_through(ours, begins)
            or max(each.expires_on for each in ours)
        )
    return found


def days_of(begin: datetime, end: datetime, zone: tzinfo) -> tuple[date, date]:
    """Return the first and the last day of work from `begin` until `end`, as the site counts
    days.
    """
    first = begin.astimezone(zone).date()
    # what ends at midnight does not begin another day
    return first, max(first, (end - timedelta(microseconds=1)).astimezone(zone).date())


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when the day begins there."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _good_through(ours: Iterable[Certificate], day: date) -> date | None:
    """Return the last day through which these follow each other without a gap from `day` on; None
    where none of them is good on `day`.
    """
    reached = day - _DAY
    for each in sorted(ours, key=lambda each: each.issued_on):
        if each.issued_on <= reached + _DAY and each.expires_on > reached:
            reached = each.expires_on
    return reached if reached >= day else None
