"""Who is best: a cost in minutes, term by term. The lowest is asked first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import inf

from services.dispatch.domain import sentences
from services.dispatch.domain.case import Case
from services.dispatch.domain.places import way_min
from services.dispatch.domain.sentences import Spoken
from services.dispatch.domain.technician import Candidate
from shared.ids import TechnicianId

_AHEAD_MIN = 20.0
_OFFERED_MIN = 10.0
_SPARE_LEVEL_MIN = 2.0
_SPARE_SKILL_MIN = 1.0
_KNOWN_HERE_MIN = -15.0
_TAKEN_LATELY_MIN = 3.0


@dataclass(frozen=True, kw_only=True)
class Term:
    """One reason for or against, worth so many minutes (negative speaks for the technician)."""

    name: str
    minutes: float
    say: Callable[[Spoken], str] = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Ranked:
    candidate: Candidate
    terms: tuple[Term, ...]

    @property
    def cost_min(self) -> float:
        return sum(term.minutes for term in self.terms)


Rank = tuple[float, float, TechnicianId]
"""What technicians are ordered by, different for each of them: the lowest is asked first."""


def rank_of(case: Case) -> Callable[[Candidate], Rank]:
    """Return what ranks a technician for the job: an emergency asks the nearest first, all others
    by cost.
    """

    def rank_of_one(each: Candidate) -> Rank:
        minutes = fixed_min(each, case.levels) + _continuity_min(each, case)
        return rank(
            each.technician.id,
            minutes,
            each.metres_to(case.need.point, case.now),
            by_distance=case.fans_out,
        )

    return rank_of_one


def rank(id: TechnicianId, minutes: float, metres: float | None, *, by_distance: bool) -> Rank:
    """Return the rank of a technician who is so far away (None: not known), and whom the job costs
    so many minutes beside the way.
    """
    # The way last: all other terms are whole minutes, whose sum is exact in any order.
    cost = minutes + way_min(metres)
    if by_distance:
        return inf if metres is None else metres, cost, id
    return cost, 0.0, id


def fixed_min(candidate: Candidate, levels: Mapping[str, int]) -> float:
    """Return the sum of the terms that are the same for every job which needs these levels, in
    whole minutes, never below zero.
    """
    return _load_min(candidate) + _waste_min(*_spare(candidate, levels)) + _fairness_min(candidate)


def ranked(candidate: Candidate, case: Case) -> Ranked:
    """Return their place in the ranking of one job, explained."""
    metres, load = candidate.metres_to(case.need.point, case.now), candidate.load
    above, others = _spare(candidate, case.levels)
    known = candidate.technician.id in case.known_here
    terms = (
        Term(
            name="travel",
            minutes=way_min(metres),
            say=partial(sentences.travel, metres=metres),
        ),
        Term(
            name="load",
            minutes=_load_min(candidate),
            say=partial(sentences.load, holds=load.holds, offered=load.open_offers),
        ),
        Term(
            name="skill",
            minutes=_waste_min(above, others),
            say=partial(sentences.spare_skill, above=above, others=others),
        ),
        Term(
            name="continuity",
            minutes=_continuity_min(candidate, case),
            say=partial(sentences.continuity, known=known),
        ),
        Term(
            name="fairness",
            minutes=_fairness_min(candidate),
            say=partial(sentences.fairness, taken=load.taken_lately),
        ),
    )
    return Ranked(candidate=candidate, terms=terms)


def _load_min(candidate: Candidate) -> float:
    return _AHEAD_MIN * candidate.load.holds + _OFFERED_MIN * candidate.load.open_offers


def _spare(candidate: Candidate, needed: Mapping[str, int]) -> tuple[int, int]:
    """Return how many levels they are above what is needed, and how many other skills they have."""
    above, others = 0, 0
    for code, level in candidate.technician.levels.items():
        if code in needed:
            above += level - needed[code]
        else:
            others += 1
    return above, others


def _waste_min(above: int, others: int) -> float:
    return _SPARE_LEVEL_MIN * above + _SPARE_SKILL_MIN * others


def _continuity_min(candidate: Candidate, case: Case) -> float:
    return _KNOWN_HERE_MIN if candidate.technician.id in case.known_here else 0.0


def _fairness_min(candidate: Candidate) -> float:
    return _TAKEN_LATELY_MIN * candidate.load.taken_lately
