"""People of whom it was recorded that they belong elsewhere now."""

from collections.abc import Sequence

from services.notify.domain.access import EVERYBODY, roles_told
from services.notify.domain.kinds import Kind
from services.notify.store.deliveries import drop_deliveries
from services.notify.store.reachability import forget_unreachable_at
from shared.auth.belonging import may_be_told
from shared.contracts import PersonV1
from shared.db.transaction import Transaction

NO_LONGER_THERE = "no_longer_there"
"""Why a message was not sent to a person whose record leaves them no part in it."""


async def follow_people(tx: Transaction, people: Sequence[PersonV1]) -> None:
    """Have nothing more pushed to people of what the records of them leave them no part in."""
    gone = [each for each in people if not may_be_told(each, EVERYBODY, now=tx.now)]
    if gone:
        await forget_unreachable_at(tx, [(each.person_id, each.site_id) for each in gone])
    for person in sorted(people, key=lambda each: each.id):
        ended = [kind for kind in Kind if not may_be_told(person, roles_told(kind), now=tx.now)]
        if ended:
            await drop_deliveries(tx, person.person_id, person.site_id, ended, NO_LONGER_THERE)
