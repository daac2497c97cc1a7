"""How the time of a promise was spent: urgent promises count in all hours, normal ones in the
site's working hours, 08:00–12:00 and 13:30–18:00.
"""

from datetime import datetime, timedelta
from itertools import pairwise

from services.sla.domain.calendars import ALWAYS, Calendars
from services.sla.domain.clocks import clocks_of
from services.sla.domain.ledger import Account, account_of
from services.sla.domain.life import Life, ticket_life, work_life
from shared.contracts import TicketV1
from shared.contracts.categories import Road
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Classing, Priority
from tests.unit.sla.tickets import NINE, a_step, a_ticket, after

RESPONSE, ARRIVAL, RESOLUTION = ClockKind
_IN_SHANGHAI = Calendars({}, {"demo": [(ALWAYS, "Asia/Shanghai")]})


def accounts(ticket: TicketV1, *, now: datetime) -> dict[ClockKind, Account]:
    life = Life(ticket_life(ticket), work_life(None))
    promises = clocks_of(life, policies=(), calendars=_IN_SHANGHAI, now=now)
    return {clock.kind: account_of(clock, life, now=now) for clock in promises.clocks}


def spans(account: Account) -> list[tuple[float, float, str, str | None]]:
    """Hours after nine."""
    hour = timedelta(hours=1)
    return [
        ((span.since - NINE) / hour, (span.until - NINE) / hour, span.spent.value, span.reason)
        for span in account.spans
    ]


def test_what_was_held_stood_still_with_its_reason_and_the_rest_counted() -> None:
    ticket = a_ticket(
        a_step("on_hold", after(hours=1), reason="waiting_resident"),
        a_step("open", after(hours=3), cause="desk"),
    )

    account = accounts(ticket, now=after(hours=4))[RESOLUTION]

    assert spans(account) == [
        (0, 1, "counted", None),
        (1, 3, "paused", "waiting_resident"),
        (3, 4, "counted", None),
    ]
    assert (account.target, account.counted) == (timedelta(hours=8), timedelta(hours=2))


def test_a_hold_that_the_policy_lets_count_counts() -> None:
    ticket = a_ticket(a_step("on_hold", after(hours=1), reason="waiting_parts"))

    account = accounts(ticket, now=after(hours=4))[RESOLUTION]

    assert spans(account) == [(0, 4, "counted", None)]


def test_a_hold_that_lasts_is_paused_until_now() -> None:
    ticket = a_ticket(a_step("on_hold", after(hours=1), reason="no_access"))

    account = accounts(ticket, now=after(hours=2))[ARRIVAL]

    assert spans(account) == [(0, 1, "counted", None), (1, 2, "paused", "no_access")]
    assert account.clock.due_at is None
    assert account.counted == timedelta(hours=1)


def test_hours_in_which_no_one_works_are_told_apart_from_what_counted() -> None:
    ticket = a_ticket(priority="normal")

    account = accounts(ticket, now=after(days=1))[RESOLUTION]

    assert spans(account) == [
        (0, 3, "counted", None),
        (3, 4.5, "closed", None),
        (4.5, 9, "counted", None),
        (9, 23, "closed", None),
        (23, 24, "counted", None),
    ]
    assert account.counted == timedelta(hours=8.5)


def test_the_time_for_which_it_was_resolved_stood_still() -> None:
    ticket = a_ticket(
        a_step("resolved", after(hours=1)),
        a_step("open", after(hours=2), cycle=2, cause="resident-1"),
    )

    account = accounts(ticket, now=after(hours=3))[RESOLUTION]

    assert spans(account) == [
        (0, 1, "counted", None),
        (1, 2, "paused", "resolved"),
        (2, 3, "counted", None),
    ]


def test_no_technician_had_to_come_while_the_desk_saw_to_it() -> None:
    classes = (
        Classing(at=NINE, category="advice", priority=Priority.URGENT, road=Road.DESK),
        Classing(at=after(hours=1), category="plumbing", priority=Priority.URGENT),
    )

    account = accounts(a_ticket(classes=classes), now=after(hours=2))[ARRIVAL]

    assert spans(account) == [(0, 1, "paused", "desk"), (1, 2, "counted", None)]


def test_a_promise_that_was_kept_ends_when_it_stopped() -> None:
    ticket = a_ticket(a_step("assigned", after(minutes=6)))

    account = accounts(ticket, now=after(days=30))[RESPONSE]

    assert spans(account) == [(0, 0.1, "counted", None)]


def test_a_long_life_has_few_spans() -> None:
    counts = []
    for days in (20, 60, 365):
        found = accounts(a_ticket(priority="low"), now=after(days=days))[RESOLUTION].spans
        counts.append(len(found))
        assert all(one.until == other.since for one, other in pairwise(found))
        assert (found[0].since, found[-1].until) == (NINE, after(days=days))

    assert counts[0] > 20
    assert max(counts) < 250
