"""API keys of integrations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from services.portal.domain.api_keys import ApiKey
from services.portal.store.tables import API_KEYS
from shared.db.transaction import Transaction
from shared.ids import SiteId

_NAMES = tuple(each.name for each in fields(ApiKey))
_COLUMNS = ", ".join(_NAMES)
_FIND = text(f"select {_COLUMNS}, secret_hash from api_keys where id = :id")
_LOCK = text(f"select {_COLUMNS} from api_keys where id = :id for update")
_LIST = text(f"""
    select {_COLUMNS} from api_keys
    where cast(:sites as jsonb) is null or sites <@ cast(:sites as jsonb)
    order by revoked_at is not null, made_at desc, id limit :limit""")
_USED = text("""
    update api_keys set last_used_at = cast(:now as timestamptz)
    where id = :id and (last_used_at is null or last_used_at <= cast(:before as timestamptz))""")
_REVOKE = text("""
    update api_keys set revoked_at = :now where id = :id and revoked_at is null""")
_USED_EVERY = timedelta(minutes=1)


async def find_key(tx: Transaction, id: UUID) -> tuple[ApiKey, str] | None:
    """Return the key and what is stored of its secret; also one that was revoked."""
    row = await tx.row(_FIND, id=id)
    return None if row is None else (_key(row), row["secret_hash"])


async def lock_key(tx: Transaction, id: UUID) -> ApiKey | None:
    row = await tx.row(_LOCK, id=id)
    return None if row is None else _key(row)


async def list_keys(
    tx: Transaction, sites: Collection[str] | None, *, limit: int
) -> Sequence[ApiKey]:
    """Return the keys that are good at none but these sites (None: at any), the newest first, and
    behind them those that were revoked.
    """
    theirs = None if sites is None else to_json(sorted(sites)).decode()
    return [_key(row) for row in await tx.rows(_LIST, sites=theirs, limit=limit)]


def insert_key(tx: Transaction, key: ApiKey, *, secret_hash: str) -> None:
    tx.insert(API_KEYS, key, sites=sorted(key.sites), secret_hash=secret_hash)


async def note_use(tx: Transaction, id: UUID) -> None:
    """Write down when the key was last used, to within a minute."""
    await tx.execute(_USED, id=id, now=tx.now, before=tx.now - _USED_EVERY)


async def revoke_key(tx: Transaction, id: UUID) -> None:
    await tx.execute(_REVOKE, id=id, now=tx.now)


def _key(row: Mapping[str, Any]) -> ApiKey:
    columns = {name: row[name] for name in _NAMES}
    return ApiKey(**{**columns, "sites": frozenset(map(SiteId, row["sites"]))})
