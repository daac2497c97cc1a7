"""What became of promises, why they were broken, and the sums of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from services.sla.domain.life import Life, ticket_life, work_life
from services.sla.domain.outcome_sums import Group, Sum, changed_sums, sums_of
from services.sla.domain.outcomes import Cause, Outcome, Promised, PromiseOutcome, outcomes_of
from services.sla.domain.policy import USUAL_STOPS
from shared.contracts import TicketV1
from shared.contracts.categories import Road
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.contracts.tickets import Classing, Priority
from tests.unit.sla.tickets import NINE, a_step, a_ticket, a_work_order, after

LAST_EVENING = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)
"""In Shanghai it is the first of November."""
ZONES = {
    "demo": [(datetime(1970, 1, 1, tzinfo=UTC), "Asia/Shanghai")],
    "moved": [
        (datetime(1970, 1, 1, tzinfo=UTC), "Asia/Shanghai"),
        (datetime(2026, 10, 1, tzinfo=UTC), "Europe/Berlin"),
    ],
}


def a_clock(
    state: str = "breached",
    *,
    kind: str = "resolution",
    due: float = 60,
    stopped: float | None = None,
) -> ClockV1:
    """Of a ticket of nine; times are minutes after it."""
    due_at = after(minutes=due)
    return ClockV1(
        kind=ClockKind(kind),
        state=ClockState(state),
        started_at=NINE,
        due_at=due_at,
        stopped_at=None if stopped is None else after(minutes=stopped),
        breached_at=due_at if state == "breached" else None,
    )


def promised(
    *clocks: ClockV1,
    ticket: TicketV1 | None = None,
    job_steps: tuple[tuple[str, datetime], ...] = (),
    **fields: Any,
) -> Promised:
    ticket = ticket or a_ticket()
    work = work_life(a_work_order(ticket, *job_steps) if job_steps else None)
    made = Promised(
        ticket_id=ticket.id,
        site_id=ticket.site_id,
        category=ticket.category,
        priority=ticket.priority.value,
        ticket_state=ticket.state.value,
        imported=False,
        life=Life(ticket_life(ticket), work),
        clocks=clocks,
        stops=USUAL_STOPS,
    )
    return replace(made, **fields)


def cause_of(clock: ClockV1, **story: Any) -> Cause | None:
    (outcome,) = outcomes_of(promised(clock, **story), ZONES)
    return outcome.cause


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("met", Outcome.KEPT),
        ("breached", Outcome.BROKEN),
        ("running", Outcome.RUNNING),
        ("paused", Outcome.PAUSED),
        ("cancelled", Outcome.CANCELLED),
        ("unknown", Outcome.UNKNOWN),
    ],
)
def test_each_state_of_a_clock_is_one_outcome(state: str, outcome: Outcome) -> None:
    (found,) = outcomes_of(promised(a_clock(state)), ZONES)

    assert found.outcome is outcome


def test_the_promises_of_a_cancelled_ticket_are_wanted_no_longer() -> None:
    clocks = (a_clock("met", kind="response"), a_clock("breached"))

    found = outcomes_of(promised(*clocks, ticket_state="cancelled"), ZONES)

    assert {each.outcome for each in found} == {Outcome.CANCELLED}
    assert {each.cause for each in found} == {None}


def test_the_day_is_that_of_the_opening_in_the_zone_the_site_had_then() -> None:
    evening = a_ticket(opened_at=LAST_EVENING)

    days = {
        site: outcomes_of(promised(a_clock("met"), ticket=evening, site_id=site), ZONES)[0].day
        for site in ("demo", "moved", "never-heard-of")
    }

    assert days == {
        "demo": date(2026, 11, 1),
        "moved": date(2026, 10, 31),
        "never-heard-of": date(2026, 11, 1),
    }


def test_a_late_one_says_how_long_it_ran_and_how_late_it_was() -> None:
    (found,) = outcomes_of(promised(a_clock("breached", due=60, stopped=90)), ZONES)

    assert (found.ran_ms, found.late_ms, found.paused_ms) == (90 * 60_000, 30 * 60_000, 0)
    assert found.due_at == after(minutes=60)


def test_what_is_broken_and_still_waited_for_has_no_time_yet() -> None:
    (found,) = outcomes_of(promised(a_clock("breached", due=60)), ZONES)

    assert (found.outcome, found.has_stopped, found.ran_ms) == (Outcome.BROKEN, False, 0)


def test_the_clock_stood_still_while_a_hold_stopped_it_and_until_it_was_reopened() -> None:
    ticket = a_ticket(
        a_step("on_hold", after(minutes=10), reason="no_access"),
        a_step("in_progress", after(minutes=25)),
        a_step("on_hold", after(minutes=30), reason="waiting_parts"),
        a_step("in_progress", after(minutes=40)),
        a_step("resolved", after(minutes=50)),
        a_step("in_progress", after(minutes=55), cycle=2),
        a_step("resolved", after(minutes=60), cycle=2),
    )

    found = outcomes_of(
        promised(
            a_clock("met", kind="response", stopped=60),
            a_clock("met", stopped=60),
            ticket=ticket,
        ),
        ZONES,
    )

    assert [each.paused_ms // 60_000 for each in found] == [0, 15 + 5]


def test_a_pause_that_lasts_beyond_the_stop_counts_until_the_stop() -> None:
    ticket = a_ticket(a_step("on_hold", after(minutes=10), reason="no_access"))

    (found,) = outcomes_of(promised(a_clock("breached", stopped=30), ticket=ticket), ZONES)

    assert found.paused_ms == 20 * 60_000


@pytest.mark.parametrize(
    ("steps", "cause"),
    [
        ((), Cause.NOT_TAKEN),
        ((("accepted", after(minutes=70)),), Cause.NOT_TAKEN),
        ((("accepted", after(minutes=5)),), Cause.NOT_THERE),
        ((("accepted", after(minutes=5)), ("on_site", after(minutes=61))), Cause.NOT_THERE),
        ((("accepted", after(minutes=5)), ("on_site", after(minutes=20))), Cause.NOT_DONE),
    ],
)
def test_why_it_was_broken_is_how_far_the_work_was_when_it_fell_due(
    steps: tuple[tuple[str, datetime], ...], cause: Cause
) -> None:
    assert cause_of(a_clock(), job_steps=steps) is cause


def test_a_response_that_was_late_was_taken_by_no_technician() -> None:
    assert cause_of(a_clock(kind="response")) is Cause.NOT_TAKEN


def test_a_hold_that_does_not_stop_the_clock_is_the_cause_while_it_lasts() -> None:
    holding = a_ticket(a_step("on_hold", after(minutes=50), reason="waiting_parts"))
    over = a_ticket(
        a_step("on_hold", after(minutes=50), reason="waiting_parts"),
        a_step("in_progress", after(minutes=60)),
    )
    there = (("accepted", after(minutes=5)), ("on_site", after(minutes=20)))

    assert cause_of(a_clock(), ticket=holding, job_steps=there) is Cause.ON_HOLD
    assert cause_of(a_clock(), ticket=over, job_steps=there) is Cause.NOT_DONE


def test_what_the_desk_had_when_it_fell_due_is_the_desks() -> None:
    ticket = a_ticket(
        classes=(
            Classing(at=NINE, category="plumbing", priority=Priority.URGENT),
            Classing(
                at=after(minutes=30), category="enquiry", priority=Priority.URGENT, road=Road.DESK
            ),
        )
    )

    assert cause_of(a_clock(), ticket=ticket) is Cause.AT_DESK


def test_what_had_been_resolved_before_was_reopened() -> None:
    ticket = a_ticket(
        a_step("resolved", after(minutes=20)),
        a_step("open", after(minutes=30), cycle=2),
    )

    assert cause_of(a_clock(), ticket=ticket) is Cause.REOPENED
    assert cause_of(a_clock(kind="response"), ticket=ticket) is Cause.NOT_TAKEN


def test_what_a_former_system_broke_has_no_known_cause() -> None:
    assert cause_of(a_clock(), imported=True) is Cause.UNKNOWN


def _counted(*clocks: ClockV1, **fields: Any) -> tuple[PromiseOutcome, ...]:
    return outcomes_of(promised(*clocks, **fields), ZONES)


def test_sums_are_made_by_month_category_priority_kind_outcome_and_cause() -> None:
    outcomes = [
        *_counted(a_clock("met", stopped=30), a_clock("breached", kind="arrival", stopped=90)),
        *_counted(a_clock("met", stopped=10), a_clock("breached", kind="arrival")),
    ]

    sums = sums_of(outcomes)

    november = ("demo", date(2026, 11, 1), "plumbing", "urgent")
    minute = 60_000
    assert sums == {
        Group(*november, "resolution", "kept", "", False): Sum(2, 2, 40 * minute, 0, 0),
        Group(*november, "arrival", "broken", "not_taken", False): Sum(
            2, 1, 90 * minute, 0, 30 * minute
        ),
    }


def test_a_change_is_what_it_was_taken_away_and_what_it_is_added() -> None:
    before = _counted(a_clock("running"), a_clock("met", kind="response", stopped=5))
    after_it = tuple(
        replace(each, outcome=Outcome.KEPT, stopped_at=after(minutes=5), ran_ms=300_000)
        if each.kind == "resolution"
        else each
        for each in before
    )

    changes = changed_sums(before, after_it)

    assert {(group.kind, group.outcome): change for group, change in changes.items()} == {
        ("resolution", "running"): Sum(n=-1),
        ("resolution", "kept"): Sum(n=1, stopped=1, ran_ms=300_000),
    }
    assert changed_sums(after_it, after_it) == {}


def test_adding_up_changes_one_by_one_gives_the_sums_of_the_last() -> None:
    states = [(), _counted(a_clock("running")), _counted(a_clock("breached")),
              _counted(a_clock("breached", stopped=90))]  # fmt: skip

    total: dict[Group, Sum] = {}
    for before, following in pairwise(states):
        for group, change in changed_sums(before, following).items():
            total[group] = total.get(group, Sum()).plus(change)

    assert {group: each for group, each in total.items() if each != Sum()} == sums_of(states[-1])
