"""Facts that could not be handled, kept with the reason until an operator retries or drops them."""

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
from shared.messaging.names import stream_name
from shared.messaging.received import KillsProcess, Malformed, NotOfItsOwner, Received

_STORE = text("""
    insert into dead_letters (id, durable, stream_seq, fact_id, headers, body, reason, stack,
      attempts, parked_at)
    values (:id, :durable, :seq, :fact_id, cast(:headers as jsonb), :body, :reason, :stack,
      :attempts, :now)
    on conflict (durable, fact_id) do update set
        stream_seq = excluded.stream_seq, headers = excluded.headers, body = excluded.body,
        reason = excluded.reason, stack = excluded.stack, attempts = dead_letters.attempts + 1""")

_IS_DEAD_LETTER = text("select 1 from dead_letters where durable = :durable and fact_id = :fact_id")
_REMOVE = text("delete from dead_letters where durable = :durable and fact_id = :fact_id")

_LIST = text("""
    select id, durable, fact_id, headers ->> 'ce-type' as type,
      headers ->> 'ce-subject' as subject_id, reason, attempts, parked_at
    from dead_letters where (cast(:before as uuid) is null or id < :before) order by id desc
      limit :limit""")
_SHOW = text("select * from dead_letters where id = :id")
_CLAIM = text("""
    select *, exists (
        select from snapshots s where s.id = headers ->> 'ce-subject'
        and s.entity = substring(headers ->> 'ce-type' from '^[^.]+[.][^.]+'))
      or exists (
        select from shrunk_snapshots s where cast(s.ticket_id as text) = headers ->> 'ce-subject'
        and s.versions ->> substring(headers ->> 'ce-type' from '^[^.]+[.][^.]+') is not null
      ) as of_what_is_held
    from dead_letters where id = :id for update""")
_DROP = text("delete from dead_letters where id = :id")
_COUNT_OUTBOX = text("select count(*) as n from outbox where dead is not null")
_COUNT = text("select durable, count(*) as n from dead_letters group by durable")


_STREAM = "nats-stream"
"""Header of a dead letter: the stream that delivered it."""


_CODES = {
    Malformed.__name__: "malformed",
    NotOfItsOwner.__name__: "not_of_its_owner",
    KillsProcess.__name__: "kills_process",
}
_FAILED = "failed"
CODES = (*_CODES.values(), _FAILED)
"""Why a fact is a dead letter, for those who say it in other words than `reason` does."""


class TooOld(Conflict):
    code = "too_old"


def code_of(reason: str) -> str:
    """Return which of the CODES a dead letter's reason is: the last where handling it failed."""
    return _CODES.get(reason.partition(":")[0], _FAILED)


async def store_dead_letter(
    tx: Transaction, durable: str, fact: Received, error: BaseException
) -> None:
    await tx.execute(
        _STORE,
        id=new_id(),
        durable=durable,
        seq=fact.seq,
        fact_id=fact.fact_id,
        headers=to_json(
            {
                _printable(k): _printable(v)
                for k, v in {**fact.headers, "ce-type": fact.type, _STREAM: fact.stream}.items()
            }
        ).decode(),
        body=fact.body,
        reason=_printable(f"{type(error).__name__}: {error}"),
        stack=_printable("".join(traceback.format_exception(error))),
        attempts=fact.deliveries,
        now=tx.now,
    )


async def is_dead_letter(tx: Transaction, durable: str, fact_id: str) -> bool:
    return await tx.row(_IS_DEAD_LETTER, durable=durable, fact_id=fact_id) is not None


async def remove_dead_letter(tx: Transaction, durable: str, fact_id: str) -> None:
    await tx.execute(_REMOVE, durable=durable, fact_id=fact_id)


async def list_dead_letters(
    tx: Transaction, *, before: UUID | None, limit: int
) -> list[Mapping[str, Any]]:
    return list(await tx.rows(_LIST, before=before, limit=limit))


async def show_dead_letter(tx: Transaction, id: UUID) -> Mapping[str, Any]:
    """Return all columns of it, stack and body among them; raises NotFound."""
    row = await tx.row(_SHOW, id=id)
    if row is None:
        raise NotFound(f"There is no dead letter {id}.")
    return row


async def claim_dead_letter(tx: Transaction, id: UUID) -> tuple[str, Received]:
    """Return the durable and the fact of a dead letter, locked, and gone when the transaction
    commits.

    Raises NotFound, and TooOld where the rows of its entity may have been deleted since it failed:
    it would begin anew.
    """
    row = await tx.row(_CLAIM, id=id)
    if row is None:
        raise NotFound(f"There is no dead letter {id}.")
    if row["parked_at"] <= tx.now - OLDEST_NEWS and not row["of_what_is_held"]:
        raise TooOld(
            f"It is a dead letter since {row['parked_at']:%Y-%m-%d}, and what it is about is not "
            "held any more; drop it."
        )
    await tx.execute(_DROP, id=id)
    headers, durable = dict(row["headers"]), str(row["durable"])
    # one of an earlier release came from the stream of its durable
    stream = headers.pop(_STREAM, stream_name(durable.rpartition("-")[2]))
    fact = Received(
        stream=stream,
        seq=row["stream_seq"],
        type=str(headers.get("ce-type", "")),
        headers=headers,
        body=bytes(row["body"]),
        deliveries=row["attempts"],
    )
    return durable, fact


async def drop_dead_letter(tx: Transaction, id: UUID) -> None:
    """Delete it for good; raises NotFound."""
    if not await tx.execute(_DROP, id=id):
        raise NotFound(f"There is no dead letter {id}.")


async def count_dead_letters(tx: Transaction) -> dict[str, int]:
    return {str(row["durable"]): int(row["n"]) for row in await tx.rows(_COUNT)}


async def count_outbox_dead_letters(tx: Transaction) -> int:
    """Return how many rows of the outbox the relay has given up."""
    row = await tx.row(_COUNT_OUTBOX)
    return 0 if row is None else int(row["n"])


def _printable(text_: str) -> str:
    return text_.encode(errors="backslashreplace").decode().replace("\x00", "␀")[:20_000]
