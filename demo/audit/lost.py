"""`lost`: a 201 that a service does not know, a fact or a message that did not arrive."""

from collections.abc import Iterator

from demo.audit.client_log import ClientLog
from demo.audit.ledger import SUBSCRIBED, TICKET, WEBHOOK, WORK_ORDER, Finding, Ledger

DELIVERED = frozenset({"delivered"})
FAILED = frozenset({"failed", "dropped", "stale", "disabled", "expired"})
SAID = "said"
TO_CLIENTS = frozenset(
    {
        "job.offered",
        "job.accepted",
        "job.changed",
        "job.cancelled",
        "offer.withdrawn",
        "offer.lost",
    }
)
"""Kinds that every technician's endpoint subscribes to."""
ENDED = frozenset({"resolved", "closed", "cancelled"})


def lost(ledger: Ledger, log: ClientLog) -> list[Finding]:
    """Return what should be somewhere and is not."""
    return [*_tickets(ledger, log), *_facts(ledger), *_messages(ledger, log)]


def _tickets(ledger: Ledger, log: ClientLog) -> Iterator[Finding]:
    notified = {message.ticket for message in ledger.messages}
    for opened in log.opened:
        ticket = opened.ticket_id
        if ticket not in ledger.tickets:
            yield Finding(about=ticket, what="answered with 201 and not in tickets")
        if ticket not in ledger.work_orders:
            yield Finding(about=ticket, what="no work order in dispatch")
        elif not ledger.jobs.get(ticket) and not _ended_before_work(ledger, ticket):
            yield Finding(about=ticket, what="its work order has no job in dispatch")
        if ticket not in ledger.clocks:
            yield Finding(about=ticket, what="no clocks in sla")
        if ticket not in notified:
            yield Finding(about=ticket, what="no message about it from notify")


def _ended_before_work(ledger: Ledger, ticket: str) -> bool:
    """Return whether the ticket had ended before dispatch heard of it: it gets no job then."""
    order = ledger.newest.get(WORK_ORDER, {}).get(ticket)
    state = ledger.newest.get(TICKET, {}).get(ticket, {}).get("state")
    return order is not None and not order["jobs"] and state in ENDED


def _facts(ledger: Ledger) -> Iterator[Finding]:
    for fact in ledger.facts:
        if not fact.published and not fact.dead:
            what = f"{fact.entity}.{fact.name} version {fact.version} was never published"
            yield Finding(about=fact.subject, what=what)
    for service, entities in SUBSCRIBED.items():
        for entity in entities:
            known = ledger.known_versions.get(service, {}).get(entity, {})
            for subject, state in ledger.newest.get(entity, {}).items():
                if (version := known.get(subject, 0)) < (newest := state["version"]):
                    what = f"{service} knows {entity} at version {version} of {newest}"
                    yield Finding(about=subject, what=what)


def _messages(ledger: Ledger, log: ClientLog) -> Iterator[Finding]:
    arrived = {(received.owner, received.webhook_id) for received in log.received}
    clients = {received.owner for received in log.received}
    sent = {delivery.message for delivery in ledger.deliveries}
    for message in ledger.messages:
        to_a_client = message.recipient in clients and message.kind in TO_CLIENTS
        if message.state == SAID and to_a_client and message.id not in sent:
            what = f"{message.kind} to {message.recipient} has no delivery at all"
            yield Finding(about=message.id, what=what)
    for delivery in ledger.deliveries:
        owner, about = delivery.owner, delivery.message
        if delivery.state in DELIVERED:
            came_in = (owner, about) in arrived or delivery.channel != WEBHOOK
            if owner in clients and not came_in:
                what = f"said to be delivered, but never came in at {owner}"
                yield Finding(about=about, what=what)
        elif delivery.state not in FAILED or not delivery.reason:
            what = f"to {owner}: {delivery.state}, neither delivered nor visibly failed"
            yield Finding(about=about, what=what)
