"""How long a resident may object: working days of the site, from the resolution that stands."""

from datetime import datetime
from typing import Any

import pytest

from services.sla.domain.calendar import Calendar
from services.sla.domain.calendars import ALWAYS, Calendars, Edition
from services.sla.domain.objection import Objection, time_to_object
from services.sla.domain.timing import SETTLING, Decision, News, time_ticket
from services.sla.domain.working_time import WorkingTime
from services.sla.events import snapshot
from shared.contracts import TicketV1
from shared.ids import new_id
from tests.unit.sla.test_timing import IN_SHANGHAI, news_of
from tests.unit.sla.tickets import NINE, a_step, a_ticket, after

ID = new_id()
AROUND_THE_CLOCK = Calendars(
    {
        "demo": [
            Edition(since=ALWAYS, hours=WorkingTime(Calendar(time_zone="UTC", always_open=True)))
        ]
    },
    {},
)


def resolved(at: datetime, *more: Any, cycle: int = 1) -> TicketV1:
    return a_ticket(a_step("resolved", at, cycle=cycle), *more, id=ID)


def objection_to(ticket: TicketV1, days: int | None, **more: Any) -> Objection | None:
    life = news_of(ticket, None).life
    found: dict[str, Any] = {"calendars": IN_SHANGHAI, "before": None, **more}
    return time_to_object(life, working_days=days, **found)


@pytest.mark.parametrize(
    ("at", "days", "ends_at"),
    [
        (NINE, 1, after(days=1)),
        (NINE, 3, after(days=3)),
        (NINE, 5, after(days=7)),
        (after(days=4), 1, after(days=7)),
        (after(days=5, hours=3), 1, after(days=7, hours=9)),
        (after(hours=11), 2, after(days=2, hours=9)),
    ],
)
def test_it_ends_after_so_many_working_days(at: datetime, days: int, ends_at: datetime) -> None:
    found = objection_to(resolved(at), days)

    assert found == Objection(resolved_at=at, ends_at=ends_at)


def test_the_sites_own_calendar_counts() -> None:
    found = objection_to(resolved(after(days=4)), 2, calendars=AROUND_THE_CLOCK)

    assert found is not None
    assert found.ends_at == after(days=6)


def test_there_is_none_where_the_site_says_none_and_while_nothing_is_resolved() -> None:
    assert objection_to(resolved(NINE), None) is None
    assert objection_to(a_ticket(id=ID), 3) is None
    assert objection_to(resolved(NINE, a_step("open", after(hours=1), cycle=2)), 3) is None


def test_what_was_told_of_a_resolution_stays_and_the_next_one_has_its_own() -> None:
    first = objection_to(resolved(NINE), 3)
    again = resolved(
        NINE,
        a_step("open", after(hours=1), cycle=2),
        a_step("resolved", after(days=1), cycle=2),
    )

    assert objection_to(resolved(NINE), 10, before=first) == first
    assert objection_to(again, 3, before=first) == Objection(
        resolved_at=after(days=1), ends_at=after(days=4)
    )


def decided(news: News, at: datetime, days: int | None) -> Decision | None:
    return time_ticket(
        news,
        policies=(),
        calendars=IN_SHANGHAI,
        announced=(),
        now=at + SETTLING,
        working_days_to_object=days,
    )


def test_others_are_told_with_the_resolution() -> None:
    opened = decided(news_of(a_ticket(id=ID), None), NINE, 3)
    assert opened is not None

    told = decided(news_of(resolved(after(hours=1)), opened.after), after(hours=1), 3)

    assert told is not None
    said = snapshot(told.after, told.announced)
    assert told.happened
    assert (said.resolved_at, said.objection_ends_at) == (
        after(hours=1),
        after(days=3, hours=1),
    )


def test_a_closed_ticket_keeps_it_and_a_reopened_one_has_none() -> None:
    opened = decided(news_of(a_ticket(id=ID), None), NINE, 3)
    assert opened is not None
    told = decided(news_of(resolved(after(hours=1)), opened.after), after(hours=1), 3)
    assert told is not None
    reopened = resolved(after(hours=1), a_step("open", after(hours=2), cycle=2))

    anew = decided(news_of(reopened, told.after), after(hours=2), 3)

    assert anew is not None
    assert snapshot(anew.after, anew.announced).objection_ends_at is None
