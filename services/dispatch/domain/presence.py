"""When a technician can be there: shifts, leave, and the hours at which the resident is at home."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial

from services.dispatch.domain import sentences
from services.dispatch.domain.case import Bar, Case, Code
from services.dispatch.domain.language import Language
from services.dispatch.domain.need import Need
from services.dispatch.domain.places import way_min
from services.dispatch.domain.refusals import NotEligible
from services.dispatch.domain.shifts import covers, next_begin
from services.dispatch.domain.technician import Candidate, Technician

_SETTING_OUT = timedelta(minutes=30)
"""What takes longer than any shift is begun in the first half hour of one."""

_EARLY = timedelta(minutes=30)


def absence(technician: Technician, case: Case) -> list[Bar]:
    """Return what keeps them away at the time of the work; of all jobs of a site that are for now
    it is the same.
    """
    found = []
    agreed, name = not case.is_for_now, technician.name
    if technician.shifts is not None:
        if agreed and not covers(technician.shifts, case.zone, case.work):
            say = partial(sentences.off_at_visit, name=name, visit=case.work)
            found.append(Bar(code=Code.OFF_SHIFT, say=say))
        elif not agreed and technician.stretch(case.zone, case.now) is None:
            begin = next_begin(technician.shifts, case.zone, case.now)
            say = partial(sentences.off_shift, name=name, begin=begin)
            found.append(Bar(code=Code.OFF_SHIFT, say=say, until=begin))
    if leave := technician.on_leave(case.work):
        say = partial(sentences.on_leave, name=name, end=leave.end)
        found.append(Bar(code=Code.ON_LEAVE, say=say, until=leave.end))
    return found


def finishes_in_shift(technician: Technician, case: Case, *, way: float = 0.0) -> bool:
    """Return whether they finish the work, `way` minutes of travel counted, before their shift and
    the overtime that the site allows are over.

    True for those who are off shift, whom another rule bars.
    """
    if not case.has_to_fit or technician.shifts is None:
        return True
    stretch = technician.stretch(case.zone, case.now)
    if stretch is None:
        return True
    takes = timedelta(minutes=case.expected_minutes + way)
    longest = max(stretch.longest + case.rules.overtime - _SETTING_OUT, timedelta(0))
    return case.now + min(takes, longest) <= stretch.end + case.rules.overtime


def shift_end(technician: Technician, case: Case) -> datetime | None:
    """Return when their shift ends, where the work has to be finished in it; None where it need
    not, and for those who have no shifts or are off.
    """
    stretch = technician.stretch(case.zone, case.now) if case.has_to_fit else None
    return None if stretch is None else stretch.end


def demand_on_shift(technician: Technician, need: Need, zone: tzinfo, *, now: datetime) -> None:
    """Raise NotEligible when the technician's shift is over and the work is for now. An emergency
    that was offered to them in time is still theirs to take.
    """
    agreed = need.visit is not None and need.visit.end > now
    if need.is_emergency or agreed or technician.shifts is None:
        return
    if technician.stretch(zone, now) is None:
        raise NotEligible(
            "Your shift is over: the job goes to a technician who is on shift.",
            codes=[Code.OFF_SHIFT.value],
        )


def shift_too_short(candidate: Candidate, case: Case) -> list[Bar]:
    """Return that their shift ends before they could be done."""
    way = way_min(candidate.metres_to(case.need.point, case.now)) if case.has_to_fit else 0.0
    technician = candidate.technician
    if finishes_in_shift(technician, case, way=way):
        return []
    minutes = case.expected_minutes + way
    stretch = technician.stretch(case.zone, case.now)
    end = case.now if stretch is None else stretch.end
    return [
        Bar(
            code=Code.SHIFT_ENDS,
            say=partial(sentences.shift_ends, name=technician.name, end=end, minutes=minutes),
            until=next_begin(technician.shifts or (), case.zone, case.now),
        )
    ]


def too_early(candidate: Candidate, case: Case) -> list[Bar]:
    """Return that they would arrive at none of the hours at which the resident is at home."""
    if not case.windows:
        return []
    way = timedelta(minutes=way_min(candidate.metres_to(case.need.point, case.now)))
    arrival = case.now + way
    if any(window.start <= arrival < window.end for window in case.windows):
        return []
    ahead = [window.start for window in case.windows if window.start > arrival]
    until = ahead[0] - way if ahead else case.windows[-1].end
    say = partial(
        sentences.outside_windows,
        name=candidate.technician.name,
        home_at=ahead[0] if ahead else None,
        until=until,
    )
    return [Bar(code=Code.OUTSIDE_WINDOWS, say=say, until=until)]


def hours_missed(case: Case, *, arrival: datetime) -> str | None:
    """Return, in a sentence, that to arrive then is at none of the hours that the resident asked
    for or agreed; None where it is at one of them, or up to half an hour early. An emergency cannot
    wait for hours.
    """
    visit = case.need.visit
    agreed = visit is not None and not case.is_for_now and not case.need.is_emergency
    hours = (visit,) if visit is not None and agreed else case.windows
    if not hours or any(each.start - _EARLY <= arrival < each.end for each in hours):
        return None
    spoken = case.spoken(Language.ENGLISH)
    told = ", ".join(map(spoken.span, hours))
    which = "A visit is set for" if agreed else "The resident asked to be visited at"
    return f"{which} {told}; to arrive about {spoken.moment(arrival)} is at another time."


def opens_at(case: Case, candidates: Sequence[Candidate]) -> datetime | None:
    """Return when the nearest of these may set out, to arrive when the resident is first at home;
    None where that is so already.
    """
    if not case.windows or case.windows[0].start <= case.now:
        return None
    ways = (way_min(each.metres_to(case.need.point, case.now)) for each in candidates)
    opens = case.windows[0].start - timedelta(minutes=min(ways, default=0.0))
    return opens if opens > case.now else None
