"""What every change of a ticket leaves behind: its row, a fact, a line on the timeline, and word to
those who watch.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from services.tickets import events
from services.tickets.domain.closing import closes_at
from services.tickets.domain.ticket import Ticket
from services.tickets.store.dues import save_stopped
from services.tickets.store.queries import Entry, insert_ticket, save_entry, save_ticket
from services.tickets.store.search import insert_words
from shared.db.transaction import Transaction
from shared.messaging.ended_tickets import note_state

CLOSING = "closing"
QUEUE_TOPIC = "queue:"
"""How the topics begin that tell of a site's queue."""


def record_opened(
    tx: Transaction, ticket: Ticket, *, by: str, detail: Mapping[str, JsonValue]
) -> None:
    """Insert a new ticket with what it is found by, publish it, and begin its timeline."""
    insert_ticket(tx, ticket)
    insert_words(tx, ticket)
    tx.tell(topic_of_queue(ticket.site_id))
    tx.publish(events.of_ticket("opened", ticket, detail))
    add_line(tx, ticket, "opened", by=by, detail=detail)


def record(
    tx: Transaction,
    ticket: Ticket,
    fact: str,
    *,
    by: str,
    at: datetime | None = None,
    detail: Mapping[str, JsonValue] | None = None,
) -> None:
    """Save the ticket's newest version, publish it as `fact`, and add a line of the timeline."""
    save(tx, ticket)
    tx.publish(events.of_ticket(fact, ticket, detail))
    add_line(tx, ticket, fact, by=by, at=at, detail=detail)


def record_followers(
    tx: Transaction,
    before: Iterable[Ticket],
    after: Iterable[Ticket],
    *,
    by: str,
    detail: Mapping[str, JsonValue] | None = None,
) -> None:
    """Save what is told to others than before, and who came along with which duplicate."""
    for was, now in zip(before, after, strict=True):
        if now.version != was.version:
            record(tx, now, "amended", by=by, detail={"changed": ["followers"], **(detail or {})})
        elif now != was:
            save(tx, now)


def add_line(
    tx: Transaction,
    ticket: Ticket,
    name: str,
    *,
    by: str,
    at: datetime | None = None,
    detail: Mapping[str, JsonValue] | None = None,
    public: bool = True,
    comment_id: UUID | None = None,
) -> None:
    """Add a line of the timeline; its number is the ticket's count of them."""
    entry = Entry(
        n=ticket.entries,
        at=at or tx.now,
        name=name,
        cause=by,
        public=public,
        detail=detail or {},
        comment_id=comment_id,
    )
    save_entry(tx, ticket, entry)
    tx.tell(topic_of(ticket.id))


def save(tx: Transaction, ticket: Ticket) -> None:
    save_ticket(tx, ticket)
    save_stopped(tx, ticket)
    tx.tell(topic_of_queue(ticket.site_id))
    note_state(tx, ticket)
    due = closes_at(ticket)
    if due is not None:
        tx.schedule(CLOSING, due)


def topic_of(ticket_id: UUID) -> str:
    return f"ticket:{ticket_id}"


def topic_of_queue(site_id: str) -> str:
    return f"{QUEUE_TOPIC}{site_id}"
