"""A small day that was played: some tickets, a storm, two faults, and what clients saw of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from demo.audit.client_log import Call, ClientLog, Opened, Received
from demo.audit.hours import Hours
from demo.audit.ledger import CLOCKS, Finding, Ledger, Message
from demo.audit.told import People
from demo.audit.whole_day import judge
from demo.day.faults import Fault
from demo.day.plan import Day, Report, plan_day
from demo.day.run import Played
from demo.day.sites import sites, terms_of

BEGINS_AT = datetime(2026, 11, 30, 6, tzinfo=UTC)
BEGAN = BEGINS_AT.timestamp()
DAY: Day = plan_day(seed=1, tickets=60, now=BEGINS_AT)


def a_report(number: int = 1, **more: Any) -> Report:
    """Return the report of that number, with other values in its request."""
    report = DAY.reports[number - 1]
    return replace(report, request=replace(report.request, **more))


def at_minute(minute: float) -> float:
    """Return a minute of the played day in seconds since the epoch."""
    return BEGAN + DAY.real_s(minute)


def an_opened(report: Report) -> Opened:
    at = at_minute(report.minute)
    return Opened(
        key=report.request.source_id,
        ticket_id=f"t-{report.request.source_id}",
        at=at,
        sent_at=at - 0.01,
        reference=f"R-{report.request.source_id}",
        site=report.site.id,
        category=report.request.category,
        priority="emergency" if report.storm else "normal",
        by=report.request.reporter_id,
        language=report.request.language,
    )


def a_webhook(opened: Opened, after_s: float, kind: str = "ticket.received") -> Received:
    return Received(
        owner=opened.by,
        webhook_id=f"{kind}-{opened.key}",
        kind=kind,
        cause="",
        acted=True,
        status=200,
        at=opened.at + after_s,
        reference=opened.reference,
        clock="arrival" if kind == "clock.breached" else "",
    )


def steps_of(opened: Opened) -> list[Call]:
    """Return what its technician's client did: all of it within ten seconds."""
    verbs = (("travel", 1.0), ("arrive", 2.0), ("start", 3.0), ("complete", 9.0))
    return [
        Call(
            method="POST",
            path=path,
            by="area-1-tech-01",
            about=opened.ticket_id,
            status=200,
            sent_at=opened.at + after_s,
            answered_at=opened.at + after_s + 0.01,
            attempts=1,
        )
        for path, after_s in (
            (f"/v1/offers/o-{opened.key}/accept", 0.5),
            *((f"/v1/jobs/j-{opened.key}/{verb}", after_s) for verb, after_s in verbs),
        )
    ]


def a_played_day(**findings: list[Finding]) -> Played:
    """Return a day at which all went well but for these findings: every ticket was heard of after
    0.2 s, those of the storm after 2 s; one promise was broken.
    """
    opened = [an_opened(report) for report in DAY.reports]
    storm = {report.request.source_id for report in DAY.reports if report.storm}
    log = ClientLog(
        opened=opened,
        received=[a_webhook(each, 2.0 if each.key in storm else 0.2) for each in opened],
        calls=[call for each in opened for call in steps_of(each)],
    )
    late = opened[0]
    log.received.append(replace(a_webhook(late, 4.5, "clock.breached"), owner="day01-desk"))
    retried = steps_of(late)[0]
    log.calls.append(replace(retried, sent_at=at_minute(900.5), answered_at=at_minute(905)))
    log.calls[-1] = replace(log.calls[-1], attempts=3, path="/v1/jobs/x/pause", status=409)
    terms = terms_of(Hours(time_zone="UTC"), DAY.pace)
    judged = judge(
        _ledger(late, opened),
        log,
        streams={},
        terms={site.id: terms for site in sites()},
        people=People(languages={}, names={}, addresses={}),
        clients=frozenset(),
        played_min=DAY.pace.played_min,
        waiting=None,
    )
    none: list[Finding] = []
    found = {name: findings.get(name, none) for name in judged.findings}
    return Played(
        day=DAY,
        log=log,
        faults=[
            Fault(what="sla", began=at_minute(570), ended=at_minute(571)),
            Fault(what="broker", began=at_minute(900), ended=at_minute(902)),
        ],
        audited=replace(judged, findings=found),
        refused=0,
        offers={},
        missing_photos=[],
        began=BEGAN,
        ended=at_minute(22 * 60),
    )


def _ledger(late: Opened, opened: list[Opened]) -> Ledger:
    fell, said = (
        datetime.fromtimestamp(late.at + after_s, UTC).isoformat() for after_s in (4.0, 4.3)
    )
    breach = {
        "clock": "arrival",
        "threshold": 100,
        "fell_at": fell,
        "announced_at": said,
        "due_at": fell,
        "skipped": False,
    }
    body = {"version": 1, "announced": [breach, breach | {"threshold": 50}]}
    return Ledger(
        newest={CLOCKS: {late.ticket_id: body}},
        messages=tuple(
            Message(
                id=f"m-{each.key}",
                recipient=each.by,
                kind="ticket.received",
                cause=each.key,
                ticket=each.ticket_id,
                state="said",
            )
            for each in opened
        ),
    )
