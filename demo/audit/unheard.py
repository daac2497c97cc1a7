"""`unheard`: something a resident said that neither the technician nor the desk was told."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from math import inf
from types import MappingProxyType

from demo.audit.client_log import ClientLog, Said
from demo.audit.ledger import TICKET, Finding, Ledger, Message

KINDS: Mapping[str, frozenset[str]] = {
    "comment": frozenset({"job.changed", "ticket.commented", "job.accepted", "job.offered"}),
    "urge": frozenset({"job.changed", "ticket.urged", "job.accepted", "job.offered"}),
    "amendment": frozenset({"job.changed", "ticket.amended", "job.accepted", "job.offered"}),
    "visit": frozenset({"job.changed", "ticket.appointed", "job.accepted", "job.offered"}),
    "wish to cancel": frozenset({"job.changed", "ticket.cancel_requested"}),
    "objection": frozenset({"ticket.objected"}),
    "photo": frozenset({"job.changed", "job.accepted", "job.offered"}),
}
"""What tells of it; a technician who takes the job afterwards is told of the whole of it."""
DECIDED = "decided"
"""The state of a message that asked for what was decided before it could be sent."""
FOR_WORK_ALONE = frozenset({"visit", "photo"})
GATHERED_FOR_S = 60.0
"""What is said within a minute of the like is told when the minute is over."""
CLOCKS_DIFFER_S = 2.0
"""A client's log and a service's row are of two clocks."""


def unheard(
    ledger: Ledger,
    log: ClientLog,
    *,
    clients: Container[str] = frozenset(),
    over_at: Mapping[str, float] = MappingProxyType({}),
    taken: Container[str] = frozenset(),
) -> list[Finding]:
    """Return what was said and reached no other person. `clients` are the people whose clients'
    log this is: what they were told has to have come in. `over_at` is when the work on a ticket was
    over, `taken` are the tickets that a technician ever took: there may be nothing left to tell of
    a visit or a photo.
    """
    return list(_unheard(ledger, log, clients, over_at, taken))


def _unheard(
    ledger: Ledger,
    log: ClientLog,
    clients: Container[str],
    over_at: Mapping[str, float],
    taken: Container[str],
) -> Iterator[Finding]:
    arrived = {(received.owner, received.webhook_id) for received in log.received}
    about: dict[str | None, list[Message]] = defaultdict(list)
    for message in ledger.messages:
        about[message.ticket].append(message)
    for said in log.said:
        told = [m for ticket in _line(ledger, said.ticket_id) for m in about[ticket]]
        telling = [message for message in told if _tells(message, said)]
        over = over_at.get(said.ticket_id, inf)
        if not telling and _is_moot(said, told, over, taken=said.ticket_id in taken):
            continue
        if not telling:
            yield Finding(about=said.ticket_id, what=f"a {said.what} of {said.by} reached no one")
        elif not any(_has_come(message, arrived, clients) for message in telling):
            what = f"a {said.what} of {said.by} came in at no client"
            yield Finding(about=said.ticket_id, what=what)


def _is_moot(said: Said, told: Iterable[Message], over_at: float, *, taken: bool) -> bool:
    """Return whether there is nothing left to tell of a visit or a photo: no technician had the
    job, or it came within a minute of the last word to one, and the work was over before that
    minute was.
    """
    if said.what not in FOR_WORK_ALONE or over_at > said.at + GATHERED_FOR_S:
        return False
    return not taken or any(
        message.kind == "job.changed" and said.at - GATHERED_FOR_S <= message.at <= said.at
        for message in told
    )


def _has_come(
    message: Message, arrived: Container[tuple[str, str]], clients: Container[str]
) -> bool:
    """Return whether it came in where that would be known; what was decided need not."""
    if message.recipient not in clients or message.state == DECIDED:
        return True
    return (message.recipient, message.id) in arrived


def _line(ledger: Ledger, ticket_id: str) -> list[str]:
    """Return the ticket and those it was merged into: what is said on it counts there."""
    line = [ticket_id]
    tickets = ledger.newest.get(TICKET, {})
    while (after := tickets.get(line[-1], {}).get("duplicate_of")) and after not in line:
        line.append(after)
    return line


def _tells(message: Message, said: Said) -> bool:
    if message.kind not in KINDS[said.what] or message.recipient == said.by:
        return False
    if said.cause:
        return message.cause == said.cause or message.at >= said.at - CLOCKS_DIFFER_S
    return message.at >= said.at - CLOCKS_DIFFER_S
