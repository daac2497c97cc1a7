"""`doubled`: two effects of one cause."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from fettle.demo.audit.client_log import ClientLog
from fettle.demo.audit.ledger import CLOCKS, Finding, Ledger

Key = TypeVar("Key", bound=Hashable)


def doubled(ledger: Ledger, log: ClientLog) -> list[Finding]:
    return [
        *_tickets(ledger, log),
        *_jobs(ledger),
        *_winners(ledger),
        *_facts(ledger),
        *_announcements(ledger),
        *_messages(ledger, log),
    ]


def _tickets(ledger: Ledger, log: ClientLog) -> Iterator[Finding]:
    tickets_of: dict[str, set[str]] = {}
    for opened in log.opened:
        tickets_of.setdefault(opened.key, set()).add(opened.ticket_id)
    for key, tickets in tickets_of.items():
        if len(tickets) > 1:
            yield Finding(
                about=key, what=f"one request became the tickets {', '.join(sorted(tickets))}"
            )
    for ticket in sorted(ledger.tickets - {opened.ticket_id for opened in log.opened}):
        yield Finding(about=ticket, what="a ticket that nobody got a 201 for")


def _jobs(ledger: Ledger) -> Iterator[Finding]:
    """One job a cycle; another one only as the second visit that a job asked for."""
    for order, jobs in ledger.jobs.items():
        for cycle, count in Counter(job["cycle"] for job in jobs).items():
            follow_ups = sum(job["state"] == "follow_up" for job in jobs if job["cycle"] == cycle)
            if count > 1 + follow_ups:
                yield Finding(
                    about=order,
                    what=f"{count} jobs in cycle {cycle} for {follow_ups} second visits asked for",
                )


def _winners(ledger: Ledger) -> Iterator[Finding]:
    """A job is taken once for each time it became free again."""
    for order, body in ledger.newest.get("dispatch.work_order", {}).items():
        for job in body["jobs"]:
            taken = sum(offer["state"] == "accepted" for offer in job["offers"])
            steps = [step["state"] for step in job["steps"]]
            if taken > (times := _times_taken(steps)):
                yield Finding(
                    about=order,
                    what=f"{taken} offers of one job were accepted, which was taken {times} times",
                )


def _times_taken(steps: list[str]) -> int:
    """How often a job came into somebody's hands; going back to `accepted` after a pause is not
    taking it again.
    """
    return sum(
        now == "accepted" and before in {"offered", "waiting"}
        for before, now in zip(["waiting", *steps], steps, strict=False)
    )


def _facts(ledger: Ledger) -> Iterator[Finding]:
    said = Counter(
        (fact.entity, fact.subject, fact.version) for fact in ledger.told if fact.name != "restated"
    )
    for (entity, subject, version), times in _more_than_once(said):
        yield Finding(about=subject, what=f"{entity} version {version} was told {times} times")


def _announcements(ledger: Ledger) -> Iterator[Finding]:
    for ticket, body in ledger.newest.get(CLOCKS, {}).items():
        told = Counter(
            (each["clock"], each["threshold"], each["due_at"])
            for each in _announced(body)
            if not each["skipped"]
        )
        for (clock, threshold, due), times in _more_than_once(told):
            yield Finding(
                about=ticket,
                what=f"{threshold} % of {clock} due at {due} was announced {times} times",
            )


def _announced(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    announced: list[Mapping[str, Any]] = body.get("announced", [])
    return announced


def _messages(ledger: Ledger, log: ClientLog) -> Iterator[Finding]:
    for (recipient, kind, cause), times in _more_than_once(
        Counter((each.recipient, each.kind, each.cause) for each in ledger.messages)
    ):
        yield Finding(about=recipient, what=f"{kind} for {cause} was said {times} times")
    for (message, endpoint), times in _more_than_once(
        Counter((each.message, each.endpoint) for each in ledger.deliveries)
    ):
        yield Finding(about=message, what=f"has {times} deliveries to the endpoint {endpoint}")
    acted = [received for received in log.received if received.acted]
    for (owner, message), times in _more_than_once(
        Counter((each.owner, each.webhook_id) for each in acted)
    ):
        yield Finding(about=message, what=f"took effect {times} times at {owner}")
    once = {(each.owner, each.webhook_id): each for each in acted if each.cause}
    for (owner, kind, cause), times in _more_than_once(
        Counter((each.owner, each.kind, each.cause) for each in once.values())
    ):
        yield Finding(about=cause, what=f"{kind} came to {owner} under {times} ids")


def _more_than_once(counts: Counter[Key]) -> Iterable[tuple[Key, int]]:
    return ((key, times) for key, times in counts.items() if times > 1)
