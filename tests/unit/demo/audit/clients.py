"""What clients saw of one ticket at which all went well, and ways to bend it."""

from typing import Any

from demo.audit.client_log import Call, ClientLog, Opened, Received

T, REFERENCE, SITE = "ticket-1", "S-1", "site-1"
RESIDENT, DESK, TECH, JOB, OFFER = "resident-1", "site-1-desk", "tech-1", "job-1", "offer-1"


def an_opened(**more: Any) -> Opened:
    given: dict[str, Any] = {
        "key": "row-1",
        "ticket_id": T,
        "sent_at": 0.0,
        "at": 0.1,
        "reference": REFERENCE,
        "site": SITE,
        "category": "lock",
        "priority": "normal",
        "by": RESIDENT,
        "language": "en",
    }
    return Opened(**given | more)


def a_call(path: str, at: float, *, by: str = TECH, status: int = 200, **answer: Any) -> Call:
    """Return a call that was sent at that time and answered a tenth of a second later."""
    return Call(
        method="POST",
        path=path,
        by=by,
        about=T if path.startswith(("/v1/offers", "/v1/jobs")) else "",
        status=status,
        sent_at=at,
        answered_at=at + 0.1,
        attempts=1,
        answer=answer,
    )


def a_step(verb: str, at: float, *, job: str = JOB, by: str = TECH, **answer: Any) -> Call:
    return a_call(f"/v1/jobs/{job}/{verb}", at, by=by, ticket_id=T, **answer)


def on_ticket(verb: str, at: float, *, by: str = RESIDENT, **answer: Any) -> Call:
    return a_call(f"/v1/tickets/{T}/{verb}", at, by=by, **answer)


def a_webhook(kind: str, at: float, *, owner: str = TECH, **more: Any) -> Received:
    given: dict[str, Any] = {
        "owner": owner,
        "webhook_id": f"{kind}-{at}",
        "kind": kind,
        "cause": OFFER if kind.startswith(("job.offered", "job.accepted")) else "",
        "acted": True,
        "status": 200,
        "at": at,
        "reference": REFERENCE,
        "job": JOB,
    }
    return Received(**given | more)


def a_log(*more: Call, opened: Opened | None = None) -> ClientLog:
    """Return a log of a ticket that was taken at 10, reached at 30, done at 60, and of `more`."""
    road = [
        a_call(f"/v1/offers/{OFFER}/accept", 10, job_id=JOB),
        a_step("travel", 20),
        a_step("arrive", 30),
        a_step("start", 30.2),
        a_step("complete", 60),
    ]
    return ClientLog(
        opened=[opened or an_opened()],
        received=[a_webhook("job.offered", 1.0)],
        calls=[*road, *more],
    )
