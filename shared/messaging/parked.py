"""Facts that nobody could handle, kept with the reason until somebody retries or drops them."""

import traceback
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from shared.db.transaction import Transaction
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.messaging.ended_tickets import OLDEST_NEWS
from shared.messaging.received import Received

_PARK = text("""
    insert into parked_facts (id, durable, stream_seq, fact_id, headers, body, reason, stack,
      attempts, parked_at)
    values (:id, :durable, :seq, :fact_id, cast(:headers as jsonb), :body, :reason, :stack,
      :attempts, :now)
    on conflict (durable, fact_id) do update set
        stream_seq = excluded.stream_seq, headers = excluded.headers, body = excluded.body,
        reason = excluded.reason, stack = excluded.stack, attempts = parked_facts.attempts + 1""")

_IS_PARKED = text("select 1 from parked_facts where durable = :durable and fact_id = :fact_id")
_UNPARK = text("delete from parked_facts where durable = :durable and fact_id = :fact_id")

_LIST = text("""
    select id, durable, fact_id, headers ->> 'ce-type' as type,
      headers ->> 'ce-subject' as subject_id, reason, attempts, parked_at
    from parked_facts where (cast(:before as uuid) is null or id < :before) order by id desc
      limit :most""")
_SHOW = text("select * from parked_facts where id = :id")
_TAKE = text("""
    select *, exists (
        select from snapshots s where s.id = headers ->> 'ce-subject'
        and s.entity = substring(headers ->> 'ce-type' from '^[^.]+[.][^.]+')) as of_what_is_held
    from parked_facts where id = :id for update""")
_DROP = text("delete from parked_facts where id = :id")
_COUNT_UNPUBLISHABLE = text("select count(*) as parked from outbox where parked is not null")
_COUNT = text("select durable, count(*) as parked from parked_facts group by durable")


class TooOld(Conflict):
    code = "too_old"


async def park(tx: Transaction, durable: str, fact: Received, error: BaseException) -> None:
    await tx.execute(
        _PARK,
        id=new_id(),
        durable=durable,
        seq=fact.seq,
        fact_id=fact.fact_id,
        headers=to_json(
            {
                _printable(k): _printable(v)
                for k, v in {**fact.headers, "ce-type": fact.type}.items()
            }
        ).decode(),
        body=fact.body,
        reason=_printable(f"{type(error).__name__}: {error}"),
        stack=_printable("".join(traceback.format_exception(error))),
        attempts=fact.deliveries,
        now=tx.now,
    )


async def is_parked(tx: Transaction, durable: str, fact_id: str) -> bool:
    return await tx.row(_IS_PARKED, durable=durable, fact_id=fact_id) is not None


async def unpark(tx: Transaction, durable: str, fact_id: str) -> None:
    await tx.execute(_UNPARK, durable=durable, fact_id=fact_id)


async def list_parked(
    tx: Transaction, *, before: UUID | None, most: int
) -> list[Mapping[str, Any]]:
    return list(await tx.rows(_LIST, before=before, most=most))


async def show_parked(tx: Transaction, id: UUID) -> Mapping[str, Any]:
    """All of it, with stack and body; raises NotFound."""
    row = await tx.row(_SHOW, id=id)
    if row is None:
        raise NotFound(f"No fact is parked under {id}.")
    return row


async def take_parked(tx: Transaction, id: UUID) -> tuple[str, Received]:
    """The durable and the fact, locked, and gone when the transaction commits.

    Raises NotFound, and TooOld where what it is about may have been deleted since it was parked: it
    would begin anew.
    """
    row = await tx.row(_TAKE, id=id)
    if row is None:
        raise NotFound(f"No fact is parked under {id}.")
    if row["parked_at"] <= tx.now - OLDEST_NEWS and not row["of_what_is_held"]:
        raise TooOld(
            f"It is parked since {row['parked_at']:%Y-%m-%d}, and what it is about is not held any "
            "more; drop it."
        )
    await tx.execute(_DROP, id=id)
    headers = dict(row["headers"])
    fact = Received(
        seq=row["stream_seq"],
        type=str(headers.get("ce-type", "")),
        headers=headers,
        body=bytes(row["body"]),
        deliveries=row["attempts"],
    )
    return str(row["durable"]), fact


async def drop_parked(tx: Transaction, id: UUID) -> None:
    """Raises NotFound."""
    if not await tx.execute(_DROP, id=id):
        raise NotFound(f"No fact is parked under {id}.")


async def count_parked(tx: Transaction) -> dict[str, int]:
    return {str(row["durable"]): int(row["parked"]) for row in await tx.rows(_COUNT)}


async def count_unpublishable(tx: Transaction) -> int:
    """Rows of the outbox that the relay gave up."""
    row = await tx.row(_COUNT_UNPUBLISHABLE)
    return 0 if row is None else int(row["parked"])


def _printable(text_: str) -> str:
    return text_.encode(errors="backslashreplace").decode().replace("\x00", "␀")[:20_000]
