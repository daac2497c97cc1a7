"""Where residents live: by the record of them, and else by what their tokens have claimed since
when.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.tickets.actions.people import tell_units_claimed
from services.tickets.domain.person import Person, Shown, homes_shown, shown_after
from services.tickets.events import person_snapshot
from services.tickets.store.people import find_known, load_shown, save_shown
from shared.auth.belonging import bounded
from shared.auth.caller import Caller, Role
from shared.db.transaction import Database, Kind
from shared.live_topics import LiveTopics
from shared.messaging.belongings import Belongings, Remembered
from shared.messaging.people import topic_of_person

_Known = tuple[Sequence[Person], Shown | None]


class Residences(Belongings):
    """Bounds callers by the records of them, and gives them their homes."""

    def __init__(self, database: Database, live_topics: LiveTopics) -> None:
        super().__init__(database, live_topics)
        self._known = Remembered[_Known](live_topics)

    async def bound(self, caller: Caller) -> Caller:
        """Return the caller with what is left of the token's claims now, and with their homes; a
        unit that no token claimed before counts from now on.
        """
        now = self.database.clock.now()

        async def load() -> _Known:
            async with self.database.transaction(kind=Kind.READING) as tx:
                return await find_known(tx, caller.id)

        people, shown = await self._known.read(caller.id, None, now=now, load=load)
        bound = bounded(caller, [person_snapshot(person) for person in people], now=now)
        if not any(grant.role is Role.RESIDENT for grant in caller.roles):
            return bound
        if shown_after(shown, caller, at=now) != shown:
            shown = await self._note(caller)
        return replace(bound, homes=bound.homes | homes_shown(caller, shown))

    async def _note(self, caller: Caller) -> Shown | None:
        """Store what the caller's token claims anew, and return what all of them do."""
        async with self.database.transaction(actor=caller.id) as tx:
            await tx.lock("shown", [caller.id])
            before = await load_shown(tx, caller.id)
            after = shown_after(before, caller, at=tx.now)
            if after is not None and after != before:
                save_shown(tx, after)
                if before is not None and after.units.keys() != before.units.keys():
                    await tell_units_claimed(tx, after)
                tx.tell(topic_of_person(caller.id))
        return after
