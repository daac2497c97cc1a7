"""`illegal`: a step outside the tables, a gap in versions, an offer answered twice, two jobs at
once, two owners that disagree at rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from fettle.demo.audit.ledger import CLOCKS, TICKET, WORK_ORDER, Finding, Ledger, Told

TICKET_STEPS: Mapping[str, frozenset[str]] = {
    "open": frozenset({"assigned", "on_hold", "resolved", "cancelled"}),
    "assigned": frozenset({"in_progress", "open", "on_hold", "resolved", "cancelled"}),
    "in_progress": frozenset({"assigned", "open", "on_hold", "resolved", "cancelled"}),
    "on_hold": frozenset({"open", "assigned", "in_progress", "resolved", "cancelled"}),
    "resolved": frozenset({"closed", "open"}),
    "closed": frozenset({"open"}),
    "cancelled": frozenset(),
}
JOB_STEPS: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"offered", "cancelled"}),
    "offered": frozenset({"accepted", "waiting", "cancelled"}),
    "accepted": frozenset({"travelling", "waiting", "cancelled"}),
    "travelling": frozenset({"on_site", "waiting", "cancelled"}),
    "on_site": frozenset({"working", "paused", "waiting", "cancelled"}),
    "working": frozenset({"paused", "completed", "follow_up", "waiting", "cancelled"}),
    "paused": frozenset({"working", "on_site", "accepted", "waiting", "cancelled"}),
    "completed": frozenset(),
    "follow_up": frozenset(),
    "cancelled": frozenset(),
}
STATE_AFTER: Mapping[str, str] = {
    "assigned": "assigned",
    "started": "in_progress",
    "unassigned": "open",
    "held": "on_hold",
    "resolved": "resolved",
    "closed": "closed",
    "reopened": "open",
    "cancelled": "cancelled",
}
"""What a fact about a ticket made of it, for the facts that are steps."""
REOPENED_FROM = frozenset({"resolved", "closed"})
DOING = frozenset({"travelling", "on_site", "working"})
TICKET_FOR_ORDER: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"open"}),
    "accepted": frozenset({"assigned"}),
    "travelling": frozenset({"in_progress"}),
    "on_site": frozenset({"in_progress"}),
    "working": frozenset({"in_progress"}),
    "paused": frozenset({"on_hold"}),
    "done": frozenset({"resolved", "closed", "cancelled"}),
    "cancelled": frozenset({"resolved", "closed", "cancelled"}),
}
GRACE = timedelta(milliseconds=50)
"""Two transactions that waited for each other date themselves by when they began."""


def illegal(ledger: Ledger) -> list[Finding]:
    return [
        *_versions(ledger.told),
        *_ticket_steps(ledger),
        *_job_steps(ledger),
        *_offers(ledger),
        *_two_jobs_at_once(ledger),
        *_disagreements(ledger),
        *_early_announcements(ledger),
    ]


def _versions(told: Iterable[Told]) -> Iterator[Finding]:
    """1, 2, 3 …; the same version said again must be the same state; states follow each other
    legally, also within a version.
    """
    histories: dict[tuple[str, str], dict[int, Told]] = defaultdict(dict)
    for fact in told:
        before = histories[fact.entity, fact.subject].setdefault(fact.version, fact)
        if before.digest != fact.digest:
            yield Finding(
                about=fact.subject, what=f"{fact.entity} version {fact.version} has two contents"
            )
    for (entity, subject), versions in histories.items():
        missing = sorted(set(range(1, max(versions) + 1)) - set(versions))
        if missing:
            yield Finding(
                about=subject, what=f"{entity} has no version {', '.join(map(str, missing))}"
            )
        if entity == TICKET:
            for (before_version, before), (version, after) in pairwise(sorted(versions.items())):
                way = [
                    before.state,
                    *(STATE_AFTER[name] for name in after.also if name in STATE_AFTER),
                    after.state,
                ]
                if version == before_version + 1 and not all(
                    _same_or_legal(*step) for step in pairwise(way)
                ):
                    yield Finding(
                        about=subject,
                        what=f"from {' to '.join(map(str, way))} in version {version}",
                    )


def _same_or_legal(before: str | None, after: str | None) -> bool:
    return before == after or after in TICKET_STEPS.get(before or "", frozenset())


def _ticket_steps(ledger: Ledger) -> Iterator[Finding]:
    for ticket, body in ledger.newest.get(TICKET, {}).items():
        steps = body["steps"]
        if not steps or steps[0]["state"] != "open" or steps[0]["cycle"] != 1:
            yield Finding(about=ticket, what="does not begin as open in cycle 1")
            continue
        yield from _walk(ticket, steps, TICKET_STEPS)
        for before, after in pairwise(steps):
            reopened = after["state"] == "open" and before["state"] in REOPENED_FROM
            if after["cycle"] != before["cycle"] + reopened:
                yield Finding(
                    about=ticket,
                    what=(
                        f"cycle {before['cycle']} became {after['cycle']} "
                        f"from {before['state']} to {after['state']}"
                    ),
                )
        if steps[-1]["state"] != body["state"]:
            yield Finding(
                about=ticket, what=f"is {body['state']} after a step to {steps[-1]['state']}"
            )


def _job_steps(ledger: Ledger) -> Iterator[Finding]:
    for order, body in ledger.newest.get(WORK_ORDER, {}).items():
        for job in body["jobs"]:
            steps = job["steps"]
            if not steps or steps[0]["state"] != "waiting":
                yield Finding(about=order, what="has a job that does not begin as waiting")
                continue
            yield from _walk(order, steps, JOB_STEPS)
            if steps[-1]["state"] != job["state"]:
                yield Finding(
                    about=order,
                    what=f"has a job that is {job['state']} after a step to {steps[-1]['state']}",
                )


def _walk(
    about: str, steps: Sequence[Mapping[str, Any]], table: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for before, after in pairwise(steps):
        if after["state"] not in table.get(before["state"], frozenset()):
            yield Finding(about=about, what=f"a step from {before['state']} to {after['state']}")
        if moment(after["at"]) < moment(before["at"]):
            yield Finding(about=about, what=f"{after['state']} is dated before {before['state']}")


def _offers(ledger: Ledger) -> Iterator[Finding]:
    """An offer is open until it has one answer, and keeps it."""
    seen: dict[str, str] = {}
    for each in sorted(ledger.offers, key=lambda each: (each.work_order, each.version)):
        before = seen.get(each.offer, "open")
        if before not in {"open", each.state}:
            yield Finding(about=each.offer, what=f"was {before} and became {each.state}")
        seen[each.offer] = each.state


def _two_jobs_at_once(ledger: Ledger) -> Iterator[Finding]:
    doing: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    holding: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for body in ledger.newest.get(WORK_ORDER, {}).values():
        for job in body["jobs"]:
            for technician, start, end, at_work in _hands(job["steps"]):
                (doing if at_work else holding)[technician].append((start, end))
    for technician, spans in doing.items():
        if (most := _at_once(spans)) > 1:
            yield Finding(about=technician, what=f"did {most} jobs at once")
        holding[technician] = [*holding[technician], *spans]
    for technician, spans in holding.items():
        if (most := _at_once(spans)) > ledger.capacities.get(technician, most):
            yield Finding(about=technician, what=f"held {most} jobs at once")


def _hands(steps: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, datetime, datetime, bool]]:
    """Who had the job from when to when, and whether they were at it; one span a step."""
    for step, following in pairwise(steps):
        if step["state"] in DOING | {"accepted", "paused"} and (
            technician := step.get("technician_id")
        ):
            yield technician, moment(step["at"]), moment(following["at"]), step["state"] in DOING


def _at_once(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """The most spans that overlap by more than the grace."""
    turns = sorted(
        turn
        for start, end in spans
        if end - start > GRACE
        for turn in ((start, 1), (end - GRACE, -1))
    )
    now = most = 0
    for _, change in turns:
        now += change
        most = max(most, now)
    return most


def _disagreements(ledger: Ledger) -> Iterator[Finding]:
    orders = ledger.newest.get(WORK_ORDER, {})
    for ticket, body in ledger.newest.get(TICKET, {}).items():
        order = orders.get(ticket)
        if order is None or body.get("hold") == "staff":
            continue
        if order["cycle"] != body["cycle"] or body["state"] not in TICKET_FOR_ORDER.get(
            order["state"], frozenset()
        ):
            yield Finding(
                about=ticket, what=f"is {body['state']} while its work order is {order['state']}"
            )


def _early_announcements(ledger: Ledger) -> Iterator[Finding]:
    for ticket, body in ledger.newest.get(CLOCKS, {}).items():
        for each in body.get("announced", []):
            if moment(each["announced_at"]) < moment(each["fell_at"]):
                yield Finding(
                    about=ticket,
                    what=f"{each['threshold']} % of {each['clock']} was announced before it fell",
                )


def moment(text: str) -> datetime:
    """An instant as the facts write it (RFC 3339)."""
    return datetime.fromisoformat(text)
