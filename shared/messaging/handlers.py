"""Handlers: functions of a service with the contracts of the facts that they act on."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from shared.contracts import Snapshot
from shared.db.transaction import Transaction

S = TypeVar("S", bound=Snapshot, contravariant=True)


class Handles(Protocol[S]):
    async def __call__(self, tx: Transaction, snapshots: Sequence[S], /) -> None: ...


@dataclass(frozen=True)
class Handler:
    """A function with the contracts that it acts on. It is called once a batch, with the snapshots
    that are newer than what was held, each entity once; by then what was written before it in the
    transaction can be read. Without a function (None) snapshots are only stored.
    """

    contracts: tuple[type[Snapshot], ...]
    handle: Callable[[Transaction, Sequence[Any]], Awaitable[None]] | None
    urgent: frozenset[type[Snapshot]] = frozenset()
    """Those whose facts are handled at once; the others linger for company."""
    excerpts: tuple[type[Snapshot], ...] = ()
    """What is stored of some of them, instead of all that came."""


def on(
    *contracts: type[S],
    urgent: Collection[type[S]] = (),
    excerpts: Collection[type[Snapshot]] = (),
) -> Callable[[Handles[S]], Handler]:
    """Mark a handler: `@on(TicketV1)` over `async def tickets_changed(tx, tickets)`.

    One with several contracts gets the snapshots of all of them in one call. Facts of the `urgent`
    ones do not linger.

    `excerpts` are for contracts of which the service reads little later on: classes of its own with
    the `OWNER` and `ENTITY` of such a contract and some of its fields. They alone are stored, and
    found with `find_snapshots(tx, HeldTicket, ids)`. Raises TypeError for one that is of none of
    the contracts, has a field that its contract has not, or could be read as the whole.
    """
    for excerpt in excerpts:
        _demand_excerpt(excerpt, contracts)

    def mark(handle: Handles[S]) -> Handler:
        return Handler(contracts, handle, frozenset(urgent), tuple(excerpts))

    return mark


def stores(contract: type[Snapshot]) -> Handler:
    """Store snapshots to be read when needed, with no handler to act on them: such a fact costs one
    statement.
    """
    return Handler((contract,), None)


def _demand_excerpt(excerpt: type[Snapshot], contracts: Collection[type[Snapshot]]) -> None:
    entity = excerpt.OWNER, excerpt.ENTITY
    whole = next((each for each in contracts if entity == (each.OWNER, each.ENTITY)), None)
    if whole is None:
        raise TypeError(f"{excerpt.__name__} is an excerpt of no contract of its handler")
    if more := excerpt.model_fields.keys() - whole.model_fields.keys():
        raise TypeError(f"{excerpt.__name__} has {sorted(more)}, which {whole.__name__} has not")
    required = {name for name, field in whole.model_fields.items() if field.is_required()}
    if required <= excerpt.model_fields.keys():
        # or what is left out would be read as the defaults
        raise TypeError(f"{excerpt.__name__} has all that {whole.__name__} demands")
