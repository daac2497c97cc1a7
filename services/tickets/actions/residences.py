"""Where residents live: by the record of them, and else by what their tokens have claimed since
when.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.tickets.domain.person import Shown, homes_shown, shown_after
from services.tickets.events import person_snapshot
from services.tickets.store.people import find_people, find_shown, save_shown
from shared.auth.caller import Caller, Role
from shared.contracts import PersonV1
from shared.db.transaction import Database, Kind, Transaction
from shared.http.belongings import Belongings, Remembered
from shared.live_topics import LiveTopics
from shared.messaging.people import topic_of_person


async def find_own_records(tx: Transaction, caller: Caller) -> Sequence[PersonV1]:
    """Return the records of the caller at all sites."""
    return [person_snapshot(person) for person in await find_people(tx, caller.id)]


class Residences(Belongings):
    """Bounds callers by the records of them, and gives them their homes."""

    def __init__(self, database: Database, live_topics: LiveTopics) -> None:
        super().__init__(database, live_topics, find_own_records)
        self._shown = Remembered[Shown | None](live_topics)

    async def bound(self, caller: Caller) -> Caller:
        """Return the caller with what is left of the token's claims now, and with their homes; a
        unit that no token claimed before counts from now on.
        """
        bound = await super().bound(caller)
        if not any(grant.role is Role.RESIDENT for grant in caller.roles):
            return bound
        return replace(bound, homes=bound.homes | homes_shown(caller, await self._claims(caller)))

    async def _claims(self, caller: Caller) -> Shown | None:
        """Return what tokens of the caller claim, with this one."""
        now = self.database.clock.now()

        async def load() -> Shown | None:
            async with self.database.transaction(kind=Kind.READING) as tx:
                return await find_shown(tx, caller.id)

        shown = await self._shown.read(caller.id, None, now=now, load=load)
        if shown_after(shown, caller, at=now) == shown:
            return shown
        async with self.database.transaction(actor=caller.id) as tx:
            await tx.lock("shown", [caller.id])
            before = await find_shown(tx, caller.id)
            after = shown_after(before, caller, at=tx.now)
            if after is not None and after != before:
                save_shown(tx, after)
                tx.tell(topic_of_person(caller.id))
        return after
