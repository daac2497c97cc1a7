"""Who can: the hard rules, each with a code and a sentence, so that "why not Li?" has an answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from services.dispatch.domain import sentences
from services.dispatch.domain.case import Bar, Case, Code
from services.dispatch.domain.certificates import lapse_of, midnight
from services.dispatch.domain.language import Language
from services.dispatch.domain.places import way_min
from services.dispatch.domain.presence import absence, shift_too_short, too_early
from services.dispatch.domain.refusals import NotEligible
from services.dispatch.domain.technician import Candidate, Technician
from shared.contracts.base import SkillNeed

MAX_ASKED = 2
"""How often one technician is asked about a job within one cooling-down time: once, and one round
more when no other technician is left.
"""

CERTIFICATES = frozenset({Code.CERTIFICATE_MISSING, Code.CERTIFICATE_EXPIRED})
NEVER_OVERRULED = CERTIFICATES | {Code.LACKS_SKILL, Code.NOT_THIS_SITE}
"""What not even a dispatcher with a reason can decide away."""
LASTING = NEVER_OVERRULED | {Code.ON_LEAVE, Code.AT_CAPACITY}
"""What a dispatcher cannot decide away without a reason."""


def bars(
    candidate: Candidate,
    case: Case,
    *,
    counting_offers: bool = True,
    absent: Sequence[Bar] | None = None,
) -> tuple[Bar, ...]:
    """Return every hard rule that bars them, none when they can. An emergency does not count what
    is merely offered to them, nor what they hold unless that is an emergency too.

    `absent` is what `absence` says of them, where that is known already.
    """
    technician = candidate.technician
    found = [*_lacking(technician, case.skills), *_foreign(technician, case)]
    found.extend(lacking_certificates(candidate, case))
    found.extend(absence(technician, case) if absent is None else absent)
    if not may_hold(candidate, case, counting_offers=counting_offers):
        load = candidate.load
        say = partial(
            sentences.at_capacity,
            name=technician.name,
            capacity=technician.capacity,
            holds=load.holds,
            offered=load.open_offers,
        )
        found.append(Bar(code=Code.AT_CAPACITY, say=say))
    found.extend(_cooling_down(technician, case))
    found.extend(_distance(candidate, case))
    found.extend(shift_too_short(candidate, case))
    found.extend(too_early(candidate, case))
    return tuple(found)


def lacking_certificates(
    candidate: Candidate, case: Case, *, arrival: datetime | None = None
) -> list[Bar]:
    """Return each certificate that the work demands and that is not good on the days of the work:
    those of the agreed visit, else of the planned `arrival`, else of the earliest that there can
    be.
    """
    if not case.certificates:
        return []
    technician = candidate.technician
    if arrival is None or arrival < case.now:
        way = way_min(candidate.metres_to(case.need.point, case.now)) if case.is_for_now else 0.0
        arrival = case.now + timedelta(minutes=way)
    first, last = case.days_of_work(arrival=arrival)
    found = []
    for kind in case.certificates:
        lapse = lapse_of(technician.certificates, kind, first=first, last=last)
        if lapse is not None:
            expired = lapse.expired_on is not None
            say = partial(
                sentences.lacks_certificate,
                name=technician.name,
                lapse=lapse,
                first=first,
                last=last,
            )
            # of a visit that is agreed the days stay as they are
            begins = lapse.begins_on if case.is_for_now else None
            found.append(
                Bar(
                    code=Code.CERTIFICATE_EXPIRED if expired else Code.CERTIFICATE_MISSING,
                    say=say,
                    until=None if begins is None else midnight(begins, case.zone),
                )
            )
    return found


def demand_certificates(technician: Technician, case: Case, *, arrival: datetime | None) -> None:
    """Raise NotEligible where a certificate that the work demands is not good on its days."""
    lacking = lacking_certificates(Candidate(technician=technician), case, arrival=arrival)
    if lacking:
        spoken = case.spoken(Language.ENGLISH)
        raise NotEligible(
            " ".join(bar.say(spoken) for bar in lacking), codes=[bar.code.value for bar in lacking]
        )


def newly_barred(candidate: Candidate, *, was: Case, now: Case) -> frozenset[Code]:
    """Return the rules that bar them from the job as it is now, and did not from what it was: what
    a dispatcher has decided away stays decided. Neither full hands nor an answer count, which bar
    new offers only.
    """
    before = {bar.code for bar in bars(candidate, was)} - NEVER_OVERRULED
    if was.need.visit != now.need.visit:
        before -= {Code.OFF_SHIFT, Code.ON_LEAVE}
    found = {bar.code for bar in bars(candidate, now)}
    return frozenset(found - before - {Code.AT_CAPACITY, Code.COOLING_DOWN})


def holder_bars(
    technician: Technician, case: Case, *, is_at_it: bool, planned_arrival: datetime | None = None
) -> tuple[str, ...]:
    """Return the codes of the rules that the technician who holds the job does not meet any more:
    what they can do and are allowed to do when they come, where they work, and whether they are
    there at the agreed visit, or now for an emergency that they are not at yet. A certificate that
    ends while they are at it does not count.
    """
    found = [*_lacking(technician, case.skills), *_foreign(technician, case)]
    lacking = lacking_certificates(Candidate(technician=technician), case, arrival=planned_arrival)
    found += [bar for bar in lacking if not is_at_it or bar.code is not Code.CERTIFICATE_EXPIRED]
    if not case.is_for_now or (case.need.is_emergency and not is_at_it):
        found.extend(absence(technician, case))
    return tuple(sorted({bar.code.value for bar in found}))


def has_skills(technician: Technician, needed: Sequence[SkillNeed]) -> bool:
    """Return whether they can do it at all; all other rules look at when, where and how much."""
    levels = technician.levels
    return all(levels.get(skill.code, 0) >= skill.level for skill in needed)


def has_room(candidate: Candidate, case: Case, *, counting_offers: bool = True) -> bool:
    """Return whether they could hold one more job; what is merely offered to them counts too, but
    not for an emergency.
    """
    return candidate.places(counting_offers=counting_offers and not case.fans_out) > 0


def may_hold(candidate: Candidate, case: Case, *, counting_offers: bool = True) -> bool:
    """Return whether they have room for the job, or may hold it beyond that: an emergency, while
    they hold no other.
    """
    return has_room(candidate, case, counting_offers=counting_offers) or (
        case.need.is_emergency and candidate.load.emergencies == 0
    )


def _foreign(technician: Technician, case: Case) -> list[Bar]:
    if case.site_id in technician.sites and technician.removed_at is None:
        return []
    say = partial(
        sentences.not_this_site,
        name=technician.name,
        site=case.site_id,
        removed=technician.removed_at is not None,
    )
    return [Bar(code=Code.NOT_THIS_SITE, say=say)]


def _lacking(technician: Technician, needed: Sequence[SkillNeed]) -> list[Bar]:
    if has_skills(technician, needed):
        return []
    levels, name = technician.levels, technician.name
    return [
        Bar(
            code=Code.LACKS_SKILL,
            say=partial(
                sentences.lacks_skill, name=name, skill=skill, level=levels.get(skill.code)
            ),
        )
        for skill in needed
        if levels.get(skill.code, 0) < skill.level
    ]


def _cooling_down(technician: Technician, case: Case) -> list[Bar]:
    asked = case.asked.get(technician.id)
    if asked is None or (until := asked.last + case.rules.cooling_down) <= case.now:
        return []
    say = partial(
        sentences.cooling_down,
        name=technician.name,
        times=asked.times,
        gave_back=asked.gave_back,
        until=until,
    )
    return [Bar(code=Code.COOLING_DOWN, say=say, until=until)]


def _distance(candidate: Candidate, case: Case) -> list[Bar]:
    limit, metres = case.rules.max_distance_m, candidate.metres_to(case.need.point, case.now)
    if limit is None or metres is None or metres <= limit:
        return []
    name = candidate.technician.name
    say = partial(sentences.too_far, name=name, metres=metres, limit=limit)
    return [Bar(code=Code.TOO_FAR, say=say)]
