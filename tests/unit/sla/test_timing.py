"""What is stored, told and counted when there is news of a ticket."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.sla.domain.calendars import ALWAYS, Calendars
from services.sla.domain.figures import BREACHES, KEPT, TICKET, WARNINGS
from services.sla.domain.life import Life, ticket_life, work_life
from services.sla.domain.policy import DEFAULT, InForce, Policy
from services.sla.domain.timed_ticket import TimedTicket
from services.sla.domain.timing import SETTLING, Decision, News, show_ticket, time_ticket
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.sla import Announcement, ClockKind, ClockState
from shared.ids import new_id
from tests.unit.sla.tickets import NINE, a_step, a_ticket, a_work_order, after, reclassed

IN_SHANGHAI = Calendars({}, {"demo": [(ALWAYS, "Asia/Shanghai")]})
ID = new_id()


def news_of(ticket: TicketV1, before: TimedTicket | None, order: WorkOrderV1 | None = None) -> News:
    return News.of_ticket(ticket, Life(ticket_life(ticket), work_life(order)), before)


def timed(
    news: News,
    now: datetime,
    *,
    announced: tuple[Announcement, ...] = (),
    policies: tuple[InForce, ...] = (),
) -> Decision | None:
    return time_ticket(
        news, policies=policies, calendars=IN_SHANGHAI, announced=announced, now=now + SETTLING
    )


def decided(news: News, now: datetime, **more: Any) -> Decision:
    decision = timed(news, now, **more)
    assert decision is not None
    return decision


def an_open_ticket(**fields: Any) -> TicketV1:
    return a_ticket(id=ID, **fields)


def as_opened() -> TimedTicket:
    """The ticket of nine o'clock as it was stored then: an answer is due in 15 minutes, a visit in
    two hours, the end in eight.
    """
    return decided(news_of(an_open_ticket(), None), NINE).after


def counted(decision: Decision, *, priority: str = "urgent") -> dict[tuple[str, str], int]:
    """What changes in the figures of that priority."""
    return {
        (figure.kind, figure.counted): n
        for figure, n in decision.figures.items()
        if n and figure.priority == priority
    }


def test_the_promises_of_a_new_ticket_begin() -> None:
    news = news_of(an_open_ticket(), None)

    begun = decided(news, NINE)

    assert (begun.after.version, begun.after.ticket_id) == (1, ID)
    assert begun.happened == {"started": ["response", "arrival", "resolution"]}
    assert [clock.due_at for clock in begun.begun] == [
        after(minutes=15),
        after(hours=2),
        after(hours=8),
    ]
    assert begun.after.urgent_at == after(minutes=15)
    assert begun.after.next_at == after(minutes=7.5)
    assert counted(begun) == {
        (TICKET, "open"): 1,
        ("response", "running"): 1,
        ("arrival", "running"): 1,
        ("resolution", "running"): 1,
    }
    assert (begun.done, begun.fresh, begun.ran) == ((), (), {})


def test_clocks_that_stand_as_they_stood_are_not_stored_again() -> None:
    before = as_opened()

    assert timed(News.of_life(before.life, before), after(minutes=1)) is None
    assert (
        show_ticket(news_of(an_open_ticket(title="Only the title is new"), before), before) is None
    )


def test_another_state_of_the_ticket_is_shown_and_counted_and_told_to_nobody() -> None:
    before = as_opened()
    assigned = a_ticket(a_step("assigned", after(minutes=1)), id=ID)

    shown = show_ticket(news_of(assigned, before), before)

    assert shown is not None
    assert shown.after.card.ticket_state == "assigned"
    assert (shown.after.clocks, shown.after.version) == (before.clocks, before.version)
    assert not shown.happened
    assert counted(shown) == {(TICKET, "open"): -1, (TICKET, "assigned"): 1}


def test_a_promise_that_is_kept_is_counted_with_the_time_that_it_took() -> None:
    before = as_opened()
    accepted = a_work_order(an_open_ticket(), ("accepted", after(minutes=5)))

    kept = decided(news_of(an_open_ticket(), before, accepted), after(minutes=6))

    assert kept.done == (ClockKind.RESPONSE,)
    assert kept.begun == ()
    assert kept.ran == {ClockKind.RESPONSE: 300.0}
    assert counted(kept) == {("response", "running"): -1, ("response", KEPT): 1}
    assert (kept.happened, kept.after.version) == ({}, 1)


def test_a_promise_that_stopped_is_counted_once() -> None:
    accepted = a_work_order(an_open_ticket(), ("accepted", after(minutes=5)))
    before = decided(news_of(an_open_ticket(), as_opened(), accepted), after(minutes=6)).after
    assigned = a_ticket(a_step("assigned", after(minutes=5)), id=ID)

    again = decided(news_of(assigned, before, accepted), after(minutes=7))

    assert (again.done, again.ran) == ((), {})
    assert counted(again) == {(TICKET, "open"): -1, (TICKET, "assigned"): 1}


def test_the_last_promise_settles_the_ticket() -> None:
    order = a_work_order(
        an_open_ticket(),
        ("accepted", after(minutes=5)),
        ("on_site", after(hours=1)),
        ("completed", after(hours=2)),
    )
    resolved = a_ticket(a_step("resolved", after(hours=2)), id=ID)

    settled = decided(news_of(resolved, as_opened(), order), after(hours=2))

    assert settled.done == tuple(ClockKind)
    assert settled.ran == {
        ClockKind.RESPONSE: 300.0,
        ClockKind.ARRIVAL: 3600.0,
        ClockKind.RESOLUTION: 7200.0,
    }
    assert "settled" in settled.happened
    assert (settled.after.version, settled.after.going_on) == (2, {})
    assert (settled.after.next_at, settled.after.urgent_at) == (None, None)


def test_a_breach_is_told_and_counted_once() -> None:
    before = as_opened()
    at = after(minutes=15)

    broken = decided(News.of_life(before.life, before), at)
    known = broken.announced
    again = timed(News.of_life(before.life, broken.after), at, announced=known)

    assert [(each.threshold, each.skipped) for each in broken.fresh] == [
        (50, True),
        (75, True),
        (90, True),
        (100, False),
    ]
    assert "breached" in broken.happened
    assert counted(broken) == {
        ("response", "running"): -1,
        ("response", "breached"): 1,
        ("response", BREACHES): 1,
    }
    assert again is None


def test_a_warning_is_counted_as_one() -> None:
    before = as_opened()

    warned = decided(News.of_life(before.life, before), after(minutes=8))

    assert warned.happened == {"warned": ["response"]}
    assert counted(warned) == {("response", WARNINGS): 1}


def test_clocks_are_not_looked_at_as_of_an_earlier_time_than_before() -> None:
    before = as_opened()
    broken = decided(News.of_life(before.life, before), after(minutes=15))

    behind = timed(
        News.of_life(before.life, broken.after), after(minutes=14), announced=broken.announced
    )

    assert behind is None
    assert broken.after.clocks[0].state is ClockState.BREACHED


def test_under_another_priority_every_clock_is_stored_and_counted_anew() -> None:
    ticket = an_open_ticket(classes=reclassed(after(minutes=1), "emergency"))

    changed = decided(news_of(ticket, as_opened()), after(minutes=1))

    assert [clock.kind for clock in changed.begun] == list(ClockKind)
    assert counted(changed) == {
        (TICKET, "open"): -1,
        ("response", "running"): -1,
        ("arrival", "running"): -1,
        ("resolution", "running"): -1,
    }
    assert counted(changed, priority="emergency") == {
        (TICKET, "open"): 1,
        ("response", "running"): 1,
        ("arrival", "running"): 1,
        ("resolution", "running"): 1,
    }
    assert "recomputed" in changed.happened


def test_what_a_cancelled_ticket_was_promised_counts_in_no_figure() -> None:
    accepted = a_work_order(an_open_ticket(), ("accepted", after(minutes=5)))
    cancelled = a_ticket(a_step("cancelled", after(minutes=6)), id=ID)

    over = decided(news_of(cancelled, as_opened(), accepted), after(minutes=6))

    assert over.ran == {}
    assert over.done == tuple(ClockKind)
    assert counted(over) == {
        (TICKET, "open"): -1,
        ("response", "running"): -1,
        ("arrival", "running"): -1,
        ("resolution", "running"): -1,
    }


def test_another_policy_is_told_though_every_clock_stands() -> None:
    before = as_opened()
    same_under_another_name: Policy = DEFAULT.model_copy(update={"id": "ours"})
    policy = InForce(policy=same_under_another_name, since=NINE - timedelta(days=1), until=None)

    told = decided(News.of_life(before.life, before), after(minutes=1), policies=(policy,))

    assert told.happened == {"recomputed": []}
    assert (told.after.policy_id, told.after.version) == ("ours", 2)


def test_news_that_only_a_life_holds_is_stored() -> None:
    before = as_opened()
    twice = replace(before.life.work, came_at={})

    unchanged = News.of_life(replace(before.life, work=twice), before)
    taken = News.of_life(
        replace(before.life, work=replace(twice, taken_at=after(minutes=2))), before
    )

    assert unchanged.is_known
    assert not taken.is_known
