"""Which technicians to ask about a job now, or why none and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from services.dispatch.domain.case import Bar, Case, Code
from services.dispatch.domain.crew import Crew
from services.dispatch.domain.eligibility import MAX_ASKED, bars, has_room, may_hold
from services.dispatch.domain.presence import opens_at
from services.dispatch.domain.ranking import Ranked, rank_of, ranked
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import Unable

_PASSES = frozenset({Code.AT_CAPACITY, Code.OUTSIDE_WINDOWS})
"""What bars those who are merely busy, or too early."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Hold the job out to these, best first."""

    best: tuple[Candidate, ...]


@dataclass(frozen=True, kw_only=True)
class NoCandidate:
    """No technician can take it now.

    `unassignable`: not even one who is merely busy, or the resident is at home later; of an
    emergency that all are busy is no comfort. `again_at`: when that may differ by itself.
    """

    unassignable: bool
    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One technician's result for a job: the rules that bar them, or their rank."""

    candidate: Candidate
    bars: tuple[Bar, ...]
    ranked: Ranked | None


def whom_to_ask(case: Case, crew: Crew) -> Ask | NoCandidate:
    """Return the best of those who can; when none is left but those who said no once, these one
    round more.

    An emergency goes to the nearest few at once; where none has room, to those who would hold it
    beside what they hold. What the resident wants later is looked at when it is time.
    """
    if case.windows and (skilled := crew.skilled(case)) and (at := opens_at(case, skilled)):
        return NoCandidate(unassignable=False, again_at=at)
    if best := best_able(case, crew, limit=_how_many(case)):
        return Ask(best=best)
    skilled = crew.skilled(case)
    barring = [(each, crew.bars(each, case)) for each in skilled if may_hold(each, case)]
    busy_but_able = [each for each, found in barring if not found]
    once_more = [each for each, found in barring if _may_be_asked_once_more(each, found, case)]
    if left := busy_but_able or once_more:
        return Ask(best=tuple(_in_order(left, case)[: _how_many(case)]))
    merely_busy = not case.need.is_emergency and any(
        _is_merely_busy(each, crew.bars(each, case), case) for each in skilled
    )
    return NoCandidate(
        unassignable=not merely_busy, again_at=_again_at(case, [found for _, found in barring])
    )


def whom_to_ask_in_turn(
    cases: Iterable[Case], candidates: Iterable[Candidate]
) -> list[Ask | NoCandidate]:
    """Return whom to ask about each job; what is offered for one counts for those after it, at
    whatever site.
    """
    crew = Crew(candidates)
    answers: list[Ask | NoCandidate] = []
    for case in cases:
        answer = whom_to_ask(case, crew)
        if isinstance(answer, Ask):
            crew.offer(answer.best)
        answers.append(answer)
    return answers


def best_able(case: Case, crew: Crew, *, limit: int) -> tuple[Candidate, ...]:
    """Return the best of those whom nothing bars, `limit` of them.

    Only these are looked at rule by rule: few are barred.
    """
    able = (each for each in crew.best_first(case) if not crew.bars(each, case))
    return tuple(islice(able, limit))


def reasons(case: Case, crew: Crew) -> tuple[Unable, ...]:
    """Return what bars each of them from the job, in order of their ids."""
    found = {
        each.technician.id: tuple(bar.code.value for bar in crew.bars(each, case)) for each in crew
    }
    return tuple(Unable(technician_id=id, codes=codes) for id, codes in sorted(found.items()))


def standings(case: Case, candidates: Sequence[Candidate]) -> list[Standing]:
    """Return all candidates: those who can in the order they would be asked, then the others by
    name.
    """
    can, cannot = [], []
    for candidate in candidates:
        barring = bars(candidate, case)
        if barring:
            cannot.append(Standing(candidate=candidate, bars=barring, ranked=None))
        else:
            can.append(candidate)
    order = [ranked(each, case) for each in _in_order(can, case)]
    named = sorted(
        cannot,
        key=lambda standing: (standing.candidate.technician.name, standing.candidate.technician.id),
    )
    return [Standing(candidate=each.candidate, bars=(), ranked=each) for each in order] + named


def _how_many(case: Case) -> int:
    return case.rules.emergency_fan_out if case.fans_out else 1


def _in_order(able: Iterable[Candidate], case: Case) -> list[Candidate]:
    """Return them best first; those who have no room come last."""
    rank = rank_of(case)
    return sorted(able, key=lambda each: (not has_room(each, case), rank(each)))


def _may_be_asked_once_more(candidate: Candidate, barring: Sequence[Bar], case: Case) -> bool:
    asked = case.asked.get(candidate.technician.id)
    return (
        {bar.code for bar in barring} == {Code.COOLING_DOWN}
        and asked is not None
        and asked.times < MAX_ASKED
        and not asked.gave_back
    )


def _is_merely_busy(candidate: Candidate, barring: Sequence[Bar], case: Case) -> bool:
    """Return whether they could take it, or would be asked once more, if only they had a hand
    free and the resident were at home.
    """
    rest = [bar for bar in barring if bar.code not in _PASSES]
    return len(rest) < len(barring) and (not rest or _may_be_asked_once_more(candidate, rest, case))


def _again_at(case: Case, found: Sequence[Sequence[Bar]]) -> datetime:
    """Return the first time at which everything that bars one of them has lifted by itself, and no
    later than the site's retry time.
    """
    latest = case.now + case.rules.retry
    lifted = [
        max(until for bar in barring if (until := bar.until) is not None)
        for barring in found
        if all(bar.until for bar in barring)
    ]
    return min([latest, *(at for at in lifted if at > case.now)])
