"""What runs behind the requests beside the sender: forgetting what is old."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from services.notify.store import forgetting, login_links
from shared.db.transaction import Transaction
from shared.due_work import DueWork
from shared.retention import Retention, retention_of, unchecked_due_work

_AT_ONCE = 1000

LOGIN_LINKS = DueWork(
    name="login_links",
    next_due=login_links.next_login_link,
    claim=login_links.claim_login_links,
    act=login_links.delete_login_links,
    batch_size=_AT_ONCE,
)
"""Links that were not sent in time are forgotten."""


def retention(
    *, snapshot_days: int, message_days: int, attempt_days: int
) -> tuple[DueWork[Any], ...]:
    """Return the due work that forgets what was said about ended tickets, other messages, and
    attempts; 0 days are for ever.
    """
    messages_for = retention_of(message_days)
    forgotten = Retention(
        snapshots_for=retention_of(snapshot_days),
        rows_for=messages_for,
        shrink=forgetting.shrink,
        delete=forgetting.delete_messages,
    )
    others = _by_age(
        "other_messages",
        messages_for,
        forgetting.oldest_other,
        forgetting.claim_others,
        forgetting.delete_others,
    )
    attempts = _by_age(
        "old_attempts",
        retention_of(attempt_days),
        forgetting.oldest_attempt,
        forgetting.claim_attempts,
        forgetting.delete_attempts,
    )
    return forgotten.due_work(), unchecked_due_work(), *others, *attempts


class _Claims(Protocol):
    async def __call__(
        self, tx: Transaction, /, *, before: datetime, excluding: Collection[UUID], limit: int
    ) -> Sequence[UUID]: ...


def _by_age(
    name: str,
    after: timedelta | None,
    oldest: Callable[[Transaction, Collection[UUID]], Awaitable[datetime | None]],
    claim_older: _Claims,
    delete: Callable[[Transaction, Sequence[UUID]], Awaitable[None]],
) -> tuple[DueWork[UUID], ...]:
    """Return the due work that deletes what is older than that, an hour later so that it goes
    together; none for what is kept for ever.
    """
    if after is None:
        return ()

    async def next_due(tx: Transaction, excluding: Collection[UUID]) -> datetime | None:
        at = await oldest(tx, excluding)
        return None if at is None else at + after + timedelta(hours=1)

    async def claim(tx: Transaction, excluding: Collection[UUID], limit: int) -> Sequence[UUID]:
        return await claim_older(tx, before=tx.now - after, excluding=excluding, limit=limit)

    return (DueWork(name=name, next_due=next_due, claim=claim, act=delete, batch_size=_AT_ONCE),)
