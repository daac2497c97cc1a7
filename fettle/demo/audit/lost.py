"""`lost`: a 201 unknown to dispatch, sla or notify; a fact that did not arrive; a message neither
delivered nor visibly failed.
"""

from collections.abc import Iterator

from fettle.demo.audit.client_log import ClientLog
from fettle.demo.audit.ledger import FOLLOWED, Finding, Ledger

DELIVERED, FAILED = (
    frozenset({"delivered"}),
    frozenset({"failed", "dropped", "stale", "disabled", "expired"}),
)
SAID = "said"
TO_CLIENTS = frozenset(
    {"job.offered", "job.accepted", "job.changed", "job.cancelled", "offer.withdrawn", "offer.lost"}
)
"""What every player's client has asked to be sent."""
NEVER_OPENED_WORK = frozenset({"resolved", "closed", "cancelled"})


def lost(ledger: Ledger, log: ClientLog) -> list[Finding]:
    return [*_tickets(ledger, log), *_facts(ledger), *_messages(ledger, log)]


def _tickets(ledger: Ledger, log: ClientLog) -> Iterator[Finding]:
    told_of = {message.ticket for message in ledger.messages}
    for opened in log.opened:
        ticket = opened.ticket_id
        if ticket not in ledger.tickets:
            yield Finding(about=ticket, what="answered with 201 and not in tickets")
        if ticket not in ledger.work_orders:
            yield Finding(about=ticket, what="no work order in dispatch")
        elif not ledger.jobs.get(ticket) and not _ended_before_work(ledger, ticket):
            yield Finding(about=ticket, what="its work order has no job in dispatch")
        if ticket not in ledger.clocked:
            yield Finding(about=ticket, what="no clocks in sla")
        if ticket not in told_of:
            yield Finding(about=ticket, what="nobody was told by notify")


def _ended_before_work(ledger: Ledger, ticket: str) -> bool:
    """A ticket that had ended before dispatch heard of it gets no job."""
    order = ledger.newest.get("dispatch.work_order", {}).get(ticket)
    state = ledger.newest.get("tickets.ticket", {}).get(ticket, {}).get("state")
    return order is not None and not order["jobs"] and state in NEVER_OPENED_WORK


def _facts(ledger: Ledger) -> Iterator[Finding]:
    for fact in ledger.told:
        if not fact.published and not fact.parked:
            yield Finding(
                about=fact.subject,
                what=f"{fact.entity}.{fact.name} version {fact.version} was never published",
            )
    for service, entities in FOLLOWED.items():
        for entity in entities:
            known = ledger.held.get(service, {}).get(entity, {})
            for subject, state in ledger.newest.get(entity, {}).items():
                if (version := known.get(subject, 0)) < state["version"]:
                    yield Finding(
                        about=subject,
                        what=f"{service} knows {entity} at version {version} of {state['version']}",
                    )


def _messages(ledger: Ledger, log: ClientLog) -> Iterator[Finding]:
    arrived = {(received.owner, received.webhook_id) for received in log.received}
    players = {received.owner for received in log.received}
    sent = {delivery.message for delivery in ledger.deliveries}
    for message in ledger.messages:
        if (
            message.state == SAID
            and message.recipient in players
            and message.kind in TO_CLIENTS
            and message.id not in sent
        ):
            yield Finding(
                about=message.id,
                what=f"{message.kind} to {message.recipient} has no delivery at all",
            )
    for delivery in ledger.deliveries:
        if delivery.state in DELIVERED:
            if delivery.owner in players and (delivery.owner, delivery.message) not in arrived:
                yield Finding(
                    about=delivery.message,
                    what=f"said to be delivered, but never came in at {delivery.owner}",
                )
        elif delivery.state not in FAILED or not delivery.reason:
            yield Finding(
                about=delivery.message,
                what=f"to {delivery.owner}: {delivery.state}, neither delivered nor visibly failed",
            )
