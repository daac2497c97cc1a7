"""How far each durable was handled, kept with the work: a stream that was cut short or made anew is
told by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from shared.db.transaction import Transaction


@dataclass(frozen=True)
class Position:
    """How far a durable was handled: committed with the work, so it never stands ahead of it."""

    created: datetime
    seq: int
    fact_id: str | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far one transaction brings a durable: the highest sequence it handled, that one's fact,
    and how many it handled.
    """

    durable: str
    stream_created: datetime
    stream_seq: int
    fact_id: str
    handled: int


_LOAD = text(
    "select stream_created, stream_seq, fact_id from consumer_positions where durable = :durable"
)

# Another `created` is left alone: a batch of the stream that was has come in late, after
# `reset_position`. In order of name, or two instances that save the same durables could wait for
# each other.
_SAVE = """
    insert into consumer_positions as p (durable, stream_created, stream_seq, fact_id, handled)
    select durable, stream_created, stream_seq, fact_id, handled
      from json_populate_recordset(null::consumer_positions, {rows}) as n
    order by durable
    on conflict (durable) do update set
        fact_id = case when p.stream_created = excluded.stream_created
          and p.stream_seq < excluded.stream_seq
                       then excluded.fact_id else p.fact_id end,
        stream_seq = case when p.stream_created = excluded.stream_created
                          then greatest(p.stream_seq, excluded.stream_seq) else p.stream_seq end,
        handled = p.handled + excluded.handled"""
# One alone, as most are, has no order, and `on conflict` would lock its row first, which is logged.
_MOVE = """
    update consumer_positions p set
        fact_id = case when p.stream_created = n.stream_created and p.stream_seq < n.stream_seq
                       then n.fact_id else p.fact_id end,
        stream_seq = case when p.stream_created = n.stream_created
                          then greatest(p.stream_seq, n.stream_seq) else p.stream_seq end,
        handled = p.handled + n.handled
      from json_populate_recordset(null::consumer_positions, {rows}) as n
    where p.durable = n.durable"""
_BEGIN = _SAVE.replace(
    "order by durable",
    "where not exists (select from consumer_positions k where k.durable = n.durable)",
)

_RESET = text("""
    insert into consumer_positions as p (durable, stream_created, stream_seq, fact_id, handled)
      values (:durable, :created, 0, null, 0)
    on conflict (durable) do update set stream_created = excluded.stream_created, stream_seq = 0,
      fact_id = null""")


async def load_position(tx: Transaction, durable: str) -> Position | None:
    """Return where the durable stands, None for one that was never heard."""
    row = await tx.row(_LOAD, durable=durable)
    return (
        None
        if row is None
        else Position(created=row["stream_created"], seq=row["stream_seq"], fact_id=row["fact_id"])
    )


def save_positions(tx: Transaction, progress: Sequence[Progress]) -> None:
    """Move these durables on, each named once, with the transaction's other writes."""
    rows = [vars(each) for each in progress]  # asdict copies each value, deeply
    for statement in (_MOVE, _BEGIN) if len(rows) == 1 else (_SAVE,):
        tx.change(statement, *rows)


async def reset_position(tx: Transaction, durable: str, created: datetime) -> None:
    """Begin again at nothing, on the stream of that identity."""
    await tx.execute(_RESET, durable=durable, created=created)
