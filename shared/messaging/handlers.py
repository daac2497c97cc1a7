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


def on(*contracts: type[S], urgent: Collection[type[S]] = ()) -> Callable[[Handles[S]], Handler]:
    """Mark a handler: `@on(TicketV1)` over `async def tickets_changed(tx, tickets)`.

    One with several contracts gets the snapshots of all of them in one call. Facts of the `urgent`
    ones do not linger.
    """

    def mark(handle: Handles[S]) -> Handler:
        return Handler(contracts, handle, frozenset(urgent))

    return mark


def stores(contract: type[Snapshot]) -> Handler:
    """Store snapshots to be read when needed, with no handler to act on them: such a fact costs one
    statement.
    """
    return Handler((contract,), None)
