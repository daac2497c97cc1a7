"""Clocks as a pure function of dated steps.

The urgent targets are 15 min, 2 h and 8 h, counted in all hours.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.calendar import Calendar
from services.sla.domain.calendars import ALWAYS, Calendars, Edition, usual_calendar
from services.sla.domain.clocks import Clock, clocks_of
from services.sla.domain.life import Life, ticket_life, work_life
from services.sla.domain.policy import (
    DEFAULT,
    CountedIn,
    Match,
    Policy,
    Recompute,
    Targets,
    select_policy,
)
from services.sla.domain.working_time import WorkingTime
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.categories import Nature, Road
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import Appointment, Classing, Priority
from tests.unit.sla.tickets import NINE, a_step, a_ticket, a_work_order, after, reclassed

IN_SHANGHAI = Calendars({}, {"demo": [(ALWAYS, "Asia/Shanghai")]})


def clocks(
    ticket: TicketV1,
    work_order: WorkOrderV1 | None = None,
    *,
    now: datetime,
    policies: Sequence[Policy] = (),
    calendars: Calendars = IN_SHANGHAI,
) -> dict[ClockKind, Clock]:
    life = Life(ticket_life(ticket), work_life(work_order))
    promises = clocks_of(life, policies=policies, calendars=calendars, now=now)
    return {clock.kind: clock for clock in promises.clocks}


def states(found: dict[ClockKind, Clock]) -> list[str]:
    return [clock.state.value for clock in found.values()]


def a_policy(**changes: object) -> Policy:
    return Policy.model_validate(
        {**DEFAULT.model_dump(), "id": "ours", "site_id": "demo", **changes}
    )


@pytest.mark.parametrize(
    ("priority", "due"),
    [
        ("emergency", [after(minutes=5), after(minutes=30), after(hours=2)]),
        ("urgent", [after(minutes=15), after(hours=2), after(hours=8)]),
        ("normal", [after(hours=2), after(days=1), after(days=2)]),
        ("low", [after(days=1), after(days=3), after(days=7)]),
    ],
)
def test_every_priority_has_its_usual_targets(priority: str, due: list[datetime]) -> None:
    ticket = a_ticket(priority=priority)

    found = clocks(ticket, now=NINE)

    assert [clock.due_at for clock in found.values()] == due
    assert states(found) == ["running"] * 3


def test_a_promise_is_broken_at_its_due_time_and_not_before() -> None:
    ticket = a_ticket()

    just_before = clocks(ticket, now=after(minutes=15, microseconds=-1))[ClockKind.RESPONSE]
    at_the_time = clocks(ticket, now=after(minutes=15))[ClockKind.RESPONSE]

    assert (just_before.state, just_before.breached_at) == (ClockState.RUNNING, None)
    assert (at_the_time.state, at_the_time.breached_at) == (ClockState.BREACHED, after(minutes=15))


def test_what_happens_at_the_very_due_time_is_in_time() -> None:
    ticket = a_ticket()
    work_order = a_work_order(ticket, ("accepted", after(minutes=15)))

    response = clocks(ticket, work_order, now=after(hours=1))[ClockKind.RESPONSE]

    assert (response.state, response.stopped_at) == (ClockState.MET, after(minutes=15))


def test_a_clock_that_stopped_late_is_breached_with_the_time_it_stopped() -> None:
    ticket = a_ticket()
    work_order = a_work_order(ticket, ("accepted", after(minutes=20)))

    response = clocks(ticket, work_order, now=after(hours=1))[ClockKind.RESPONSE]

    assert (response.state, response.breached_at, response.stopped_at) == (
        ClockState.BREACHED,
        after(minutes=15),
        after(minutes=20),
    )


def test_a_word_of_staff_is_a_response_too() -> None:
    ticket = a_ticket(answered_at=after(minutes=3))
    work_order = a_work_order(ticket, ("accepted", after(minutes=10)))

    response = clocks(ticket, work_order, now=after(hours=1))[ClockKind.RESPONSE]

    assert response.stopped_at == after(minutes=3)


def test_an_offer_is_no_response() -> None:
    ticket = a_ticket()
    work_order = a_work_order(ticket, ("offered", after(minutes=1)))

    response = clocks(ticket, work_order, now=after(minutes=2))[ClockKind.RESPONSE]

    assert response.state is ClockState.RUNNING


def test_a_hold_for_the_resident_stops_arrival_and_resolution_but_not_response() -> None:
    ticket = a_ticket(a_step("on_hold", after(minutes=10), reason="waiting_resident"))

    found = clocks(ticket, now=after(minutes=12))

    assert states(found) == ["running", "paused", "paused"]
    assert [clock.due_at for clock in found.values()] == [after(minutes=15), None, None]


@pytest.mark.parametrize(
    "reason", ["waiting_parts", "waiting_contractor", "interrupted", "something new"]
)
def test_other_holds_stop_nothing(reason: str) -> None:
    ticket = a_ticket(a_step("on_hold", after(minutes=10), reason=reason))

    found = clocks(ticket, now=after(minutes=12))

    assert states(found) == ["running"] * 3


def test_a_pause_moves_the_due_time_by_its_length() -> None:
    ticket = a_ticket(
        a_step("on_hold", after(hours=1), reason="no_access"),
        a_step("open", after(hours=4)),
    )

    found = clocks(ticket, now=after(hours=4, minutes=30))

    assert [found[kind].due_at for kind in (ClockKind.ARRIVAL, ClockKind.RESOLUTION)] == [
        after(hours=5),
        after(hours=11),
    ]
    assert found[ClockKind.ARRIVAL].state is ClockState.RUNNING


def test_a_pause_counts_in_the_time_that_the_clock_is_counted_in() -> None:
    ticket = a_ticket(
        a_step("on_hold", after(hours=8), reason="no_access"),  # 17:00, an hour before closing
        a_step("open", after(hours=24)),  # 09:00, an hour after opening
        priority="normal",
    )

    arrival = clocks(ticket, now=after(hours=24))[ClockKind.ARRIVAL]

    assert arrival.due_at == after(hours=26)


def test_a_breach_stands_against_a_later_hold() -> None:
    ticket = a_ticket(a_step("on_hold", after(hours=3), reason="no_access"))

    arrival = clocks(ticket, now=after(hours=4))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.breached_at) == (ClockState.BREACHED, after(hours=2))


def test_a_hold_that_becomes_known_late_undoes_a_breach() -> None:
    before = clocks(a_ticket(), now=after(hours=3))[ClockKind.ARRIVAL]
    ticket = a_ticket(a_step("on_hold", after(hours=1), reason="no_access"))

    arrival = clocks(ticket, now=after(hours=3))[ClockKind.ARRIVAL]

    assert (before.state, arrival.state) == (ClockState.BREACHED, ClockState.PAUSED)


def test_a_higher_priority_is_timed_from_the_opening() -> None:
    ticket = a_ticket(classes=reclassed(after(minutes=10), "emergency"))

    found = clocks(ticket, now=after(minutes=10))

    assert found[ClockKind.ARRIVAL].due_at == after(minutes=30)
    assert found[ClockKind.RESOLUTION].due_at == after(hours=2)


def test_a_due_time_already_passed_by_the_new_target_fell_at_the_change() -> None:
    ticket = a_ticket(classes=reclassed(after(minutes=40), "emergency"))
    order = a_work_order(ticket, ("accepted", after(minutes=1)))

    arrival = clocks(ticket, order, now=after(minutes=41))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.due_at, arrival.breached_at) == (
        ClockState.BREACHED,
        after(minutes=40),
        after(minutes=40),
    )


def test_a_lower_priority_gives_more_time_but_forgives_no_breach() -> None:
    ticket = a_ticket(classes=reclassed(after(minutes=20), "normal"))

    found = clocks(ticket, now=after(minutes=30))

    assert found[ClockKind.RESPONSE].state is ClockState.BREACHED
    assert found[ClockKind.ARRIVAL].due_at == after(days=1)


def test_a_change_of_priority_keeps_the_pauses() -> None:
    ticket = a_ticket(
        a_step("on_hold", after(minutes=10), reason="no_access"),
        a_step("open", after(minutes=50)),
        classes=reclassed(after(minutes=55), "emergency"),
    )

    arrival = clocks(ticket, now=after(minutes=56))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.due_at) == (ClockState.RUNNING, after(minutes=70))


def test_a_policy_may_time_a_new_priority_from_the_change_on() -> None:
    ticket = a_ticket(classes=reclassed(after(minutes=40), "emergency"))

    arrival = clocks(
        ticket, now=after(minutes=41), policies=[a_policy(recompute=Recompute.FROM_CHANGE)]
    )[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.due_at) == (ClockState.RUNNING, after(minutes=70))


def test_reopening_resumes_the_resolution_clock_without_the_time_it_was_resolved() -> None:
    ticket = a_ticket(
        a_step("resolved", after(hours=2)),
        a_step("closed", after(hours=3)),
        a_step("open", after(hours=50), cycle=2, cause="resident-1"),
    )

    resolution = clocks(ticket, now=after(hours=51))[ClockKind.RESOLUTION]

    assert (resolution.state, resolution.due_at, resolution.stopped_at) == (
        ClockState.RUNNING,
        after(hours=56),
        None,
    )


def test_a_ticket_resolved_a_second_time_in_time_keeps_the_promise() -> None:
    ticket = a_ticket(
        a_step("resolved", after(hours=2)),
        a_step("open", after(hours=10), cycle=2),
        a_step("resolved", after(hours=12), cycle=2),
    )

    resolution = clocks(ticket, now=after(hours=90))[ClockKind.RESOLUTION]

    assert (resolution.state, resolution.stopped_at) == (ClockState.MET, after(hours=12))


def test_reopening_forgives_no_breach() -> None:
    ticket = a_ticket(a_step("resolved", after(hours=9)), a_step("open", after(hours=10), cycle=2))

    resolution = clocks(ticket, now=after(hours=11))[ClockKind.RESOLUTION]

    assert (resolution.state, resolution.breached_at, resolution.stopped_at) == (
        ClockState.BREACHED,
        after(hours=8),
        None,
    )


def test_the_response_is_never_asked_for_twice() -> None:
    ticket = a_ticket(
        a_step("assigned", after(minutes=5)),
        a_step("resolved", after(hours=1)),
        a_step("open", after(hours=2), cycle=2),
    )

    response = clocks(ticket, now=after(hours=5))[ClockKind.RESPONSE]

    assert (response.state, response.stopped_at) == (ClockState.MET, after(minutes=5))


@pytest.mark.parametrize(
    ("restarts", "state", "due_at"),
    [(False, "met", after(hours=2)), (True, "running", after(hours=12))],
)
def test_a_new_visit_is_promised_at_reopening_if_the_policy_says_so(
    restarts: bool, state: str, due_at: datetime
) -> None:
    ticket = a_ticket(a_step("resolved", after(hours=2)), a_step("open", after(hours=10), cycle=2))
    work_order = a_work_order(
        ticket,
        ("accepted", after(minutes=5)),
        ("on_site", after(hours=1)),
        ("completed", after(hours=2)),
    )

    arrival = clocks(
        ticket, work_order, now=after(hours=11), policies=[a_policy(arrival_restarts=restarts)]
    )[ClockKind.ARRIVAL]

    assert (arrival.state.value, arrival.due_at) == (state, due_at)


def test_a_merge_that_was_undone_pauses_no_promise_and_begins_none_anew() -> None:
    reopened = (
        a_step("resolved", after(hours=2)),
        a_step("open", after(hours=10), cycle=2),
        a_step("cancelled", after(hours=12), cycle=2, cause="dana"),
        a_step("open", after(hours=13), cycle=3, cause="dana"),
    )
    never, undone = a_ticket(*reopened[:2]), a_ticket(*reopened)
    visited = a_work_order(never, ("on_site", after(hours=11)), cycle=2)
    policies = [a_policy(arrival_restarts=True)]

    before = clocks(never, visited, now=after(hours=14), policies=policies)
    found = clocks(undone, visited, now=after(hours=14), policies=policies)

    assert found == before
    assert found[ClockKind.ARRIVAL].stopped_at == after(hours=11)


def test_cancelling_ends_what_still_runs() -> None:
    ticket = a_ticket(a_step("assigned", after(minutes=5)), a_step("cancelled", after(minutes=30)))

    found = clocks(ticket, now=after(hours=20))

    assert states(found) == ["met", "cancelled", "cancelled"]
    assert found[ClockKind.RESOLUTION].stopped_at == after(minutes=30)


def test_a_broken_promise_that_is_still_waited_for_is_cancelled_with_its_ticket() -> None:
    ticket = a_ticket(a_step("cancelled", after(minutes=30)))

    response = clocks(ticket, now=after(hours=20))[ClockKind.RESPONSE]

    assert (response.state, response.stopped_at) == (ClockState.CANCELLED, after(minutes=30))
    assert response.breached_at == after(minutes=15)


def test_a_promise_that_was_kept_late_stays_broken_when_its_ticket_is_cancelled() -> None:
    ticket = a_ticket(a_step("assigned", after(minutes=20)), a_step("cancelled", after(minutes=30)))

    response = clocks(ticket, now=after(hours=20))[ClockKind.RESPONSE]

    assert (response.state, response.stopped_at) == (ClockState.BREACHED, after(minutes=20))


def test_nobody_has_to_come_once_staff_have_settled_it() -> None:
    ticket = a_ticket(a_step("resolved", after(minutes=30), cause="dispatcher-1"))

    found = clocks(ticket, now=after(hours=20))

    assert states(found) == ["breached", "cancelled", "met"]


def test_a_job_that_was_finished_was_visited_though_dispatch_has_not_said_so_yet() -> None:
    ticket = a_ticket(
        a_step("assigned", after(minutes=5)), a_step("resolved", after(minutes=30), cause="job:1")
    )

    arrival = clocks(ticket, now=after(hours=20))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.stopped_at) == (ClockState.MET, after(minutes=30))


def test_an_edited_calendar_moves_only_clocks_that_still_run() -> None:
    ticket = a_ticket(priority="normal", answered_at=after(hours=1))
    edited_at = after(hours=4)
    mornings = usual_calendar("Asia/Shanghai").model_copy(
        update={"week": usual_calendar("Asia/Shanghai").week[::2]}
    )
    edited = Calendars(
        {
            "demo": [
                Edition(
                    since=edited_at,
                    hours=WorkingTime(mornings.model_copy(update={"working_day_s": 30_600})),
                )
            ]
        },
        {"demo": [(ALWAYS, "Asia/Shanghai")]},
    )

    found = clocks(ticket, now=edited_at, calendars=edited)

    assert found[ClockKind.RESPONSE].due_at == after(hours=2)
    assert found[ClockKind.ARRIVAL].due_at == after(days=2, hours=0.5)


def test_what_a_shorter_calendar_makes_late_falls_due_when_it_is_edited() -> None:
    ticket = a_ticket(priority="normal")
    always = Edition(
        since=after(hours=1, minutes=50),
        hours=WorkingTime(Calendar(time_zone="UTC", always_open=True, working_day_s=3600)),
    )
    edited = Calendars({"demo": [always]}, {"demo": [(ALWAYS, "Asia/Shanghai")]})

    arrival = clocks(ticket, now=after(hours=2), calendars=edited)[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.breached_at) == (ClockState.BREACHED, after(hours=1, minutes=50))


def test_a_site_never_heard_of_is_taken_to_be_in_shanghai() -> None:
    unknown = Calendars({}, {})

    response = clocks(a_ticket(priority="normal"), now=NINE, calendars=unknown)[ClockKind.RESPONSE]

    assert response.due_at == after(hours=2)


def an_agreed_visit(at: datetime, end: datetime) -> Appointment:
    return Appointment(at=at, start=end - timedelta(hours=2), end=end)


def test_a_visit_agreed_with_the_resident_is_due_at_its_end_if_that_is_later() -> None:
    tomorrow = an_agreed_visit(after(hours=1), after(hours=26))
    soon = an_agreed_visit(after(hours=1), after(hours=1, minutes=30))

    due = [
        clocks(a_ticket(appointments=(visit,)), now=after(hours=1))[ClockKind.ARRIVAL].due_at
        for visit in (tomorrow, soon)
    ]

    assert due == [after(hours=26), after(hours=2)]


def test_the_newest_agreement_counts_and_warnings_are_shares_of_the_way_to_it() -> None:
    ticket = a_ticket(
        appointments=(
            an_agreed_visit(after(minutes=10), after(hours=26)),
            an_agreed_visit(after(minutes=20), after(hours=10)),
        )
    )

    arrival = clocks(ticket, now=after(hours=6))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.due_at, arrival.next_at) == (
        ClockState.RUNNING,
        after(hours=10),
        after(hours=7.5),
    )
    assert [(crossing.threshold, crossing.fell_at) for crossing in arrival.crossings] == [
        (50, after(hours=5))
    ]


def test_an_agreement_forgives_no_breach_and_moves_nothing_but_the_arrival() -> None:
    ticket = a_ticket(appointments=(an_agreed_visit(after(hours=3), after(hours=26)),))

    found = clocks(ticket, now=after(hours=4))

    assert (found[ClockKind.ARRIVAL].state, found[ClockKind.ARRIVAL].breached_at) == (
        ClockState.BREACHED,
        after(hours=2),
    )
    assert found[ClockKind.RESOLUTION].due_at == after(hours=8)


def test_an_agreed_visit_that_falls_into_a_hold_is_due_when_the_hold_ends() -> None:
    ticket = a_ticket(
        a_step("on_hold", after(hours=1, minutes=30), reason="no_access"),
        a_step("open", after(hours=30)),
        appointments=(an_agreed_visit(after(hours=1), after(hours=26)),),
    )

    arrival = clocks(ticket, now=after(hours=29))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.due_at) == (ClockState.RUNNING, after(hours=30.5))


def an_offered_visit(stands_at: datetime | None) -> Appointment:
    """Staff set it at half past nine, for tomorrow."""
    visit = an_agreed_visit(after(minutes=30), after(hours=26))
    return visit.model_copy(update={"proposed": True, "stands_at": stands_at, "by_staff": True})


def arrival_at(now: datetime, *visits: Appointment, **policy: Any) -> Clock:
    policies = [a_policy(**policy)] if policy else ()
    return clocks(a_ticket(appointments=visits), now=now, policies=policies)[ClockKind.ARRIVAL]


def test_a_visit_that_staff_alone_set_moves_no_promise_until_it_stands() -> None:
    offered = an_offered_visit(after(hours=1, minutes=30))

    before, then = arrival_at(after(hours=1), offered), arrival_at(after(hours=1.5), offered)

    assert (before.due_at, before.next_at) == (after(hours=2), after(hours=1.5))
    assert then.due_at == after(hours=26)


def test_a_clock_is_looked_at_when_an_offered_visit_stands() -> None:
    offered = an_offered_visit(after(minutes=55))

    assert arrival_at(after(minutes=40), offered).next_at == after(minutes=55)


@pytest.mark.parametrize("stands_at", [None, after(hours=3)])
def test_an_offer_that_does_not_stand_before_the_promise_is_due_forgives_no_breach(
    stands_at: datetime | None,
) -> None:
    arrival = arrival_at(after(hours=4), an_offered_visit(stands_at))

    assert (arrival.state, arrival.breached_at) == (ClockState.BREACHED, after(hours=2))


def test_the_resident_who_agrees_moves_the_promise_from_then_on() -> None:
    offered = an_offered_visit(None)
    agreed = offered.model_copy(update={"at": after(hours=1), "proposed": False, "by_staff": False})

    assert arrival_at(after(hours=1), offered, agreed).due_at == after(hours=26)


def test_what_was_said_before_an_offer_stands_counts_in_its_place() -> None:
    offered = an_offered_visit(after(hours=1.4))
    cancelled = offered.model_copy(
        update={"at": after(hours=1), "cancelled": True, "proposed": False}
    )

    assert arrival_at(after(hours=1.6), offered, cancelled).due_at == after(hours=2)
    next_warning_at = after(hours=1.5)
    assert arrival_at(after(hours=1.1), offered, cancelled).next_at == next_warning_at


def test_a_cancelled_visit_gives_no_more_time() -> None:
    agreed = an_agreed_visit(after(minutes=30), after(hours=26))
    cancelled = agreed.model_copy(update={"at": after(hours=1), "cancelled": True})

    assert arrival_at(after(hours=1), agreed).due_at == after(hours=26)
    assert arrival_at(after(hours=1), agreed, cancelled).due_at == after(hours=2)


def test_an_agreed_visit_moves_the_promise_no_further_than_the_policy_allows() -> None:
    next_year = an_agreed_visit(after(minutes=30), after(days=365))

    assert arrival_at(after(hours=1), next_year).due_at == after(days=14)
    assert arrival_at(after(hours=1), next_year, visits_within_days=2).due_at == after(days=2)


def test_a_policy_need_not_honour_appointments() -> None:
    ticket = a_ticket(appointments=(an_agreed_visit(after(hours=1), after(hours=26)),))

    arrival = clocks(ticket, now=after(hours=1), policies=[a_policy(honours_appointments=False)])[
        ClockKind.ARRIVAL
    ]

    assert arrival.due_at == after(hours=2)


def test_a_share_used_up_under_earlier_terms_is_not_used_up_again_when_the_due_time_stays() -> None:
    classes = tuple(
        Classing(at=at, category=category, priority=Priority.URGENT)
        for at, category in ((NINE, "lift"), (after(hours=1.6), "door"))
    )

    arrival = clocks(a_ticket(classes=classes), now=after(hours=1.7))[ClockKind.ARRIVAL]

    assert [(crossing.threshold, crossing.fell_at) for crossing in arrival.crossings] == [
        (50, after(hours=1)),
        (75, after(hours=1.5)),
    ]


def test_a_change_of_category_of_this_very_instant_does_not_lose_the_next_warning() -> None:
    classes = tuple(
        Classing(at=at, category=name, priority=Priority.URGENT)
        for at, name in ((NINE, "lift"), (after(hours=1.2), "door"))
    )

    arrival = clocks(a_ticket(classes=classes), now=after(hours=1.2, milliseconds=-200))[
        ClockKind.ARRIVAL
    ]

    assert arrival.next_at == after(hours=1.5)


def test_a_share_used_up_just_before_a_hold_is_looked_at_again_though_the_clock_waits() -> None:
    ticket = a_ticket(a_step("on_hold", after(hours=1, milliseconds=100), reason="no_access"))

    arrival = clocks(ticket, now=after(hours=1, milliseconds=-50))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.crossings, arrival.next_at) == (
        ClockState.PAUSED,
        (),
        after(hours=1),
    )


def test_a_clock_without_a_target_is_not_promised() -> None:
    targets = dict(DEFAULT.targets)
    targets[Priority.URGENT] = targets[Priority.URGENT].model_copy(update={"arrival": None})

    found = clocks(a_ticket(), now=NINE, policies=[a_policy(targets=targets)])

    assert list(found) == [ClockKind.RESPONSE, ClockKind.RESOLUTION]


def test_shares_of_the_target_are_passed_one_after_the_other() -> None:
    response = clocks(a_ticket(), now=after(minutes=12))[ClockKind.RESPONSE]

    assert [(crossing.threshold, crossing.fell_at) for crossing in response.crossings] == [
        (50, after(minutes=7.5)),
        (75, after(minutes=11.25)),
    ]
    assert response.next_at == after(minutes=13.5)


def test_the_most_specific_policy_wins_and_order_decides_between_equals() -> None:
    ticket = a_ticket()
    everywhere = a_policy(id="everywhere", site_id=None)
    ours = a_policy(id="ours", order=2)
    ours_first = a_policy(id="ours-first", order=1)
    plumbing = a_policy(id="plumbing", match=Match(category="plumbing"), order=9)
    lifts = a_policy(id="lifts", match=Match(category="lift"))

    def chosen(*policies: Policy) -> str:
        return select_policy(policies, ticket_life(ticket), ticket.classes[0]).id

    assert chosen() == "default"
    assert chosen(everywhere, lifts) == "everywhere"
    assert chosen(everywhere, ours, ours_first) == "ours-first"
    assert chosen(everywhere, ours, ours_first, plumbing, lifts) == "plumbing"


def test_seconds_and_working_days_can_both_be_promised() -> None:
    targets = dict(DEFAULT.targets)
    targets[Priority.URGENT] = Targets.model_validate(
        {
            "counted_in": CountedIn.WORKING,
            "calendar": None,
            "response": 7,
            "arrival": "P2D",
            "resolution": None,
        }
    )

    found = clocks(a_ticket(), now=NINE, policies=[a_policy(targets=targets)])

    assert [clock.due_at for clock in found.values()] == [after(seconds=7), after(days=2)]


# ---- the desk


def on_roads(*roads: tuple[Road, datetime], priority: str = "urgent") -> tuple[Classing, ...]:
    return tuple(
        Classing(
            at=at,
            category="complaint",
            priority=Priority(priority),
            nature=Nature.COMPLAINT,
            road=road,
        )
        for road, at in roads
    )


DESK = on_roads((Road.DESK, NINE))
SENT = on_roads((Road.DESK, NINE), (Road.DISPATCH, after(hours=5)))
TURNED = on_roads((Road.DISPATCH, NINE), (Road.DESK, after(hours=1)))


def test_at_the_desk_no_arrival_is_promised_and_an_answer_keeps_the_response() -> None:
    ticket = a_ticket(
        a_step("resolved", after(hours=1), cause="dispatcher-1"),
        classes=DESK,
        answered_at=after(minutes=10),
    )

    found = clocks(ticket, now=after(hours=2))

    assert [(clock.kind, clock.state, clock.stopped_at) for clock in found.values()] == [
        (ClockKind.RESPONSE, ClockState.MET, after(minutes=10)),
        (ClockKind.RESOLUTION, ClockState.MET, after(hours=1)),
    ]


def test_at_the_desk_the_other_promises_fall_due_as_ever() -> None:
    found = clocks(a_ticket(classes=DESK), now=after(hours=9))

    assert [(clock.state, clock.breached_at) for clock in found.values()] == [
        (ClockState.BREACHED, after(minutes=15)),
        (ClockState.BREACHED, after(hours=8)),
    ]


def test_a_ticket_that_the_desk_sends_to_technicians_promises_their_arrival_from_then_on() -> None:
    ticket = a_ticket(classes=SENT)

    before, sent, late = (
        clocks(ticket, now=after(hours=hours))[ClockKind.ARRIVAL] for hours in (5, 6, 8)
    )

    assert (before.state, sent.due_at) == (ClockState.RUNNING, after(hours=7))
    assert [crossing.fell_at for crossing in sent.crossings] == [after(hours=6)]
    assert (late.state, late.breached_at) == (ClockState.BREACHED, after(hours=7))


def test_a_policy_that_times_from_the_change_on_does_so_too() -> None:
    policy = a_policy(recompute=Recompute.FROM_CHANGE)

    arrival = clocks(a_ticket(classes=SENT), now=after(hours=6), policies=[policy])[
        ClockKind.ARRIVAL
    ]

    assert arrival.due_at == after(hours=7)


def test_what_is_turned_to_the_desk_waits_for_no_technician() -> None:
    ticket = a_ticket(classes=TURNED)
    resolved = a_ticket(a_step("resolved", after(hours=3), cause="dispatcher-1"), classes=TURNED)

    for each in (ticket, resolved):
        arrival = clocks(each, now=after(hours=4))[ClockKind.ARRIVAL]

        assert (arrival.state, arrival.stopped_at) == (ClockState.CANCELLED, after(hours=1))


def test_a_broken_promise_is_no_longer_waited_for_at_the_desk_and_stays_broken() -> None:
    late = on_roads((Road.DISPATCH, NINE), (Road.DESK, after(hours=3)))

    arrival = clocks(a_ticket(classes=late), now=after(hours=4))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.breached_at, arrival.stopped_at) == (
        ClockState.BREACHED,
        after(hours=2),
        after(hours=3),
    )


def test_a_technician_who_came_before_it_was_turned_to_the_desk_kept_the_promise() -> None:
    ticket = a_ticket(classes=TURNED)
    order = a_work_order(ticket, ("accepted", after(minutes=5)), ("on_site", after(minutes=50)))

    arrival = clocks(ticket, order, now=after(hours=4))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.stopped_at) == (ClockState.MET, after(minutes=50))


def test_the_time_at_the_desk_counts_in_no_arrival() -> None:
    there_and_back = on_roads(
        (Road.DISPATCH, NINE), (Road.DESK, after(hours=1)), (Road.DISPATCH, after(hours=10))
    )

    arrival = clocks(a_ticket(classes=there_and_back), now=after(hours=10))[ClockKind.ARRIVAL]

    assert (arrival.state, arrival.due_at) == (ClockState.RUNNING, after(hours=11))


def test_danger_on_a_complaint_is_timed_as_an_emergency_from_when_it_was_written() -> None:
    emergency = on_roads((Road.DISPATCH, after(hours=5)), priority="emergency")

    arrival = clocks(a_ticket(classes=(*DESK, *emergency)), now=after(hours=5))[ClockKind.ARRIVAL]

    assert arrival.due_at == after(hours=5, minutes=30)


def test_a_policy_may_be_for_a_nature() -> None:
    ticket = a_ticket(classes=DESK)
    complaints = a_policy(id="complaints", match=Match(nature=Nature.COMPLAINT))
    praise = a_policy(id="praise", match=Match(nature=Nature.PRAISE))
    urgent = a_policy(id="urgent", match=Match(priority=Priority.URGENT, channel="app"))
    this_one = a_policy(id="this", match=Match(category="complaint"), order=9)

    def chosen(*policies: Policy) -> str:
        return select_policy(policies, ticket_life(ticket), ticket.classes[0]).id

    assert chosen(praise) == "default"
    assert chosen(complaints, praise, urgent) == "complaints"
    assert chosen(complaints, this_one) == "this"


_STATES = ("open", "assigned", "in_progress", "on_hold", "resolved", "closed", "cancelled")
_REASONS = ("no_access", "waiting_parts", None)


@settings(max_examples=80, deadline=None)
@given(
    walk=st.lists(
        st.tuples(
            st.sampled_from(_STATES),
            st.integers(0, 300),
            st.sampled_from(["no_access", "waiting_parts", None]),
        ),
        max_size=8,
    ),
    jobs=st.lists(
        st.tuples(
            st.sampled_from(["offered", "accepted", "on_site", "completed"]), st.integers(0, 900)
        ),
        max_size=4,
    ),
    looks=st.lists(st.integers(-10, 2000), min_size=2, max_size=2),
    priority=st.sampled_from(list(Priority)),
)
def test_whatever_the_history_a_breach_once_due_stays_and_nothing_is_early(
    walk: list[tuple[str, int, str | None]],
    jobs: list[tuple[str, int]],
    looks: list[int],
    priority: Priority,
) -> None:
    at, steps = NINE, []
    for state, minutes, reason in walk:
        at += timedelta(minutes=minutes)
        steps.append(a_step(state, at, reason=reason))
    ticket = a_ticket(*steps, priority=priority.value)
    order = a_work_order(
        ticket,
        *sorted(
            ((state, after(minutes=minutes)) for state, minutes in jobs), key=lambda job: job[1]
        ),
    )
    earlier, later = sorted(after(minutes=minutes) for minutes in looks)

    before, then = (clocks(ticket, order, now=now) for now in (earlier, later))

    for kind, clock in then.items():
        assert all(crossing.fell_at <= later for crossing in clock.crossings)
        assert clock.next_at is None or clock.next_at > later
        assert set(before[kind].crossings) <= set(clock.crossings)
        assert before[kind].state is not ClockState.BREACHED or clock == before[kind]
        assert clock.state is not ClockState.MET or (
            clock.due_at is None or clock.stopped_at is None or clock.stopped_at <= clock.due_at
        )
