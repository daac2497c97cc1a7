"""Words of danger in what people write about a ticket that is open already."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from pydantic import JsonValue

from services.tickets.actions.recording import record
from services.tickets.domain.danger.heeding import heed, known_words
from services.tickets.domain.danger.words import words_of_danger
from services.tickets.domain.ticket import Ticket
from services.tickets.store.search import save_words
from services.tickets.store.sites import load_site
from shared.contracts import TicketV1
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction


async def heed_danger(
    tx: Transaction,
    ticket: Ticket,
    *said: str | None,
    by: str,
    before: Ticket | None = None,
    raises: bool = True,
    reason: str | None = None,
) -> Ticket:
    """Return the ticket after words of danger in what `by` said, if they are new on it: noted, an
    emergency unless `raises` is False, and recorded at the version of this transaction.

    `before` is the ticket before its own text was changed, where it was. Call it last, for it tells
    what the ticket has become.
    """
    texts = [text for text in said if text]
    site = await load_site(tx, ticket.site_id) if texts else None
    if site is None:
        return ticket
    found = words_of_danger(site.danger_words, *texts)
    if not found:
        return ticket
    old = known_words(before or ticket, site)
    return _heed_new(tx, ticket, found, old, by=by, raises=raises, reason=reason)


async def heed_duplicate(tx: Transaction, ticket: Ticket, duplicate: Ticket) -> Ticket:
    """Return the ticket after the words of danger of a duplicate, as `heed_danger` does: they raise
    it, unless staff have lowered the duplicate and so settled these words there.

    `duplicate` is the ticket before it was merged. Call it last.
    """
    site = await load_site(tx, ticket.site_id)
    if site is None:
        return ticket
    found = known_words(duplicate, site)
    wrote = [danger.cause for danger in duplicate.danger] or [duplicate.reporter_id]
    return _heed_new(
        tx,
        ticket,
        sorted(found),
        known_words(ticket, site),
        by=wrote[-1],
        raises=duplicate.priority is Priority.EMERGENCY,
        reason=None,
    )


def _heed_new(
    tx: Transaction,
    ticket: Ticket,
    found: Iterable[str],
    old: Collection[str],
    *,
    by: str,
    raises: bool,
    reason: str | None,
) -> Ticket:
    new = [word for word in found if word not in old]
    heeded = heed(ticket, new, at=tx.now, cause=by, raises=raises)
    if heeded is ticket:
        return ticket
    heeded = replace(heeded, version=tx.next_version(TicketV1, ticket.id, ticket.version))
    words = ", ".join(heeded.danger[-1].words)
    if heeded.classes == ticket.classes:
        detail: dict[str, JsonValue] = {"changed": ["danger"], "danger": words}
        record(tx, heeded, "amended", by=by, detail=detail)
        return heeded
    record(tx, heeded, "reclassified", by=by, detail={"reason": reason, "danger": words})
    save_words(tx, heeded)
    return heeded
