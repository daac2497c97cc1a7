"""How clocks stand by what a ticket and its work order say.

That it agrees with sla is in `tests/unit/agreement`.
"""

from datetime import datetime
from typing import Any

import pytest

from shared.contracts.dispatch import JobV1
from shared.contracts.sla import ClockV1
from shared.standing import stand
from tests.unit.sla.tickets import NINE, a_step, a_ticket, a_work_order, after

DUE = {"response": after(minutes=15), "arrival": after(hours=2), "resolution": after(hours=8)}


def a_clock(kind: str, state: str = "running", **fields: Any) -> ClockV1:
    return ClockV1.model_validate(
        {"kind": kind, "state": state, "started_at": NINE, "due_at": DUE[kind], **fields}
    )


RUNNING = [a_clock(kind) for kind in DUE]


def jobs(*steps: tuple[str, datetime], cycle: int = 1) -> tuple[JobV1, ...]:
    return a_work_order(a_ticket(), *steps, cycle=cycle).jobs


def ends(clocks: tuple[ClockV1, ...]) -> list[tuple[str, datetime | None]]:
    return [(clock.state.value, clock.stopped_at) for clock in clocks]


def test_an_open_ticket_without_work_leaves_the_clocks_as_they_were_published() -> None:
    assert stand(RUNNING, a_ticket(), ()) == tuple(RUNNING)


@pytest.mark.parametrize(
    ("ticket", "work"),
    [
        (a_ticket(a_step("assigned", after(minutes=5))), ()),
        (a_ticket(answered_at=after(minutes=5)), ()),
        (a_ticket(), jobs(("accepted", after(minutes=5)))),
        (
            a_ticket(answered_at=after(minutes=9)),
            jobs(("accepted", after(minutes=5)), ("waiting", after(minutes=7))),
        ),
    ],
)
def test_the_response_is_met_by_who_took_it_on_or_answered_first_and_stays_so(
    ticket: Any, work: Any
) -> None:
    response, *others = ends(stand(RUNNING, ticket, work))

    assert response == ("met", after(minutes=5))
    assert others == [("running", None)] * 2


def test_the_arrival_is_met_when_a_technician_is_on_site() -> None:
    arrived = jobs(
        ("accepted", after(minutes=1)),
        ("travelling", after(minutes=5)),
        ("on_site", after(hours=1)),
    )

    assert ends(stand(RUNNING, a_ticket(), arrived)) == [
        ("met", after(minutes=1)),
        ("met", after(hours=1)),
        ("running", None),
    ]


def test_a_job_that_resolved_the_ticket_has_seen_a_technician_though_dispatch_has_not_said_so() -> (
    None
):
    resolved = a_ticket(
        a_step("assigned", after(minutes=1)),
        a_step("resolved", after(hours=1)),
        a_step("closed", after(hours=2)),
    )

    assert ends(stand(RUNNING, resolved, ())) == [
        ("met", after(minutes=1)),
        ("met", after(hours=1)),
        ("met", after(hours=1)),
    ]


def test_nobody_has_to_come_to_what_staff_resolved() -> None:
    resolved = a_ticket(a_step("resolved", after(minutes=10), cause="dana"))

    assert ends(stand(RUNNING, resolved, ())) == [
        ("met", after(minutes=10)),
        ("cancelled", after(minutes=10)),
        ("met", after(minutes=10)),
    ]


def test_cancelling_ends_what_still_runs() -> None:
    cancelled = a_ticket(
        a_step("cancelled", after(minutes=10), cause="resident-1"), answered_at=after(minutes=4)
    )

    found = ends(stand(RUNNING, cancelled, ()))

    assert found == [
        ("met", after(minutes=4)),
        ("cancelled", after(minutes=10)),
        ("cancelled", after(minutes=10)),
    ]


def test_what_stopped_after_it_fell_due_is_late_and_at_that_instant_in_time() -> None:
    late = stand(RUNNING, a_ticket(answered_at=after(minutes=16)), ())[0]
    in_time = stand(RUNNING, a_ticket(answered_at=after(minutes=15)), ())[0]

    assert (late.state, late.breached_at, late.stopped_at) == (
        "breached",
        after(minutes=15),
        after(minutes=16),
    )
    assert in_time.state == "met"


def test_a_breach_that_was_announced_stays_one_and_is_no_longer_waited_for() -> None:
    broken = a_clock("response", "breached", breached_at=after(minutes=15))

    [stopped] = stand([broken], a_ticket(answered_at=after(minutes=20)), ())

    assert (stopped.state, stopped.stopped_at) == ("breached", after(minutes=20))


def test_what_was_done_in_time_was_kept_though_sla_called_it_broken_before_it_heard() -> None:
    broken = a_clock("response", "breached", breached_at=DUE["response"])

    [response] = stand([broken], a_ticket(answered_at=after(minutes=14)), ())

    assert (response.state, response.stopped_at) == ("met", after(minutes=14))
    assert response.breached_at is None


def test_a_paused_promise_can_be_kept() -> None:
    paused = a_clock("arrival", "paused", due_at=None)

    [met] = stand(
        [paused], a_ticket(), jobs(("accepted", after(minutes=1)), ("on_site", after(hours=3)))
    )

    assert (met.state, met.stopped_at) == ("met", after(hours=3))


def test_a_reopened_ticket_runs_on_and_an_arrival_that_began_anew_waits_for_its_own_cycle() -> None:
    steps = (a_step("resolved", after(hours=1)), a_step("open", after(hours=2), cycle=2))
    anew, resumed = (
        a_clock("arrival", started_at=after(hours=2), due_at=after(hours=4)),
        a_clock("resolution"),
    )
    before = jobs(("accepted", after(minutes=1)), ("on_site", after(hours=1)))

    still = stand([anew, resumed], a_ticket(*steps), before)
    come = stand(
        [anew, resumed], a_ticket(*steps), (*before, *jobs(("on_site", after(hours=3)), cycle=2))
    )

    assert ends(still) == [("running", None), ("running", None)]
    assert ends(come) == [("met", after(hours=3)), ("running", None)]


def test_what_sla_said_to_have_ended_is_left_as_it_is() -> None:
    met = a_clock("response", "met", stopped_at=after(minutes=3))

    assert stand([met], a_ticket(a_step("cancelled", after(minutes=1))), ()) == (met,)


def test_a_merge_that_was_undone_begins_no_promise_anew() -> None:
    reopened = after(days=1)
    ticket = a_ticket(
        a_step("resolved", after(hours=2)),
        a_step("open", reopened, cycle=2, cause="resident-1"),
        a_step("cancelled", after(days=1, hours=2), cycle=2, cause="dana"),
        a_step("open", after(days=1, hours=3), cycle=3, cause="dana"),
    )
    arrival = a_clock("arrival", started_at=reopened, due_at=after(days=1, hours=2))

    [met] = stand([arrival], ticket, jobs(("on_site", after(days=1, hours=1)), cycle=2))
    [running] = stand([arrival], ticket, jobs(("on_site", after(hours=1)), cycle=1))

    assert (met.state.value, met.stopped_at) == ("met", after(days=1, hours=1))
    assert running.stopped_at is None


def test_what_is_cancelled_is_no_longer_waited_for_until_its_merge_is_undone() -> None:
    merged = a_step("cancelled", after(minutes=5), cause="dana")
    alone = a_step("open", after(minutes=6), cycle=2, cause="dana")

    assert {state for state, _ in ends(stand(RUNNING, a_ticket(merged), ()))} == {"cancelled"}
    assert stand(RUNNING, a_ticket(merged, alone), ()) == tuple(RUNNING)
