"""`doubled`: two effects of one cause."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, TypeVar

from demo.audit.client_log import ClientLog
from demo.audit.ledger import CLOCKS, WORK_ORDER, Finding, Ledger

Key = TypeVar("Key", bound=Hashable)


def doubled(ledger: Ledger, log: ClientLog) -> list[Finding]:
    """Return what is there more than once and should be there once."""
    return [
        *_tickets(ledger, log),
        *_jobs(ledger),
        *_winners(ledger),
        *_facts(ledger),
        *_announcements(ledger),
        *_messages(ledger),
        *_effects(log),
    ]


def _tickets(ledger: Ledger, log: ClientLog) -> Iterator[Finding]:
    tickets_of: dict[str, set[str]] = {}
    for opened in log.opened:
        tickets_of.setdefault(opened.key, set()).add(opened.ticket_id)
    for key, tickets in tickets_of.items():
        if len(tickets) > 1:
            what = f"one request became the tickets {', '.join(sorted(tickets))}"
            yield Finding(about=key, what=what)
    for ticket in sorted(ledger.tickets - {opened.ticket_id for opened in log.opened}):
        yield Finding(about=ticket, what="a ticket without a 201")


def _jobs(ledger: Ledger) -> Iterator[Finding]:
    """Yield cycles of more than one job, but for the second visits that jobs asked for."""
    for order, jobs in ledger.jobs.items():
        for cycle, count in Counter(job["cycle"] for job in jobs).items():
            follow_ups = sum(job["state"] == "follow_up" for job in jobs if job["cycle"] == cycle)
            if count > 1 + follow_ups:
                what = f"{count} jobs in cycle {cycle} for {follow_ups} second visits asked for"
                yield Finding(about=order, what=what)


def _winners(ledger: Ledger) -> Iterator[Finding]:
    """Yield jobs of which more offers were accepted than the job was taken times."""
    for order, body in ledger.newest.get(WORK_ORDER, {}).items():
        for job in body["jobs"]:
            accepted = sum(offer["state"] == "accepted" for offer in job["offers"])
            times = _times_taken([step["state"] for step in job["steps"]])
            if accepted > times:
                what = f"{accepted} offers of one job were accepted, which was taken {times} times"
                yield Finding(about=order, what=what)


def _times_taken(steps: list[str]) -> int:
    """Return how often a technician took the job; going on after a pause is not counted."""
    return sum(
        after == "accepted" and before in {"offered", "waiting"}
        for before, after in pairwise(["waiting", *steps])
    )


def _facts(ledger: Ledger) -> Iterator[Finding]:
    versions = Counter(
        (fact.entity, fact.subject, fact.version)
        for fact in ledger.facts
        if fact.name != "restated"
    )
    for (entity, subject, version), times in _more_than_once(versions):
        yield Finding(about=subject, what=f"{entity} version {version} was told {times} times")


def _announcements(ledger: Ledger) -> Iterator[Finding]:
    for ticket, body in ledger.newest.get(CLOCKS, {}).items():
        announced: list[Mapping[str, Any]] = body.get("announced", [])
        made = Counter(
            (each["clock"], each["threshold"], each["due_at"])
            for each in announced
            if not each["skipped"]
        )
        for (clock, threshold, due), times in _more_than_once(made):
            what = f"{threshold} % of {clock} due at {due} was announced {times} times"
            yield Finding(about=ticket, what=what)


def _messages(ledger: Ledger) -> Iterator[Finding]:
    made = Counter((each.recipient, each.kind, each.cause) for each in ledger.messages)
    for (recipient, kind, cause), times in _more_than_once(made):
        yield Finding(about=recipient, what=f"{kind} for {cause} was said {times} times")
    sent = Counter((each.message, each.endpoint) for each in ledger.deliveries)
    for (message, endpoint), times in _more_than_once(sent):
        what = f"has {times} deliveries to the endpoint {endpoint}"
        yield Finding(about=message, what=what)


def _effects(log: ClientLog) -> Iterator[Finding]:
    """Yield webhooks that a client acted on twice, under one id or for one cause."""
    acted = [received for received in log.received if received.acted]
    by_id = Counter((each.owner, each.webhook_id) for each in acted)
    for (owner, message), times in _more_than_once(by_id):
        yield Finding(about=message, what=f"took effect {times} times at {owner}")
    once = {(each.owner, each.webhook_id): each for each in acted if each.cause}
    by_cause = Counter((each.owner, each.kind, each.cause) for each in once.values())
    for (owner, kind, cause), times in _more_than_once(by_cause):
        yield Finding(about=cause, what=f"{kind} came to {owner} under {times} ids")


def _more_than_once(counts: Counter[Key]) -> Iterable[tuple[Key, int]]:
    return ((key, times) for key, times in counts.items() if times > 1)
