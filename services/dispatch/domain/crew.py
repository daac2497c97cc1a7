"""The technicians of a site as one turn sees them: prepared once, asked about many jobs."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from services.dispatch.domain.best_first import BestFirst
from services.dispatch.domain.case import Bar, Case
from services.dispatch.domain.eligibility import bars, has_room, has_skills
from services.dispatch.domain.presence import absence, finishes_in_shift
from services.dispatch.domain.technician import Candidate
from shared.contracts.base import SkillNeed
from shared.ids import SiteId, TechnicianId

_Trade = tuple[SiteId, tuple[SkillNeed, ...]]
_Kind = tuple[_Trade, bool, bool, bool, int, datetime]
"""Of jobs about which technicians are asked in orders that differ by the place of the job alone."""


class Crew:
    """Technicians with what they hold, and with what has been offered to them so far."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._by_id = {each.technician.id: each for each in candidates}
        self._skilled: dict[_Trade, list[TechnicianId]] = {}
        self._with_room: dict[_Kind, BestFirst] = {}
        self._absent: dict[tuple[TechnicianId, SiteId, datetime], Sequence[Bar]] = {}

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._by_id.values())

    def skilled(self, case: Case) -> list[Candidate]:
        """Return those who work at the job's site and have the skills."""
        trade = (case.site_id, case.skills)
        found = self._skilled.get(trade)
        if found is None:
            found = self._skilled[trade] = [
                each.technician.id for each in self if _is_of_trade(each, case)
            ]
        return [self._by_id[id] for id in found]

    def best_first(self, case: Case) -> Iterator[Candidate]:
        """Yield those of them who have room for the job, and if it is for now are there, and long
        enough for the work, in the order in which they are asked.

        To be read before the next `offer`.
        """
        kind = (
            (case.site_id, case.skills),
            case.fans_out,
            case.need.point is not None,
            case.is_for_now,
            case.expected_minutes if case.has_to_fit else 0,
            case.now,
        )
        found = self._with_room.get(kind)
        if found is None:
            found = self._with_room[kind] = BestFirst(
                (
                    each
                    for each in self.skilled(case)
                    if has_room(each, case)
                    and not (case.is_for_now and self._absence(each, case))
                    and finishes_in_shift(each.technician, case)
                ),
                levels=case.levels,
                by_distance=case.fans_out,
                has_place=case.need.point is not None,
                now=case.now,
            )
        return found.search(case)

    def bars(self, candidate: Candidate, case: Case) -> tuple[Bar, ...]:
        """Return every hard rule that bars one of them from the job."""
        return bars(
            candidate, case, absent=self._absence(candidate, case) if case.is_for_now else None
        )

    def offer(self, asked: Iterable[Candidate]) -> None:
        """Count one more open offer to each of these; who is not of the crew is passed over."""
        for id in [each.technician.id for each in asked]:
            if id not in self._by_id:
                continue
            after = self._by_id[id] = self._by_id[id].offered()
            for ordered in self._with_room.values():
                if id in ordered.by_id:
                    ordered.remove(id)
                    if after.places(counting_offers=not ordered.by_distance) > 0:
                        ordered.add(after)

    def _absence(self, candidate: Candidate, case: Case) -> Sequence[Bar]:
        key = (candidate.technician.id, case.site_id, case.now)
        found = self._absent.get(key)
        if found is None:
            found = self._absent[key] = absence(candidate.technician, case)
        return found


def _is_of_trade(candidate: Candidate, case: Case) -> bool:
    return case.site_id in candidate.technician.sites and has_skills(
        candidate.technician, case.skills
    )
