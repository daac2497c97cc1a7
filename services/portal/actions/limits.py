"""Tries that have a limit: each is counted, whatever comes of it, before it is made; one that is
refused is none.
"""

from collections.abc import Sequence
from math import ceil

from services.portal.domain.limits import Counted
from services.portal.store import attempts as store
from services.portal.store.attempts import Tried
from shared.db.transaction import Database, Transaction
from shared.due_work import DueWork
from shared.errors import TooMany

OLD_ATTEMPTS = DueWork(
    name="old_attempts",
    next_due=store.next_forgotten,
    claim=store.claim_forgotten,
    act=store.forget_attempts,
    batch_size=1000,
)
"""Counts that are over are deleted."""


class TooManyTries(TooMany):
    """`retry_after_s` says when the first of them is forgotten."""

    code = "too_many_tries"

    def __init__(self, retry_after_s: int) -> None:
        minutes = max(1, ceil(retry_after_s / 60))
        super().__init__(f"That was tried too often; try again in {minutes} min.", minutes=minutes)
        self.retry_after_s = retry_after_s


async def count_try(database: Database, *counted: Counted) -> Sequence[Tried]:
    """Count one more try of each, in a transaction of its own, so that it counts also where what
    follows fails, and two at once are two. Return how often each was tried, in the same order.

    Raises TooManyTries; then it counts for none of them, so that who has no tries left uses up
    those of others no more.
    """
    async with database.transaction(actor="portal") as tx:
        tried = await store.count_attempt(tx, counted)
        over = [each for each in tried if each.left < 0]
        if over:
            raise TooManyTries(ceil(max((each.ends_at - tx.now).total_seconds() for each in over)))
        for each in tried:
            tx.schedule(OLD_ATTEMPTS.name, each.ends_at)
    return tried


async def forget_tries(tx: Transaction, *counted: Counted) -> None:
    """Begin counting anew, as after a success."""
    await store.forget_attempts(tx, [each.subject for each in counted])
