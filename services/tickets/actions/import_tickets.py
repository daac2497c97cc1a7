"""Take tickets of a former system over from a list: what had ended as history, what had not as new
reports.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.tickets import events
from services.tickets.actions.import_places import Read
from services.tickets.actions.recording import topic_of_queue
from services.tickets.actions.seeing import demand_keeper, see_site_to_keep_people
from services.tickets.actions.take_numbers import Numbers
from services.tickets.domain.history import IMPORTED, Line, category_codes, take_over
from services.tickets.domain.history_list import PastTicket, PastTickets
from services.tickets.domain.references import reference_for
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from services.tickets.store import imported as store
from services.tickets.store.queries import Entry, insert_ticket, lock_tickets, save_entry
from services.tickets.store.search import insert_words
from shared.auth.caller import Caller
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction
from shared.importing.outcome import Outcome
from shared.importing.rows import SheetRow
from shared.importing.sheet import Sheet
from shared.importing.wrong import WrongCell
from shared.messaging.ended_tickets import note_state
from shared.telemetry import get_logger

log = get_logger(__name__)

TELLING_IMPORTED = "telling_imported"
"""The due worker that publishes the first facts of what was taken over."""

_PIECE = 100
_TOLD_A_SECOND = 100
"""So many tickets of a list are published a second: what is reported
meanwhile is heard before the next hundred are.
"""


async def import_tickets(
    tx: Transaction,
    site_id: str,
    read: Read,
    *,
    dry_run: bool,
    skip_bad: bool,
    by: Caller,
    numbers: Numbers,
    retention_days: int,
) -> Outcome:
    """Store the tickets of the list; return what became of its rows. Nothing is changed by a dry
    run, and by bad rows unless they are skipped. A row whose number is known at the site changes
    nothing, whatever it says.

    All rows are looked at before the first one is written, some at a time; it is one transaction,
    which locks nothing that requests wait for. Facts are published some at a time, soon after.
    Raises Forbidden, NotFound, UnreadableSheet, TicketFull.
    """
    demand_keeper(by, site_id)
    sheet = await read()
    if not dry_run:
        tx.demand_locks()
        await store.lock_imports(tx, site_id)
    site = await see_site_to_keep_people(tx, site_id, by=by)
    importing = _Importing(tx, site, sheet, by=by, retention_days=retention_days)
    outcome = await importing.look()
    if not dry_run and (skip_bad or not outcome.bad):
        outcome.taken = True
        await importing.save(numbers)
        created = outcome.created
        tx.after_commit(
            lambda: log.info("tickets_imported", site=site.id, by=by.id, created=created)
        )
    return outcome


async def tell_imported(tx: Transaction, ticket_ids: Sequence[UUID]) -> None:
    """Publish what these tickets are; what has changed since says so itself."""
    tickets = await lock_tickets(tx, ticket_ids)
    for ticket in tickets.values():
        if ticket.version == 1:
            tx.publish(events.of_ticket(IMPORTED if _is_history(ticket) else "opened", ticket))
    await store.delete_untold(tx, ticket_ids)


class _Importing:
    def __init__(
        self, tx: Transaction, site: Site, sheet: Sheet, *, by: Caller, retention_days: int
    ) -> None:
        self._tx, self._site, self._sheet, self._by = tx, site, sheet, by
        self._retention_days = retention_days
        self._past = PastTickets(site, now=tx.now)
        self._codes = category_codes(site)
        self._untold = 0

    async def look(self) -> Outcome:
        """Return what would become of the rows."""
        outcome = self._sheet.outcome()
        async for new in self._new(outcome):
            outcome.created += len(new)
        outcome.problems.sort(key=lambda problem: problem.row)
        return outcome

    async def save(self, numbers: Numbers) -> None:
        """Save the tickets of the good rows that are new."""
        async for new in self._new(self._sheet.outcome()):
            if not new:
                continue
            given = await numbers.take(self._site.code, len(new))
            for ticket, lines in await asyncio.to_thread(self._take_over, new, given):
                self._save(ticket, lines)
            await store.flush_new(self._tx)
            self._tx.tell(topic_of_queue(self._site.id))
        if self._untold:
            self._tx.schedule(TELLING_IMPORTED, self._tx.now)

    async def _new(self, outcome: Outcome) -> AsyncIterator[list[PastTicket]]:
        """Yield what good rows say of tickets that are not known; note rows that are wrong."""
        async for rows in self._sheet.pieces(_PIECE):
            good, bad = await asyncio.to_thread(self._read, rows)
            for row, wrong in bad:
                outcome.note(self._sheet.problem(row, wrong))
            numbers = [past.external_id for past in good]
            known = await store.find_known(self._tx, self._site.id, numbers)
            outcome.unchanged += len(known)
            yield [past for past in good if past.external_id not in known]

    def _read(
        self, rows: Sequence[SheetRow]
    ) -> tuple[list[PastTicket], list[tuple[SheetRow, WrongCell]]]:
        good: list[PastTicket] = []
        bad: list[tuple[SheetRow, WrongCell]] = []
        for row in rows:
            try:
                good.append(self._past.read(row))
            except WrongCell as wrong:
                bad.append((row, wrong))
        return good, bad

    def _take_over(
        self, new: Sequence[PastTicket], numbers: Sequence[int]
    ) -> list[tuple[Ticket, Sequence[Line]]]:
        return [
            take_over(
                past,
                self._site,
                codes=self._codes,
                reference=reference_for(self._site.code, number),
                by=self._by.id,
                at=self._tx.now,
                retention_days=self._retention_days,
            )
            for past, number in zip(new, numbers, strict=True)
        ]

    def _save(self, ticket: Ticket, lines: Sequence[Line]) -> None:
        tx = self._tx
        insert_ticket(tx, ticket)
        note_state(tx, ticket)
        insert_words(tx, ticket)
        for n, line in enumerate(lines, 1):
            save_entry(tx, ticket, Entry(n=n, **vars(line)))
        store.save_untold(tx, ticket.id, due_at=self._next_to_tell())

    def _next_to_tell(self) -> datetime:
        due_at = self._tx.now + timedelta(seconds=self._untold // _TOLD_A_SECOND)
        self._untold += 1
        return due_at


def _is_history(ticket: Ticket) -> bool:
    return ticket.state is not TicketState.OPEN
