from dataclasses import replace
from typing import Any

import pytest

from demo.audit.ledger import CLOCKS, WORK_ORDER, OfferVersion
from demo.audit.legal import illegal
from tests.unit.demo.audit.evidence import (
    OFFER,
    TECH,
    T,
    a_ticket,
    an_order,
    at,
    clocks,
    good_ledger,
    job_steps,
    ticket_steps,
    with_job,
    with_ticket,
)


def test_where_all_went_well_nothing_is_illegal() -> None:
    findings = illegal(good_ledger())

    assert findings == []


def test_a_version_that_was_skipped_is_illegal() -> None:
    ledger = good_ledger()
    facts = tuple(
        fact for fact in ledger.facts if (fact.entity, fact.version) != ("tickets.ticket", 2)
    )

    (finding,) = illegal(replace(ledger, facts=facts))

    assert finding.what == "tickets.ticket has no version 2"


def test_a_version_with_two_contents_is_illegal_even_if_it_only_says_itself_again() -> None:
    ledger = good_ledger()
    other = replace(ledger.facts[0], fact_id="x", name="restated", digest="another")

    (finding,) = illegal(replace(ledger, facts=(*ledger.facts, other)))

    assert finding.what == "tickets.ticket version 1 has two contents"


def test_a_ticket_that_jumps_from_version_to_version_is_illegal() -> None:
    ledger = good_ledger()
    facts = tuple(
        replace(fact, state="closed")
        if fact.entity == "tickets.ticket" and fact.version == 3
        else fact
        for fact in ledger.facts
    )

    findings = illegal(replace(ledger, facts=facts))

    assert [finding.what for finding in findings] == [
        "from assigned to closed in version 3",
        "from closed to resolved in version 4",
    ]


def test_a_version_of_several_steps_is_legal_by_what_also_happened_on_the_way() -> None:
    ledger = good_ledger()
    others = tuple(fact for fact in ledger.facts if fact.entity != "tickets.ticket")
    first, _, third, last = (fact for fact in ledger.facts if fact.entity == "tickets.ticket")
    begun, resolved = replace(third, version=2, name="started"), replace(last, version=3)

    by_way_of_assigned = illegal(
        replace(
            ledger, facts=(*others, first, replace(begun, also=("amended", "assigned")), resolved)
        )
    )
    at_a_leap = illegal(
        replace(ledger, facts=(*others, first, replace(begun, also=("amended",)), resolved))
    )
    by_way_of_closed = illegal(
        replace(ledger, facts=(*others, first, replace(begun, also=("closed",)), resolved))
    )

    assert by_way_of_assigned == []
    assert [finding.what for finding in at_a_leap] == ["from open to in_progress in version 2"]
    assert [finding.what for finding in by_way_of_closed] == [
        "from open to closed to in_progress in version 2"
    ]


@pytest.mark.parametrize(
    ("states", "what"),
    [
        (["open", "in_progress", "resolved"], "a step from open to in_progress"),
        (["open", "closed", "open", "resolved"], "a step from open to closed"),
        (["assigned", "resolved"], "does not begin as open in cycle 1"),
        (["open", "cancelled", "open", "resolved"], "a step from cancelled to open"),
    ],
)
def test_a_step_of_a_ticket_outside_the_table_is_illegal(states: list[str], what: str) -> None:
    steps = [
        {"at": at(second), "state": state, "cycle": 1, "cause": "x"}
        for second, state in enumerate(states)
    ]

    findings = illegal(with_ticket(good_ledger(), steps=steps))

    assert what in [finding.what for finding in findings]


def test_a_merge_that_was_undone_is_legal_and_counts_its_cycle() -> None:
    steps = [
        {"at": at(0), "state": "open", "cycle": 1, "cause": "x"},
        {"at": at(1), "state": "cancelled", "cycle": 1, "cause": "x", "merged_into": "DEMO-1-A"},
        {"at": at(2), "state": "open", "cycle": 2, "cause": "x"},
        {"at": at(3), "state": "resolved", "cycle": 2, "cause": "x"},
    ]

    findings = illegal(with_ticket(good_ledger(), steps=steps, cycle=2))
    uncounted = [{**step, "cycle": 1} for step in steps]
    wrong = illegal(with_ticket(good_ledger(), steps=uncounted))

    assert "a step from merged to open" not in [finding.what for finding in findings]
    assert not [each for each in findings if each.what.startswith("cycle")]
    assert [each.what for each in wrong] == ["cycle 1 became 1 from merged to open"]


@pytest.mark.parametrize(("name", "findings"), [("unmerged", 0), ("reopened", 1)])
def test_only_the_end_of_a_merge_leads_from_cancelled_to_open(name: str, findings: int) -> None:
    ledger = good_ledger()
    others = tuple(fact for fact in ledger.facts if fact.entity != "tickets.ticket")
    first, second, *_ = (fact for fact in ledger.facts if fact.entity == "tickets.ticket")
    cancelled = replace(second, name="cancelled", state="cancelled")
    alone = replace(second, version=3, name=name, state="open", digest="another")

    found = illegal(replace(ledger, facts=(*others, first, cancelled, alone)))

    assert len([each for each in found if "from cancelled to open" in each.what]) == findings


def test_a_reopened_ticket_must_count_its_cycle() -> None:
    reopened = {"at": at(70), "state": "open", "cycle": 1, "cause": "x"}
    again = {"at": at(80), "state": "resolved", "cycle": 1, "cause": "x"}

    findings = illegal(with_ticket(good_ledger(), steps=[*ticket_steps(), reopened, again]))

    assert [finding.what for finding in findings] == ["cycle 1 became 1 from resolved to open"]


def test_a_step_dated_before_the_one_before_it_is_illegal() -> None:
    steps = ticket_steps()
    steps[3]["at"] = at(15)

    (finding,) = illegal(with_ticket(good_ledger(), steps=steps))

    assert finding.what == "resolved is dated before in_progress"


@pytest.mark.parametrize("missing", ["offered", "accepted", "on_site", "working"])
def test_a_step_of_a_job_left_out_is_illegal(missing: str) -> None:
    steps = [step for step in job_steps() if step["state"] != missing]

    findings = illegal(with_job(good_ledger(), steps=steps))

    assert any(finding.what.startswith("a step from ") for finding in findings)


def test_an_offer_that_was_answered_twice_is_illegal() -> None:
    ledger = good_ledger()
    seen = tuple(
        OfferVersion(work_order=T, version=version, offer=OFFER, state=state)
        for version, state in ((1, "expired"), (2, "accepted"))
    )

    (finding,) = illegal(replace(ledger, offers=seen))

    assert finding.what == "was expired and became accepted"


def two_orders(second: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {T: an_order(), "ticket-2": second | {"id": "ticket-2"}}


def test_two_jobs_done_at_once_by_one_technician_are_illegal() -> None:
    ledger = good_ledger()
    orders = two_orders(an_order(steps=job_steps(start=15)))

    findings = illegal(replace(ledger, newest={**ledger.newest, WORK_ORDER: orders}))

    assert [finding.what for finding in findings] == ["did 2 jobs at once"]


def test_a_job_that_begins_where_the_last_one_ends_is_legal() -> None:
    ledger = good_ledger()
    orders = two_orders(an_order(steps=job_steps(start=40)))

    findings = illegal(replace(ledger, newest={**ledger.newest, WORK_ORDER: orders}))

    assert findings == []


def test_more_jobs_held_than_capacity_are_illegal() -> None:
    ledger = good_ledger()
    orders = two_orders(an_order(steps=job_steps(start=40)))

    findings = illegal(
        replace(ledger, newest={**ledger.newest, WORK_ORDER: orders}, capacities={TECH: 1})
    )

    assert [finding.what for finding in findings] == ["held 2 jobs at once"]


def test_tickets_and_dispatch_must_agree_at_rest() -> None:
    steps = ticket_steps()[:3]
    ledger = with_ticket(good_ledger(), state="in_progress", steps=steps)

    (finding,) = illegal(ledger)

    assert finding.what == "is in_progress while its work order is done"


@pytest.mark.parametrize(("road", "found"), [("desk", []), ("dispatch", ["is open"])])
def test_a_ticket_that_the_desk_sees_to_is_open_without_work(road: str, found: list[str]) -> None:
    ledger = with_ticket(good_ledger(), state="open", steps=ticket_steps()[:1], road=road)
    orders = {T: {**an_order(), "state": "cancelled", "jobs": []}}

    findings = illegal(replace(ledger, newest={**ledger.newest, WORK_ORDER: orders}))

    assert [finding.what[:7] for finding in findings] == found


def test_a_ticket_held_by_staff_may_wait_while_the_work_goes_on() -> None:
    steps = [*ticket_steps()[:3], {"at": at(50), "state": "on_hold", "cycle": 1, "cause": "x"}]
    ledger = good_ledger()
    facts = tuple(
        replace(fact, state="on_hold")
        if fact.entity == "tickets.ticket" and fact.version == 4
        else fact
        for fact in ledger.facts
    )

    findings = illegal(
        with_ticket(replace(ledger, facts=facts), state="on_hold", hold="staff", steps=steps)
    )

    assert findings == []


def test_a_breach_announced_before_it_fell_is_illegal() -> None:
    breach = {
        "clock": "arrival",
        "threshold": 100,
        "due_at": at(5),
        "fell_at": at(5),
        "announced_at": at(4),
        "skipped": False,
    }
    ledger = good_ledger()

    (finding,) = illegal(
        replace(ledger, newest={**ledger.newest, CLOCKS: {T: clocks(announced=[breach])}})
    )

    assert finding.what == "100 % of arrival was announced before it fell"


def test_the_state_of_a_ticket_is_that_of_its_last_step() -> None:
    findings = illegal(with_ticket(good_ledger(), state="closed"))

    assert [finding.what for finding in findings] == ["is closed after a step to resolved"]
    assert a_ticket()["steps"][-1]["state"] == "resolved"
