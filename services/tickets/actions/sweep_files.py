"""Files that no attachment has any more: those of tickets that were deleted, and what a request
left that ended between its file and its row.
"""

from collections.abc import Sequence
from datetime import timedelta

from services.tickets.adapters.storage import SHARDS, Storage
from services.tickets.domain.attachments import AttachedFile
from services.tickets.store.attachments import delete_attachments, find_known
from shared.db.transaction import Database, Kind, Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)

SHARD_EVERY_S = 300.0
"""All of them in less than a day."""
ORPHANED_AFTER = timedelta(days=1)
_ASKED_AT_ONCE = 500
_MIN_SUSPICIOUS = 20


async def remove_files(
    tx: Transaction, attachments: Sequence[AttachedFile], *, storage: Storage
) -> None:
    """Delete the files of attachments whose tickets are gone, and then these."""
    await storage.delete([name for each in attachments for name in each.names])
    await delete_attachments(tx, [each.id for each in attachments])


async def sweep_files(database: Database, storage: Storage) -> None:
    """Delete what a day ago was left of requests that never came to their row: half made, and in
    the shard whose turn it is.
    """
    now = database.clock.now()
    await storage.delete_unfinished(before_s=(now - ORPHANED_AFTER).timestamp())
    await sweep_shard(database, storage, int(now.timestamp() // SHARD_EVERY_S) % SHARDS)


async def sweep_shard(database: Database, storage: Storage, shard: int) -> None:
    """Delete the shard's files that are a day old and that no attachment has. Where these are more
    than half and not few, nothing: it is rather the database that lacks rows.
    """
    before = database.clock.now() - ORPHANED_AFTER
    old = await storage.find_old(shard, before_s=before.timestamp())
    orphans: list[str] = []
    for start in range(0, len(old), _ASKED_AT_ONCE):
        asked = old[start : start + _ASKED_AT_ONCE]
        async with database.transaction(kind=Kind.READING) as tx:
            known = await find_known(tx, {each.id for each in asked})
        orphans += [each.name for each in asked if each.id not in known]
    if len(orphans) > max(_MIN_SUSPICIOUS, len(old) // 2):
        log.error(
            "sweep_refused",
            shard=shard,
            orphans=len(orphans),
            files=len(old),
            remedy="see whether the database and FETTLE_ATTACHMENTS_FOLDER belong together",
        )
        return
    await storage.delete(orphans)
    if orphans:
        log.info("files_swept", shard=shard, files=len(orphans))
