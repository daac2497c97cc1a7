from collections.abc import Callable
from dataclasses import replace

import pytest

from demo.audit.client_log import Opened
from demo.audit.ledger import TICKET, WORK_ORDER, Ledger
from demo.audit.lost import lost
from tests.unit.demo.audit.evidence import TECH, T, good_ledger, good_log, with_ticket


def test_where_all_went_well_nothing_is_lost() -> None:
    findings = lost(good_ledger(), good_log())

    assert findings == []


@pytest.mark.parametrize(
    ("without", "what"),
    [
        (
            lambda ledger: replace(ledger, tickets=frozenset()),
            "answered with 201 and not in tickets",
        ),
        (lambda ledger: replace(ledger, work_orders=frozenset()), "no work order in dispatch"),
        (lambda ledger: replace(ledger, jobs={}), "its work order has no job in dispatch"),
        (lambda ledger: replace(ledger, clocks={}), "no clocks in sla"),
        (
            lambda ledger: replace(ledger, messages=(), deliveries=()),
            "no message about it from notify",
        ),
    ],
)
def test_a_ticket_that_a_service_does_not_know_is_lost(
    without: Callable[[Ledger], Ledger], what: str
) -> None:
    ledger = without(good_ledger())

    findings = lost(ledger, good_log())

    assert [(finding.about, finding.what) for finding in findings] == [(T, what)]


def test_a_201_that_left_no_trace_at_all_is_lost_everywhere() -> None:
    log = good_log()
    log.opened.append(Opened(key="row-3", ticket_id="ghost", at=1.0))

    findings = lost(good_ledger(), log)

    assert {finding.about for finding in findings} == {"ghost"}
    assert len(findings) == 4


def test_a_ticket_cancelled_before_dispatch_heard_of_it_needs_no_job() -> None:
    ledger = with_ticket(good_ledger(), state="cancelled")
    empty = {"id": T, "version": 2, "cycle": 1, "state": "cancelled", "jobs": []}

    findings = lost(
        replace(ledger, newest={**ledger.newest, WORK_ORDER: {T: empty}}, jobs={}), good_log()
    )

    assert findings == []


@pytest.mark.parametrize(("road", "found"), [("desk", 0), ("dispatch", 1)])
def test_a_ticket_that_the_desk_sees_to_needs_no_job(road: str, found: int) -> None:
    ledger = with_ticket(good_ledger(), state="open", road=road)
    empty = {"id": T, "version": 2, "cycle": 1, "state": "cancelled", "jobs": []}

    findings = lost(
        replace(ledger, newest={**ledger.newest, WORK_ORDER: {T: empty}}, jobs={}), good_log()
    )

    assert len(findings) == found


def test_a_fact_that_was_never_published_is_lost() -> None:
    ledger = good_ledger()
    facts = (replace(ledger.facts[0], published=False), *ledger.facts[1:])

    (finding,) = lost(replace(ledger, facts=facts), good_log())

    assert str(finding) == f"{T}: tickets.ticket.said version 1 was never published"


def test_a_service_that_has_not_heard_the_last_word_has_lost_it() -> None:
    ledger = good_ledger()
    behind = {**ledger.known_versions, "sla": {**ledger.known_versions["sla"], TICKET: {T: 3}}}

    (finding,) = lost(replace(ledger, known_versions=behind), good_log())

    assert finding.what == "sla knows tickets.ticket at version 3 of 4"


@pytest.mark.parametrize(
    ("state", "reason"), [("pending", None), ("sending", None), ("failed", None)]
)
def test_a_message_neither_delivered_nor_failed_for_a_reason_is_lost(
    state: str, reason: str | None
) -> None:
    ledger = good_ledger()
    stuck = replace(ledger.deliveries[0], state=state, reason=reason)

    (finding,) = lost(replace(ledger, deliveries=(stuck,)), good_log())

    assert finding.what == f"to {TECH}: {state}, neither delivered nor visibly failed"


def test_a_message_that_failed_for_a_reason_is_not_lost() -> None:
    ledger = good_ledger()
    failed = replace(ledger.deliveries[0], state="failed", reason="410 from the endpoint")

    findings = lost(replace(ledger, deliveries=(failed,)), good_log())

    assert findings == []


def test_a_message_to_a_client_that_was_never_put_on_its_way_is_lost_unless_it_came_too_late() -> (
    None
):
    ledger = good_ledger()
    said = replace(ledger.messages[0], id="m2", cause="offer-2")

    found = lost(replace(ledger, messages=(*ledger.messages, said)), good_log())
    none = lost(
        replace(ledger, messages=(*ledger.messages, replace(said, state="expired"))), good_log()
    )

    assert [finding.what for finding in found] == [f"job.offered to {TECH} has no delivery at all"]
    assert none == []


def test_a_delivery_that_the_client_never_saw_is_lost() -> None:
    ledger = good_ledger()
    another = replace(ledger.deliveries[0], id="d2", message="m2")

    (finding,) = lost(replace(ledger, deliveries=(*ledger.deliveries, another)), good_log())

    assert finding.what == f"said to be delivered, but never came in at {TECH}"
