"""Technicians who work at several sites, whose turns run side by side: their last free hand is
offered at one of them only.

Work is offered to all others under their one site's lock.
"""

from collections.abc import Collection, Iterable
from typing import Self

from services.dispatch.domain.case import Case
from services.dispatch.domain.eligibility import may_hold
from services.dispatch.domain.technician import Candidate
from services.dispatch.store.candidates import find_loads, lock_technicians, with_emergencies
from shared.db.transaction import Transaction
from shared.ids import TechnicianId


class SharedTechnicians:
    """Those of several sites among the technicians to be asked, locked until the transaction ends,
    with what they have to do by now.
    """

    def __init__(self, asked: Collection[TechnicianId], found: Iterable[Candidate]) -> None:
        self._asked = asked
        self._by_id = {each.technician.id: each for each in found}

    @classmethod
    async def lock(cls, tx: Transaction, candidates: Iterable[Candidate], *, waiting: bool) -> Self:
        """Lock them, after the work orders.

        Without `waiting` those that another transaction has locked count as having no room.
        """
        asked = {each.technician.id for each in candidates if len(each.technician.sites) > 1}
        if not asked:
            return cls(asked, ())
        locked = await lock_technicians(tx, asked, waiting=waiting)
        # In statements after that one: what others have committed until now is seen.
        return cls(asked, await with_emergencies(tx, await find_loads(tx, locked)))

    def take(self, technicians: Iterable[TechnicianId], case: Case) -> bool:
        """Return whether all of them still have room for the job; if so, the offer counts for the
        next one.
        """
        concerned = [id for id in technicians if id in self._asked]
        if not all(id in self._by_id and may_hold(self._by_id[id], case) for id in concerned):
            return False
        self._by_id |= {id: self._by_id[id].offered() for id in concerned}
        return True
