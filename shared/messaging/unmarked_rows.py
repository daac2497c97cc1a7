"""The slow look at the outbox: for rows that no commit of this instance handed over, from before a
crash, of an instance that died, or beyond the queue's bound.
"""

from datetime import timedelta
from uuid import UUID

from shared.db.session import Session, transacting
from shared.db.transaction import Database
from shared.messaging import outbox
from shared.messaging.healing import ONE_LOOKS, is_the_one
from shared.messaging.marks import MARK_DELAY_S
from shared.messaging.steps import Steps

_MAX_ROWS_A_PAGE = 2_000
_LEFT_TO_ITS_INSTANCE = timedelta(seconds=2 * MARK_DELAY_S)
"""So long a row waits for the instance that committed it to publish and mark it, before another one
takes it for abandoned.
"""


class UnmarkedRows:
    """Page by page, from the newest down; one instance at a time."""

    def __init__(self, database: Database) -> None:
        self.more = True
        """There are rows in the table beyond what was read, or there may be."""
        self._database = database
        self._below: UUID | None = None
        """Where the look goes on; None where one begins."""
        self._forgot = True
        """The next look is also for the youngest rows: they may be our own, of before a restart or
        a failure.
        """
        self._steps = Steps("look", largest=_MAX_ROWS_A_PAGE)

    def look_again(self) -> None:
        """Begin at the newest, with the next page."""
        self._below, self.more = None, True

    def look_for_all(self) -> None:
        """Begin at the newest, the youngest rows included: this instance has forgotten what it had
        queued.
        """
        self.look_again()
        self._forgot = True

    async def next_page(self) -> outbox.Page | None:
        """Return rows still to be published, None where another instance is looking.

        Rows that are young are left to the instance that committed them: it may have published
        them, and not marked them yet.
        """
        youngest = (
            outbox.LARGEST_ID
            if self._forgot
            else outbox.first_id_at(self._database.clock.now() - _LEFT_TO_ITS_INSTANCE)
        )
        before = self._below or youngest

        async def look(limit: int) -> outbox.Page | None:
            async with transacting(self._database.engine) as direct:
                return await _look(direct, before, limit)

        page = await self._steps.take(look)
        self.more = page is not None and page.next is not None
        if page is not None:  # else we still want to see what we wanted, at the next look
            self._below = page.next
            self._forgot = self._forgot and self.more
        return page


async def _look(direct: Session, before: UUID, limit: int) -> outbox.Page | None:
    if not await is_the_one(direct, ONE_LOOKS):
        return None
    return await outbox.unmarked(direct, before=before, limit=limit)
