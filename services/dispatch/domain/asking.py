"""Whom to ask about a job now, and if nobody, why and until when."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop

from services.dispatch.domain.eligibility import ASKED_AT_MOST, Bar, Case, Code, bars, has_room, has_skills
from services.dispatch.domain.ranking import Ranked, cost_min, ranked, way_m
from services.dispatch.domain.technician import Candidate
from services.dispatch.domain.work_order import Unable
from shared.ids import TechnicianId


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Hold the job out to these, best first."""

    best: tuple[Candidate, ...]

    @property
    def counted(self) -> dict[TechnicianId, Candidate]:
        """The same with the offer that this makes to each of them."""
        return {each.technician.id: each.offered() for each in self.best}


@dataclass(frozen=True, kw_only=True)
class Nobody:
    """No technician can take it now. `unassignable`: not even one who is merely busy, and `barred` says why, technician by technician;
    `again_at`: when that may differ by itself."""

    barred: tuple[Unable, ...]
    unassignable: bool
    again_at: datetime


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What speaks against one technician, or how they rank."""

    candidate: Candidate
    bars: tuple[Bar, ...]
    ranked: Ranked | None


def whom_to_ask(case: Case, candidates: Sequence[Candidate], *, skilled: Sequence[Candidate] | None = None) -> Ask | Nobody:
    """The best of those who can; when nobody is left but who said no once, those one round more.

    An emergency goes to the nearest few at once. `skilled` are those of the candidates who have the skills, where that is known already:
    only they are compared, and the others are looked at where the reasons have to be told.
    """
    if skilled is None:
        skilled = [each for each in candidates if has_skills(each.technician, case.skills)]
    with_room = [each for each in skilled if has_room(each, case)]
    if best := _best_able(with_room, case):
        return Ask(best=best)
    barring = [(each, bars(each, case)) for each in with_room]
    if once_more := [each for each, found in barring if _may_be_asked_once_more(each, found, case)]:
        return Ask(best=tuple(_in_order(once_more, case)[: _how_many(case)]))
    merely_busy = any(_is_merely_busy(each, bars(each, case), case) for each in skilled if not has_room(each, case))
    return Nobody(
        barred=() if merely_busy else _reasons(case, candidates),
        unassignable=not merely_busy,
        again_at=_again_at(case, [found for _, found in barring]),
    )


def whom_to_ask_in_turn(cases: Iterable[Case], candidates: Iterable[Candidate]) -> list[Ask | Nobody]:
    """Whom to ask about each job; what is offered for one counts for those after it, at whatever site."""
    at_hand = {each.technician.id: each for each in candidates}
    answers: list[Ask | Nobody] = []
    for case in cases:
        answer = whom_to_ask(case, [each for each in at_hand.values() if case.site_id in each.technician.sites])
        if isinstance(answer, Ask):
            at_hand |= answer.counted
        answers.append(answer)
    return answers


def standings(case: Case, candidates: Sequence[Candidate]) -> list[Standing]:
    """Everybody: those who can in the order they would be asked, then the others by name."""
    can, cannot = [], []
    for candidate in candidates:
        barring = bars(candidate, case)
        if barring:
            cannot.append(Standing(candidate=candidate, bars=barring, ranked=None))
        else:
            can.append(candidate)
    order = [ranked(each, case) for each in _in_order(can, case)]
    named = sorted(cannot, key=lambda standing: (standing.candidate.technician.name, standing.candidate.technician.id))
    return [Standing(candidate=each.candidate, bars=(), ranked=each) for each in order] + named


def _best_able(candidates: Iterable[Candidate], case: Case) -> tuple[Candidate, ...]:
    """The best of those whom nothing bars. Only these are looked at rule by rule: to rank is cheaper than to bar, and few are barred."""
    best: list[Candidate] = []
    wanted, rank = _how_many(case), _rank(case)
    ranking = [(rank(each), each) for each in candidates]
    heapify(ranking)
    while ranking and len(best) < wanted:
        _, candidate = heappop(ranking)
        if not bars(candidate, case):
            best.append(candidate)
    return tuple(best)


def _how_many(case: Case) -> int:
    return case.rules.emergency_fan_out if case.fans_out else 1


def _in_order(able: Iterable[Candidate], case: Case) -> list[Candidate]:
    return sorted(able, key=_rank(case))


def _rank(case: Case) -> Callable[[Candidate], tuple[float, float, TechnicianId]]:
    """What they are ordered by, different for each of them: an emergency's by distance first, all others' by cost."""

    def nearest(each: Candidate) -> tuple[float, float, TechnicianId]:
        metres = way_m(each, case)
        return float("inf") if metres is None else metres, cost_min(each, case), each.technician.id

    def cheapest(each: Candidate) -> tuple[float, float, TechnicianId]:
        return cost_min(each, case), 0.0, each.technician.id

    return nearest if case.fans_out else cheapest


def _reasons(case: Case, candidates: Iterable[Candidate]) -> tuple[Unable, ...]:
    found = {each.technician.id: tuple(bar.code.value for bar in bars(each, case)) for each in candidates}
    return tuple(Unable(technician_id=id, codes=codes) for id, codes in sorted(found.items()))


def _may_be_asked_once_more(candidate: Candidate, barring: Sequence[Bar], case: Case) -> bool:
    asked = case.asked.get(candidate.technician.id)
    return {bar.code for bar in barring} == {Code.COOLING_DOWN} and asked is not None and asked.times < ASKED_AT_MOST


def _is_merely_busy(candidate: Candidate, barring: Sequence[Bar], case: Case) -> bool:
    """They could take it, or would be asked once more, if only they had a hand free."""
    rest = [bar for bar in barring if bar.code is not Code.AT_CAPACITY]
    return len(rest) < len(barring) and (not rest or _may_be_asked_once_more(candidate, rest, case))


def _again_at(case: Case, found: Sequence[Sequence[Bar]]) -> datetime:
    """The first time at which everything that bars somebody has lifted by itself, and no later than the site's retry time."""
    latest = case.now + case.rules.retry
    lifted = [max(until for bar in barring if (until := bar.until) is not None) for barring in found if all(bar.until for bar in barring)]
    return min([latest, *(at for at in lifted if at > case.now)])
