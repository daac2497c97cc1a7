"""A small site where all went well: one ticket, one job, one message; and ways to bend it."""

from dataclasses import replace
from typing import Any

from demo.audit.client_log import ClientLog, Opened, Received
from demo.audit.ledger import (
    CLOCKS,
    TICKET,
    WORK_ORDER,
    Delivery,
    Fact,
    Ledger,
    Message,
    OfferVersion,
)
from demo.audit.legal import instant

T, TECH, JOB, OFFER = "ticket-1", "tech-1", "job-1", "offer-1"


def at(second: float) -> str:
    return f"2026-01-20T08:{int(second // 60):02}:{second % 60:06.3f}+00:00"


def ticket_steps() -> list[dict[str, Any]]:
    states = [("open", 0), ("assigned", 10), ("in_progress", 20), ("resolved", 60)]
    return [
        {"at": at(second), "state": state, "cycle": 1, "cause": "job"} for state, second in states
    ]


def job_steps(technician: str = TECH, start: float = 0) -> list[dict[str, Any]]:
    states = [
        ("waiting", 0),
        ("offered", 1),
        ("accepted", 10),
        ("travelling", 20),
        ("on_site", 30),
        ("working", 40),
        ("completed", 60),
    ]
    return [
        {"at": at(start + second), "state": state, "technician_id": technician}
        for state, second in states
    ]


def an_order(ticket: str = T, **more: Any) -> dict[str, Any]:
    job = {
        "id": JOB,
        "cycle": 1,
        "state": "completed",
        "technician_id": TECH,
        "steps": job_steps(),
        "offers": [
            {"id": OFFER, "technician_id": TECH, "state": "accepted", "expires_at": at(100)}
        ],
    }
    return {"id": ticket, "version": 2, "cycle": 1, "state": "done", "jobs": [job | more]}


def a_ticket(**more: Any) -> dict[str, Any]:
    return {
        "id": T,
        "version": 4,
        "cycle": 1,
        "state": "resolved",
        "opened_at": at(0),
        "steps": ticket_steps(),
        "hold": None,
    } | more


def clocks(**more: Any) -> dict[str, Any]:
    kept = [{"kind": kind, "state": "met"} for kind in ("response", "arrival")]
    return {
        "id": T,
        "version": 1,
        "clocks": [*kept, {"kind": "resolution", "state": "breached"}],
        "announced": [],
    } | more


def facts(entity: str, subject: str, *states: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            fact_id=f"{entity}-{version}",
            entity=entity,
            name="said",
            subject=subject,
            version=version,
            state=state,
            digest=f"{entity}-{version}",
            at=instant(at(version)),
            published=True,
        )
        for version, state in enumerate(states, start=1)
    )


def good_ledger() -> Ledger:
    newest = {TICKET: {T: a_ticket()}, WORK_ORDER: {T: an_order()}, CLOCKS: {T: clocks()}}
    known = {entity: {T: body[T]["version"]} for entity, body in newest.items()}
    return Ledger(
        facts=(
            *facts(TICKET, T, "open", "assigned", "in_progress", "resolved"),
            *facts(WORK_ORDER, T, "waiting", "done"),
            *facts(CLOCKS, T, "running"),
        ),
        newest=newest,
        known_versions=dict.fromkeys(("tickets", "dispatch", "sla", "notify"), known),
        offers=(
            OfferVersion(work_order=T, version=1, offer=OFFER, state="open"),
            OfferVersion(work_order=T, version=2, offer=OFFER, state="accepted"),
        ),
        tickets=frozenset({T}),
        work_orders=frozenset({T}),
        jobs={T: ({"id": JOB, "cycle": 1, "state": "completed"},)},
        clocks={T: tuple(clocks()["clocks"])},
        messages=(
            Message(
                id="m1", recipient=TECH, kind="job.offered", cause=OFFER, ticket=T, state="said"
            ),
        ),
        deliveries=(Delivery(id="d1", message="m1", endpoint="e1", owner=TECH, state="delivered"),),
        capacities={TECH: 3},
    )


def with_ticket(ledger: Ledger, **more: Any) -> Ledger:
    return replace(ledger, newest={**ledger.newest, TICKET: {T: a_ticket(**more)}})


def with_job(ledger: Ledger, **more: Any) -> Ledger:
    return replace(ledger, newest={**ledger.newest, WORK_ORDER: {T: an_order(**more)}})


def received(webhook_id: str = "m1", *, cause: str = OFFER, acted: bool = True) -> Received:
    return Received(
        owner=TECH,
        webhook_id=webhook_id,
        kind="job.offered",
        cause=cause,
        acted=acted,
        status=200,
        at=2.0,
    )


def good_log() -> ClientLog:
    return ClientLog(opened=[Opened(key="row-2", ticket_id=T, at=0.0)], received=[received()])
