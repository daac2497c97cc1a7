"""Who can take a job and who cannot, in the words that speak for and against each technician."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.portal.domain.desk.views import Explanation, Standing, Term

_NEVER_OVERRULED = frozenset(
    {"lacks_skill", "certificate_missing", "certificate_expired", "not_this_site", "at_desk"}
)
"""What not even a dispatcher with a reason decides against."""
_AGAINST_FROM_MIN = 5.0
"""A term of the cost speaks against a technician from so many minutes on."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A technician in the list. `can`: nothing bars them; `may`: what does may be overruled."""

    id: str
    name: str
    pros: tuple[str, ...]
    cons: tuple[str, ...]
    bars: tuple[str, ...]
    can: bool
    may: bool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Those who can, the best first; those who may all the same, and those who cannot at all."""

    able: tuple[Candidate, ...]
    overruled: tuple[Candidate, ...]
    unable: tuple[Candidate, ...]

    @property
    def all(self) -> int:
        return len(self.able) + len(self.overruled) + len(self.unable)


def choice_of(explanation: Explanation) -> Choice:
    """Return the technicians in three groups, each in dispatch's order."""
    candidates = [_candidate(each) for each in explanation.items]
    barred = [each for each in candidates if not each.can]
    return Choice(
        able=tuple(each for each in candidates if each.can),
        overruled=tuple(each for each in barred if each.may),
        unable=tuple(each for each in barred if not each.may),
    )


def _candidate(standing: Standing) -> Candidate:
    pros, cons = _weighed(standing.terms)
    return Candidate(
        id=standing.technician_id,
        name=standing.name,
        pros=pros,
        cons=cons,
        bars=tuple(bar.text for bar in standing.bars),
        can=not standing.bars,
        may=not any(bar.code in _NEVER_OVERRULED for bar in standing.bars),
    )


def _weighed(terms: Sequence[Term]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what speaks for the technician, and what against: what costs them minutes, or that
    they do not know the place.
    """
    against = [_is_against(term) for term in terms]
    pros = (term.text for term, con in zip(terms, against, strict=True) if not con)
    cons = (term.text for term, con in zip(terms, against, strict=True) if con)
    return tuple(pros), tuple(cons)


def _is_against(term: Term) -> bool:
    if term.name == "continuity":
        return term.minutes >= 0
    return term.minutes >= _AGAINST_FROM_MIN
