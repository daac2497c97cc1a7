"""`illegal`: steps outside the tables, gaps in versions, offers answered twice.

Also two jobs at once, announcements before their time, and two owners that disagree at rest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from demo.audit.ledger import CLOCKS, DESK, TICKET, WORK_ORDER, Fact, Finding, Ledger

MERGED = "merged"
"""What a ticket is here that was cancelled as a duplicate: the only end that is undone."""
TICKET_STEPS: Mapping[str, frozenset[str]] = {
    "open": frozenset({"assigned", "on_hold", "resolved", "cancelled", MERGED}),
    "assigned": frozenset({"in_progress", "open", "on_hold", "resolved", "cancelled", MERGED}),
    "in_progress": frozenset({"assigned", "open", "on_hold", "resolved", "cancelled", MERGED}),
    "on_hold": frozenset({"open", "assigned", "in_progress", "resolved", "cancelled", MERGED}),
    "resolved": frozenset({"closed", "open"}),
    "closed": frozenset({"open"}),
    "cancelled": frozenset(),
    MERGED: frozenset({"open"}),
}
JOB_STEPS: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"offered", "cancelled"}),
    "offered": frozenset({"accepted", "waiting", "cancelled"}),
    "accepted": frozenset({"travelling", "waiting", "cancelled"}),
    "travelling": frozenset({"on_site", "accepted", "waiting", "cancelled"}),
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
    "unmerged": "open",
    "cancelled": "cancelled",
}
"""The ticket's state after a fact about it, for the facts that are steps."""
REOPENED_FROM = frozenset({"resolved", "closed", MERGED})
AT_WORK = frozenset({"travelling", "on_site", "working"})
TICKET_STATES_FOR_ORDER: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"open"}),
    "accepted": frozenset({"assigned"}),
    "travelling": frozenset({"in_progress"}),
    "on_site": frozenset({"in_progress"}),
    "working": frozenset({"in_progress"}),
    "paused": frozenset({"on_hold"}),
    "done": frozenset({"resolved", "closed", "cancelled"}),
    "cancelled": frozenset({"resolved", "closed", "cancelled"}),
}
MAX_OVERLAP = timedelta(milliseconds=50)
"""Transactions that waited for each other are dated by when they began: so much may overlap."""


def illegal(ledger: Ledger) -> list[Finding]:
    """Return what no legal course of events leads to."""
    return [
        *_versions(ledger.facts),
        *_ticket_steps(ledger),
        *_job_steps(ledger),
        *_offers(ledger),
        *_two_jobs_at_once(ledger),
        *_disagreements(ledger),
        *_early_announcements(ledger),
    ]


def _versions(facts: Iterable[Fact]) -> Iterator[Finding]:
    """Yield gaps in versions, versions with two contents, and illegal steps between versions."""
    histories: dict[tuple[str, str], dict[int, Fact]] = defaultdict(dict)
    for fact in facts:
        before = histories[fact.entity, fact.subject].setdefault(fact.version, fact)
        if before.digest != fact.digest:
            what = f"{fact.entity} version {fact.version} has two contents"
            yield Finding(about=fact.subject, what=what)
    for (entity, subject), versions in histories.items():
        missing = sorted(set(range(1, max(versions) + 1)) - set(versions))
        if missing:
            what = f"{entity} has no version {', '.join(map(str, missing))}"
            yield Finding(about=subject, what=what)
        if entity == TICKET:
            yield from _steps_between(subject, versions)


def _steps_between(subject: str, versions: Mapping[int, Fact]) -> Iterator[Finding]:
    """Yield illegal steps from one version of a ticket to the next, also within a version."""
    for (earlier, before), (version, after) in pairwise(sorted(versions.items())):
        within = [STATE_AFTER[name] for name in after.also if name in STATE_AFTER]
        undone = "unmerged" in {after.name, *after.also} and before.state == "cancelled"
        way = [MERGED if undone else before.state, *within, after.state]
        if version == earlier + 1 and not all(_same_or_legal(*step) for step in pairwise(way)):
            what = f"from {' to '.join(map(str, way))} in version {version}"
            yield Finding(about=subject, what=what)


def _same_or_legal(before: str | None, after: str | None) -> bool:
    return before == after or after in TICKET_STEPS.get(before or "", frozenset())


def _ticket_steps(ledger: Ledger) -> Iterator[Finding]:
    for ticket, body in ledger.newest.get(TICKET, {}).items():
        steps = [_with_merged(step) for step in body["steps"]]
        if not steps or steps[0]["state"] != "open" or steps[0]["cycle"] != 1:
            yield Finding(about=ticket, what="does not begin as open in cycle 1")
            continue
        yield from _steps_within(ticket, steps, TICKET_STEPS)
        for before, after in pairwise(steps):
            reopened = after["state"] == "open" and before["state"] in REOPENED_FROM
            if after["cycle"] != before["cycle"] + reopened:
                cycles = f"cycle {before['cycle']} became {after['cycle']}"
                what = f"{cycles} from {before['state']} to {after['state']}"
                yield Finding(about=ticket, what=what)
        last = body["steps"][-1]["state"]
        if last != body["state"]:
            what = f"is {body['state']} after a step to {last}"
            yield Finding(about=ticket, what=what)


def _with_merged(step: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**step, "state": MERGED} if step.get("merged_into") else step


def _job_steps(ledger: Ledger) -> Iterator[Finding]:
    for order, body in ledger.newest.get(WORK_ORDER, {}).items():
        for job in body["jobs"]:
            steps = job["steps"]
            if not steps or steps[0]["state"] != "waiting":
                yield Finding(about=order, what="has a job that does not begin as waiting")
                continue
            yield from _steps_within(order, steps, JOB_STEPS)
            if steps[-1]["state"] != job["state"]:
                what = f"has a job that is {job['state']} after a step to {steps[-1]['state']}"
                yield Finding(about=order, what=what)


def _steps_within(
    about: str, steps: Sequence[Mapping[str, Any]], table: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    for before, after in pairwise(steps):
        if after["state"] not in table.get(before["state"], frozenset()):
            yield Finding(about=about, what=f"a step from {before['state']} to {after['state']}")
        if instant(after["at"]) < instant(before["at"]):
            what = f"{after['state']} is dated before {before['state']}"
            yield Finding(about=about, what=what)


def _offers(ledger: Ledger) -> Iterator[Finding]:
    """Yield offers whose answer changed: an offer is open until it has one, and keeps it."""
    states: dict[str, str] = {}
    for each in sorted(ledger.offers, key=lambda each: (each.work_order, each.version)):
        before = states.get(each.offer, "open")
        if before not in {"open", each.state}:
            yield Finding(about=each.offer, what=f"was {before} and became {each.state}")
        states[each.offer] = each.state


def _two_jobs_at_once(ledger: Ledger) -> Iterator[Finding]:
    at_work: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    assigned: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    tickets = ledger.newest.get(TICKET, {})
    for ticket, body in ledger.newest.get(WORK_ORDER, {}).items():
        # an emergency is held beside what they can hold
        is_emergency = ticket in tickets and tickets[ticket].get("priority") == "emergency"
        for job in body["jobs"]:
            for technician, start, end, working in _assignments(job["steps"]):
                if not is_emergency:
                    assigned[technician].append((start, end))
                if working:
                    at_work[technician].append((start, end))
    for technician, spans in at_work.items():
        if (count := _max_at_once(spans)) > 1:
            yield Finding(about=technician, what=f"did {count} jobs at once")
    for technician, spans in assigned.items():
        if (count := _max_at_once(spans)) > ledger.capacities.get(technician, count):
            yield Finding(about=technician, what=f"held {count} jobs at once")


def _assignments(
    steps: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, datetime, datetime, bool]]:
    """Yield a span a step: who had the job, from when to when, and whether they were at work."""
    for step, following in pairwise(steps):
        working = step["state"] in AT_WORK
        has = working or step["state"] in {"accepted", "paused"}
        if has and (technician := step.get("technician_id")):
            yield technician, instant(step["at"]), instant(following["at"]), working


def _max_at_once(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """Return the most spans that overlap by more than MAX_OVERLAP."""
    turns = sorted(
        turn
        for start, end in spans
        if end - start > MAX_OVERLAP
        for turn in ((start, 1), (end - MAX_OVERLAP, -1))
    )
    now = highest = 0
    for _, change in turns:
        now += change
        highest = max(highest, now)
    return highest


def _disagreements(ledger: Ledger) -> Iterator[Finding]:
    orders = ledger.newest.get(WORK_ORDER, {})
    for ticket, body in ledger.newest.get(TICKET, {}).items():
        order = orders.get(ticket)
        if order is None or body.get("hold") == "staff":
            continue
        agreeing = TICKET_STATES_FOR_ORDER.get(order["state"], frozenset())
        if order["state"] == "cancelled" and body.get("road") == DESK:
            agreeing |= {"open"}  # no job is made of what the desk sees to
        if order["cycle"] != body["cycle"] or body["state"] not in agreeing:
            what = f"is {body['state']} while its work order is {order['state']}"
            yield Finding(about=ticket, what=what)


def _early_announcements(ledger: Ledger) -> Iterator[Finding]:
    for ticket, body in ledger.newest.get(CLOCKS, {}).items():
        for each in body.get("announced", []):
            if instant(each["announced_at"]) < instant(each["fell_at"]):
                what = f"{each['threshold']} % of {each['clock']} was announced before it fell"
                yield Finding(about=ticket, what=what)


def instant(text: str) -> datetime:
    """Return an instant as facts write it (RFC 3339)."""
    return datetime.fromisoformat(text)
