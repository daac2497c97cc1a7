"""What a run came to, in figures."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from demo.audit.client_log import ClientLog
from demo.audit.ledger import CLOCKS, SUBSCRIBED, TICKET, WORK_ORDER, Ledger
from demo.audit.legal import instant
from demo.audit.lost import DELIVERED, FAILED

RESOLVED = frozenset({"resolved", "closed"})


@dataclass(frozen=True, kw_only=True)
class Median:
    """A median in played minutes and in real seconds, of so many tickets."""

    played_min: float
    real_s: float
    of: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`sla_kept` are shares of the clocks that have ended, by kind; those of cancelled tickets do
    not count.

    A median is None where nothing was measured.
    """

    opened: int
    assigned: int
    completed: int
    cancelled: int
    unfinished: int
    offers: int
    offers_accepted: int
    offers_declined: int
    offers_expired: int
    offers_withdrawn: int
    response: Median | None
    arrival: Median | None
    resolution: Median | None
    sla_kept: Mapping[str, float]
    breaches: int
    warnings: int
    messages: int
    messages_delivered: int
    messages_failed: int
    redelivered: int
    facts_published: int
    facts_consumed: int
    facts_parked: int


def figures(ledger: Ledger, log: ClientLog, *, played_min: Callable[[float], float]) -> Figures:
    """Return the figures of a run; `played_min` turns real seconds into played minutes."""
    tickets, orders = ledger.newest.get(TICKET, {}), ledger.newest.get(WORK_ORDER, {})
    jobs = {
        ticket: [job for job in body["jobs"] if job["cycle"] == body["cycle"]]
        for ticket, body in orders.items()
    }
    offers = Counter(
        offer["state"]
        for body in orders.values()
        for job in body["jobs"]
        for offer in job["offers"]
    )
    states = Counter(body["state"] for body in tickets.values())
    worked = {
        ticket
        for ticket, current in jobs.items()
        if any(job["state"] == "completed" for job in current)
    }
    thresholds = [
        each["threshold"]
        for body in ledger.newest.get(CLOCKS, {}).values()
        for each in body.get("announced", [])
        if not each["skipped"]
    ]
    deliveries = Counter(delivery.state for delivery in ledger.deliveries)
    webhooks = {(received.owner, received.webhook_id) for received in log.received}

    def median_of(ends: Iterable[tuple[str, str]]) -> Median | None:
        taken_s = [
            (instant(end) - instant(tickets[ticket]["opened_at"])).total_seconds()
            for ticket, end in ends
            if ticket in tickets
        ]
        if not taken_s:
            return None
        real_s = median(taken_s)
        return Median(
            played_min=round(played_min(real_s), 1), real_s=round(real_s, 3), of=len(taken_s)
        )

    return Figures(
        opened=len({opened.ticket_id for opened in log.opened}),
        assigned=sum(
            any(step["state"] == "assigned" for step in body["steps"]) for body in tickets.values()
        ),
        completed=sum(
            body["state"] in RESOLVED and ticket in worked for ticket, body in tickets.items()
        ),
        cancelled=states["cancelled"],
        unfinished=sum(states.values())
        - states["cancelled"]
        - sum(states[state] for state in RESOLVED),
        offers=offers.total(),
        offers_accepted=offers["accepted"],
        offers_declined=offers["declined"],
        offers_expired=offers["expired"],
        offers_withdrawn=offers["withdrawn"],
        response=median_of(_first(jobs, "accepted")),
        arrival=median_of(_first(jobs, "on_site")),
        resolution=median_of(_resolved(tickets)),
        sla_kept=_kept(
            clock
            for ticket, clocks in ledger.clocks.items()
            if ticket not in tickets or tickets[ticket]["state"] != "cancelled"
            for clock in clocks
        ),
        breaches=sum(threshold >= 100 for threshold in thresholds),
        warnings=sum(threshold < 100 for threshold in thresholds),
        messages=len(ledger.messages),
        messages_delivered=sum(deliveries[state] for state in DELIVERED),
        messages_failed=sum(deliveries[state] for state in FAILED),
        redelivered=len(log.received) - len(webhooks),
        facts_published=sum(fact.published for fact in ledger.facts),
        facts_consumed=_consumed(ledger),
        facts_parked=sum(ledger.dead_letters.values()),
    )


def _first(
    jobs: Mapping[str, Iterable[Mapping[str, Any]]], state: str
) -> Iterable[tuple[str, str]]:
    """Yield each ticket with when a job of it first reached the state."""
    for ticket, current in jobs.items():
        reached = [step["at"] for job in current for step in job["steps"] if step["state"] == state]
        if reached:
            yield ticket, min(reached, key=instant)


def _resolved(tickets: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Yield each ticket with when it was last resolved."""
    for ticket, body in tickets.items():
        for step in reversed(body["steps"]):
            if step["state"] == "resolved":
                yield ticket, step["at"]
                break


def _kept(clocks: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    ended = Counter(
        (clock["kind"], clock["state"]) for clock in clocks if clock["state"] in {"met", "breached"}
    )
    kinds = dict.fromkeys(kind for kind, _ in ended)
    return {
        kind: round(ended[kind, "met"] / (ended[kind, "met"] + ended[kind, "breached"]), 4)
        for kind in kinds
    }


def _consumed(ledger: Ledger) -> int:
    """Return how many facts arrived, counted once for each service that has to know of them.

    A newer state covers the older ones: a service that knows version 5 consumed 1 to 4 in effect.
    """
    return sum(
        fact.version
        <= ledger.known_versions.get(service, {}).get(fact.entity, {}).get(fact.subject, 0)
        for service, entities in SUBSCRIBED.items()
        for fact in ledger.facts
        if fact.entity in entities
    )
