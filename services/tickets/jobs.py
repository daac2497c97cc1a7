"""What is due by the clock."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from services.tickets.actions.buildings import (
    REPUBLISHING_BUILDINGS,
    find_next_republishing_of_buildings,
    lock_old_buildings,
    republish_old_buildings,
)
from services.tickets.actions.end_ticket import close_unconfirmed_tickets
from services.tickets.actions.import_tickets import TELLING_IMPORTED, tell_imported
from services.tickets.actions.people import (
    LAPSING,
    MOVING_OUT,
    REPUBLISHING_PEOPLE,
    find_next_republishing_of_people,
    let_claims_lapse,
    lock_old_people,
    move_out,
    republish_old_people,
)
from services.tickets.actions.recording import CLOSING
from services.tickets.actions.sites import (
    REPUBLISHING,
    TELLING,
    find_next_republishing,
    find_next_telling,
    lock_old_sites,
    lock_untold_sites,
    republish_old_sites,
    tell_untold_sites,
)
from services.tickets.actions.sweep_files import (
    SHARD_EVERY_S,
    remove_files,
    sweep_files,
)
from services.tickets.adapters.storage import Storage
from services.tickets.store.attachments import find_next_removal, lock_to_remove
from services.tickets.store.forgetting import (
    REMOVING,
    TICKETS,
    delete_tickets,
    lock_tickets_to_delete,
)
from services.tickets.store.imported import find_next_untold, lock_untold
from services.tickets.store.pending_words import merge_if_many
from services.tickets.store.people import (
    find_earliest_claim,
    find_next_move,
    lock_lapsing,
    lock_moving_out,
)
from services.tickets.store.queries import find_next_closing, lock_due_to_close
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Database, Transaction
from shared.due_work import DueWork
from shared.retention import Retention, retention_of, unchecked_due_work
from shared.telemetry import get_logger

log = get_logger(__name__)

_WORDS_EVERY_S = 0.5

DUE_WORK = (
    DueWork(
        name=CLOSING,
        next_due=find_next_closing,
        claim=lock_due_to_close,
        act=close_unconfirmed_tickets,
    ),
    DueWork(
        name=REPUBLISHING,
        next_due=find_next_republishing,
        claim=lock_old_sites,
        act=republish_old_sites,
        batch_size=50,
    ),
    DueWork(
        name=TELLING,
        next_due=find_next_telling,
        claim=lock_untold_sites,
        act=tell_untold_sites,
        batch_size=1,
    ),
    DueWork(
        name=REPUBLISHING_BUILDINGS,
        next_due=find_next_republishing_of_buildings,
        claim=lock_old_buildings,
        act=republish_old_buildings,
        batch_size=20,
    ),
    DueWork(
        name=REPUBLISHING_PEOPLE,
        next_due=find_next_republishing_of_people,
        claim=lock_old_people,
        act=republish_old_people,
        batch_size=50,
    ),
    DueWork(
        name=MOVING_OUT,
        next_due=find_next_move,
        claim=lock_moving_out,
        act=move_out,
        batch_size=1,
    ),
    DueWork(
        name=TELLING_IMPORTED,
        next_due=find_next_untold,
        claim=lock_untold,
        act=tell_imported,
        batch_size=50,
    ),
)


def lapsing(*, days: int) -> tuple[DueWork[Any], ...]:
    """Return the due work that ends what a unit let people follow that no token claimed for so many
    days; 0 are for ever.
    """
    after = timedelta(days=days)

    async def next_due(tx: Transaction, excluding: Collection[str]) -> datetime | None:
        claimed_at = await find_earliest_claim(tx, excluding)
        return claimed_at + after if claimed_at else None

    async def claim(tx: Transaction, excluding: Collection[str], limit: int) -> Sequence[str]:
        return await lock_lapsing(tx, before=tx.now - after, excluding=excluding, limit=limit)

    act = partial(let_claims_lapse, after=after)
    work = DueWork(name=LAPSING, next_due=next_due, claim=claim, act=act, batch_size=1)
    return (work,) if days else ()


def retention(*, snapshot_days: int, ticket_days: int) -> tuple[DueWork[Any], ...]:
    """Return the due work that forgets ended tickets; 0 days are for ever."""
    forgotten = Retention(
        snapshots_for=retention_of(snapshot_days),
        rows_for=retention_of(ticket_days),
        delete=delete_tickets,
        lock=lock_tickets_to_delete,
    )
    return forgotten.due_work(), unchecked_due_work(TICKETS)


def removing(storage: Storage) -> DueWork[Any]:
    """Return the due work that deletes the files of tickets that are gone."""
    return DueWork(
        name=REMOVING,
        next_due=find_next_removal,
        claim=lock_to_remove,
        act=partial(remove_files, storage=storage),
        batch_size=20,
        key=attrgetter("id"),
    )


async def sweep_orphans(database: Database, storage: Storage) -> None:
    """Delete files that no attachment has, one part of them after the other, until cancelled."""
    while True:
        try:
            await sweep_files(database, storage)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("sweep_waits", error=first_line(error))
        await asyncio.sleep(SHARD_EVERY_S)


async def merge_words(database: Database) -> None:
    """Merge new words into their index when there are many, until cancelled."""
    while True:
        await asyncio.sleep(_WORDS_EVERY_S)
        try:
            await merge_if_many(database)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("words_not_merged", error=first_line(error))
