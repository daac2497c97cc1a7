from dataclasses import replace

from demo.audit.client_log import Opened
from demo.audit.doubled import doubled
from demo.audit.ledger import CLOCKS
from tests.unit.demo.audit.evidence import (
    JOB,
    OFFER,
    TECH,
    T,
    at,
    clocks,
    good_ledger,
    good_log,
    received,
    with_job,
)


def test_where_all_went_well_nothing_is_doubled() -> None:
    findings = doubled(good_ledger(), good_log())

    assert findings == []


def test_two_tickets_for_one_request_are_doubled() -> None:
    log = good_log()
    log.opened.append(Opened(key="row-2", ticket_id="ticket-2", at=1.0))

    (finding,) = doubled(good_ledger(), log)

    assert finding.what == "one request became the tickets ticket-1, ticket-2"


def test_a_ticket_that_nobody_asked_for_is_doubled() -> None:
    ledger = replace(good_ledger(), tickets=frozenset({T, "ticket-2"}))

    (finding,) = doubled(ledger, good_log())

    assert finding.about == "ticket-2"


def test_two_jobs_in_a_cycle_are_doubled_unless_a_second_visit_was_asked_for() -> None:
    one, two = (
        {"id": JOB, "cycle": 1, "state": "completed"},
        {"id": "job-2", "cycle": 1, "state": "completed"},
    )

    found = doubled(replace(good_ledger(), jobs={T: (one, two)}), good_log())
    none = doubled(
        replace(good_ledger(), jobs={T: (one | {"state": "follow_up"}, two)}), good_log()
    )

    assert [finding.what for finding in found] == [
        "2 jobs in cycle 1 for 0 second visits asked for"
    ]
    assert none == []


def test_two_winners_of_a_job_taken_once_are_doubled() -> None:
    offers = [
        {"id": each, "technician_id": TECH, "state": "accepted"} for each in (OFFER, "offer-2")
    ]

    (finding,) = doubled(with_job(good_ledger(), offers=offers), good_log())

    assert finding.what == "2 offers of one job were accepted, which was taken 1 times"


def test_a_fact_told_twice_is_doubled_but_saying_it_again_is_not() -> None:
    ledger = good_ledger()
    again = replace(ledger.facts[0], fact_id="another")

    found = doubled(replace(ledger, facts=(*ledger.facts, again)), good_log())
    none = doubled(
        replace(ledger, facts=(*ledger.facts, replace(again, name="restated"))), good_log()
    )

    assert [finding.what for finding in found] == ["tickets.ticket version 1 was told 2 times"]
    assert none == []


def test_a_breach_announced_twice_is_doubled() -> None:
    breach = {
        "clock": "arrival",
        "threshold": 100,
        "due_at": at(5),
        "fell_at": at(5),
        "announced_at": at(6),
        "skipped": False,
    }
    ledger = good_ledger()

    (finding,) = doubled(
        replace(ledger, newest={**ledger.newest, CLOCKS: {T: clocks(announced=[breach, breach])}}),
        good_log(),
    )

    assert "100 % of arrival" in finding.what


def test_a_message_said_twice_for_one_cause_is_doubled() -> None:
    ledger = good_ledger()
    again = replace(ledger.messages[0], id="m2")

    (finding,) = doubled(replace(ledger, messages=(*ledger.messages, again)), good_log())

    assert finding.what == f"job.offered for {OFFER} was said 2 times"


def test_two_deliveries_of_a_message_to_one_endpoint_are_doubled() -> None:
    ledger = good_ledger()
    again = replace(ledger.deliveries[0], id="d2")

    (finding,) = doubled(replace(ledger, deliveries=(*ledger.deliveries, again)), good_log())

    assert finding.what == "has 2 deliveries to the endpoint e1"


def test_a_repeated_delivery_that_took_effect_again_is_doubled_and_one_that_did_not_is_not() -> (
    None
):
    acted, known = good_log(), good_log()
    acted.received.append(received(acted=True))
    known.received.append(received(acted=False))

    found, none = doubled(good_ledger(), acted), doubled(good_ledger(), known)

    assert [finding.what for finding in found] == [f"took effect 2 times at {TECH}"]
    assert none == []


def test_one_offer_under_two_ids_is_doubled() -> None:
    log = good_log()
    log.received.append(received("m2"))

    (finding,) = doubled(good_ledger(), log)

    assert finding.what == f"job.offered came to {TECH} under 2 ids"


def test_messages_without_a_cause_of_their_own_may_come_under_many_ids() -> None:
    log = good_log()
    log.received.extend([received("m2", cause=""), received("m3", cause="")])

    findings = doubled(good_ledger(), log)

    assert findings == []
