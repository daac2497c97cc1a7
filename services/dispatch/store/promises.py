"""What sla has promised about tickets, beside what has become of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text

from shared.contracts import ClocksV1, TicketV1
from shared.contracts.dispatch import JobV1
from shared.db.transaction import Transaction

_JOBS = TypeAdapter(tuple[JobV1, ...])

_FIND = text("""
    select c.body as clocks, t.body as ticket,
        (select jsonb_agg(to_jsonb(j)) from jobs j
          where j.work_order_id = cast(c.id as uuid)) as jobs
    from snapshots c left join snapshots t on t.entity = 'tickets.ticket' and t.id = c.id
    where c.entity = 'sla.clocks' and c.id = any(cast(:ids as text[]))
      order by c.id""")


@dataclass(frozen=True, kw_only=True)
class Promised:
    """The newest clocks of a ticket, the ticket if it is known, and its jobs
    without their offers.
    """

    clocks: ClocksV1
    ticket: TicketV1 | None
    jobs: tuple[JobV1, ...]


async def find_promised(tx: Transaction, ticket_ids: Iterable[UUID]) -> Sequence[Promised]:
    """Return the promises of those tickets that have clocks."""
    return [
        Promised(
            clocks=ClocksV1.model_validate(row["clocks"]),
            ticket=None if row["ticket"] is None else TicketV1.model_validate(row["ticket"]),
            jobs=_JOBS.validate_python(row["jobs"] or ()),
        )
        for row in await tx.rows(_FIND, ids=[str(id) for id in ticket_ids])
    ]
