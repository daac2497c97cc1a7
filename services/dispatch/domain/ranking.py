"""Who is best: a cost in minutes, term by term. The lowest is asked first."""

from dataclasses import dataclass

from services.dispatch.domain.eligibility import Case
from services.dispatch.domain.places import distance_m, travel_min
from services.dispatch.domain.technician import Candidate

_UNKNOWN_WAY_MIN = 15.0
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
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Ranked:
    candidate: Candidate
    terms: tuple[Term, ...]

    @property
    def cost_min(self) -> float:
        return sum(term.minutes for term in self.terms)


def ranked(candidate: Candidate, case: Case) -> Ranked:
    """Their place in the ranking of one job, explained."""
    return Ranked(
        candidate=candidate,
        terms=(_travel(candidate, case), _load(candidate), _waste(candidate, case), _continuity(candidate, case), _fairness(candidate)),
    )


def way_m(candidate: Candidate, case: Case) -> float | None:
    """Metres from where they are to where the work is; None when either is not known."""
    here, there = candidate.whereabouts(case.now), case.need.point
    return None if here is None or there is None else distance_m(here, there)


def _travel(candidate: Candidate, case: Case) -> Term:
    metres = way_m(candidate, case)
    if metres is None:
        return Term(name="travel", minutes=_UNKNOWN_WAY_MIN, sentence="How far they are is not known.")
    return Term(name="travel", minutes=round(travel_min(metres), 2), sentence=f"{metres:.0f} m away.")


def _load(candidate: Candidate) -> Term:
    load = candidate.load
    minutes = _AHEAD_MIN * load.holds + _OFFERED_MIN * load.open_offers
    return Term(name="load", minutes=minutes, sentence=f"Holds {load.holds}, is offered {load.open_offers}.")


def _waste(candidate: Candidate, case: Case) -> Term:
    needed = {skill.code: skill.level for skill in case.skills}
    levels = candidate.technician.levels
    above = sum(levels[code] - level for code, level in needed.items() if code in levels)
    others = sum(code not in needed for code in levels)
    minutes = _SPARE_LEVEL_MIN * above + _SPARE_SKILL_MIN * others
    return Term(name="skill", minutes=minutes, sentence=f"{above} levels above what is needed, {others} other skills.")


def _continuity(candidate: Candidate, case: Case) -> Term:
    known = candidate.technician.id in case.known_here
    sentence = "Has been here before." if known else "Has not been here before."
    return Term(name="continuity", minutes=_KNOWN_HERE_MIN if known else 0.0, sentence=sentence)


def _fairness(candidate: Candidate) -> Term:
    taken = candidate.load.taken_lately
    return Term(name="fairness", minutes=_TAKEN_LATELY_MIN * taken, sentence=f"Took {taken} jobs in the last 24 hours.")
