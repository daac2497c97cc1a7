"""Endpoints."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.notify.domain.channels import Channel
from services.notify.domain.endpoint import Endpoint, Secret
from services.notify.domain.kinds import Kind
from services.notify.store.tables import EndpointRow
from shared.db.transaction import Transaction

ENDPOINT_COLUMNS = tuple(EndpointRow.model_fields)
_COLUMNS = ", ".join(ENDPOINT_COLUMNS)

_LISTED = text(f"""
    select {_COLUMNS} from endpoints
    where owner = :owner and removed_at is null and channel = 'webhook'
        and (cast(:sites as text[]) is null or sites <@ cast(:sites as text[]))
        and (cast(:before as uuid) is null or id < :before) order by id desc limit :limit""")

# As many are read as there are webhooks: of people's apps and systems, not of people.
_MANAGED = text(f"""
    select {_COLUMNS} from endpoints
    where removed_at is null and channel = 'webhook'
        and (cast(:sites as text[]) is null or owner = :caller
          or sites <@ cast(:sites as text[]))
        and (cast(:before as uuid) is null or id < :before) order by id desc limit :limit""")

_REGISTERED = text("""
    select count(*) as count from endpoints
    where registrar = :registrar and owner <> :registrar and removed_at is null
      and channel = 'webhook'""")

_COUNT = text("""
    select case when disabled_reason = 'by_owner' then 'switched_off' when disabled_at is not null
      then 'disabled'
        when failing_since <= :silent_since then 'silent' when failing_since is not null
          then 'failing' else 'working' end as state,
        count(*) as count
    from endpoints where removed_at is null and channel = 'webhook' group by 1""")

_THESE = text(f"select {_COLUMNS} from endpoints where id = any(cast(:ids as uuid[])) order by id")
_THESE_LOCKED = text(
    f"select {_COLUMNS} from endpoints where id = any(cast(:ids as uuid[])) order by id for update"
)

# A secret says itself which key has sealed it, with its beginning up to the second colon; one that
# none has sealed begins with `whsec_`.
_BEFORE = """removed_at is null and channel = 'webhook' and exists (
      select from jsonb_array_elements(secrets) as s where exists (
        select from unnest(cast(:marks as text[])) as mark where starts_with(s ->> 'value', mark)))
    and id <> all(cast(:excluding as uuid[]))"""
_SEALED_BEFORE = text(f"select from endpoints where {_BEFORE} limit 1")
_CLAIM_SEALED_BEFORE = text(
    f"select {_COLUMNS} from endpoints where {_BEFORE} limit :limit for update skip locked"
)
_COUNT_SECRETS = text("""
    select coalesce(substring(s ->> 'value' from '^sealed:.*:'), 'whsec_') as mark,
      count(*) as count
    from endpoints, jsonb_array_elements(secrets) as s
    where removed_at is null and channel = 'webhook' group by 1""")


async def list_endpoints(
    tx: Transaction,
    owner: str,
    *,
    sites: Collection[str] | None,
    before: UUID | None,
    limit: int,
) -> list[Endpoint]:
    """Return the endpoints of webhooks, newest first: those to which only messages of these sites
    are sent, None for all.
    """
    within = None if sites is None else sorted(sites)
    rows = await tx.rows(_LISTED, owner=owner, sites=within, before=before, limit=limit)
    return [endpoint_of(row) for row in rows]


async def list_managed_endpoints(
    tx: Transaction,
    caller: str,
    *,
    sites: Collection[str] | None,
    before: UUID | None,
    limit: int,
) -> list[Endpoint]:
    """Return the endpoints of webhooks of any owner, newest first: the caller's own, and those to
    which only messages of these sites are sent, None for all.
    """
    within = None if sites is None else sorted(sites)
    rows = await tx.rows(_MANAGED, caller=caller, sites=within, before=before, limit=limit)
    return [endpoint_of(row) for row in rows]


async def count_registered(tx: Transaction, registrar: str) -> int:
    """Return how many endpoints the registrar has registered for others."""
    row = await tx.row(_REGISTERED, registrar=registrar)
    return 0 if row is None else int(row["count"])


async def find_endpoints(
    tx: Transaction, ids: Collection[UUID], *, for_update: bool = False
) -> dict[UUID, Endpoint]:
    """Return those that exist, removed ones too; locked in the order of their ids."""
    rows: Sequence[Mapping[str, Any]] = await tx.rows(
        _THESE_LOCKED if for_update else _THESE, ids=list(ids)
    )
    return {row["id"]: endpoint_of(row) for row in rows}


async def count_endpoints(tx: Transaction, *, silent_since: datetime) -> Counter[str]:
    """Return how many endpoints are `working`, `failing`, `silent` (failing since that instant or
    longer), `disabled`, `switched_off`.
    """
    return Counter(
        {row["state"]: row["count"] for row in await tx.rows(_COUNT, silent_since=silent_since)}
    )


async def is_any_sealed_before(
    tx: Transaction, marks: Sequence[str], *, excluding: Collection[UUID]
) -> bool:
    """Return whether a secret of an endpoint begins with one of the marks."""
    given = {"marks": list(marks), "excluding": list(excluding)}
    return await tx.row(_SEALED_BEFORE, **given) is not None


async def claim_sealed_before(
    tx: Transaction, marks: Sequence[str], *, excluding: Collection[UUID], limit: int
) -> list[Endpoint]:
    """Return such endpoints, locked; none that another transaction holds."""
    given = {"marks": list(marks), "excluding": list(excluding), "limit": limit}
    return [endpoint_of(row) for row in await tx.rows(_CLAIM_SEALED_BEFORE, **given)]


async def count_secrets(tx: Transaction) -> Counter[str]:
    """Return how many secrets there are by the mark of the key that has sealed them; `whsec_` where
    none has.
    """
    return Counter({row["mark"]: row["count"] for row in await tx.rows(_COUNT_SECRETS)})


def save_endpoint(tx: Transaction, endpoint: Endpoint) -> None:
    tx.save(
        EndpointRow,
        endpoint,
        kinds=None if endpoint.kinds is None else sorted(endpoint.kinds),
        sites=None if endpoint.sites is None else sorted(endpoint.sites),
        secrets=[{"value": secret.value, "until": secret.until} for secret in endpoint.secrets],
    )


def endpoint_of(row: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint of a row that has at least its columns."""
    values = {name: row[name] for name in ENDPOINT_COLUMNS}
    values["kinds"] = (
        None if row["kinds"] is None else frozenset(Kind(kind) for kind in row["kinds"])
    )
    values["channel"] = Channel(row["channel"])
    values["sites"] = None if row["sites"] is None else frozenset(row["sites"])
    values["secrets"] = secrets_in(row["secrets"])
    return Endpoint(**values)


def secrets_in(stored: Iterable[Mapping[str, Any]]) -> tuple[Secret, ...]:
    return tuple(Secret(value=each["value"], until=_moment(each["until"])) for each in stored)


def _moment(text_: str | None) -> Any:
    return None if text_ is None else datetime.fromisoformat(text_)
