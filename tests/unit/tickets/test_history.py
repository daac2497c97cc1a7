"""Rows of a former system: what they say, and what becomes of them here."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.tickets.domain.history import Line, category_codes, kept_from, take_over
from services.tickets.domain.history_form import TICKETS
from services.tickets.domain.history_list import PastTicket, PastTickets
from services.tickets.domain.ticket import Ticket
from services.tickets.events import ticket_snapshot
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell
from tests.unit.tickets.arranging import SITE

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DONE = {
    "state": "closed",
    "opened_at": "2025-03-01T09:00:00",
    "assigned_at": "2025-03-01T09:10:00",
    "arrived_at": "2025-03-01T10:00:00",
    "resolved_at": "2025-03-01T11:00:00",
    "closed_at": "2025-03-02T18:00:00",
}


def a_row(**said: Any) -> SheetRow:
    values = dict.fromkeys((field.name for field in TICKETS.fields), None)
    return SheetRow(2, {**values, "external_id": "WX-1", **said})


def a_past(**said: Any) -> PastTicket:
    return PastTickets(SITE, now=NOW).read(a_row(**said))


def taken_over(**said: Any) -> Ticket:
    return taken_over_with_lines(**said)[0]


def taken_over_with_lines(**said: Any) -> tuple[Ticket, Sequence[Line]]:
    return take_over(
        a_past(**said),
        SITE,
        codes=category_codes(SITE),
        reference="DEMO-1-A",
        by="dispatcher-1",
        at=NOW,
        retention_days=1826,
    )


def test_a_row_that_ended_becomes_a_ticket_with_its_own_dates() -> None:
    ticket = taken_over(**DONE)

    assert [(step.state.value, f"{step.at:%d %H:%M}") for step in ticket.steps] == [
        ("open", "01 01:00"),
        ("assigned", "01 01:10"),
        ("in_progress", "01 02:00"),
        ("resolved", "01 03:00"),
        ("closed", "02 10:00"),
    ]
    assert ticket_snapshot(ticket).is_history
    assert ticket.opened_at == datetime(2025, 3, 1, 1, tzinfo=UTC)
    assert ticket.id.int >> 80 == int(ticket.opened_at.timestamp() * 1000)
    assert ticket.id.version == 7


def test_a_row_that_did_not_end_becomes_a_new_report_that_keeps_its_old_date() -> None:
    ticket = taken_over(state="open", opened_at="2025-03-01T09:00:00")

    assert (ticket.state.value, ticket.opened_at) == ("open", NOW)
    assert ticket.imported is not None
    assert ticket.imported.opened_at == datetime(2025, 3, 1, 1, tzinfo=UTC)
    assert not ticket_snapshot(ticket).is_history


def test_the_line_of_a_new_report_says_why_it_is_an_emergency_and_what_was_asked_for() -> None:
    ticket, lines = taken_over_with_lines(
        state="open", opened_at="2025-03-01T09:00:00", category="泳池", description="配电箱冒烟了"
    )

    assert ticket.priority == "emergency"
    assert [line.name for line in lines] == ["opened", "imported"]
    assert lines[0].detail == {"danger": "冒烟", "category_asked": "泳池"}


def test_history_has_one_line_a_step_and_one_of_where_it_comes_from() -> None:
    ticket, lines = taken_over_with_lines(**DONE, technician="李师傅")

    assert [line.name for line in lines] == [
        *("opened", "assigned", "started", "resolved", "closed", "imported")
    ]
    assert ticket.entries == len(lines)
    assert [line.public for line in lines] == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"resolved_at": "2025-03-02T09:00:00"}, "closed"),
        ({"closed_at": "2025-03-02T09:00:00"}, "closed"),
        ({"cancelled_at": "2025-03-02T09:00:00"}, "cancelled"),
        ({"state": "cancelled", "closed_at": "2025-03-02T09:00:00"}, "cancelled"),
        ({}, "open"),
    ],
)
def test_the_dates_tell_the_state_where_the_row_does_not(said: dict[str, str], state: str) -> None:
    assert taken_over(opened_at="2025-03-01T09:00:00", **said).state.value == state


@pytest.mark.parametrize(
    ("said", "column"),
    [
        ({"closed_at": "2025-02-28T09:00:00"}, "closed_at"),
        ({"resolved_at": "2025-03-01T09:59:00"}, "resolved_at"),
        ({"assigned_at": "2025-03-01T08:59:00"}, "assigned_at"),
        ({"arrived_at": "2025-03-01T09:05:00"}, "arrived_at"),
        ({"started_at": "2025-03-01T09:30:00"}, "started_at"),
        ({"answered_at": "2025-03-01T08:00:00"}, "answered_at"),
        ({"closed_at": "2026-03-02T20:00:01"}, "closed_at"),
        ({"opened_at": "1999-12-31T09:00:00"}, "opened_at"),
        ({"state": "open"}, "resolved_at"),
        ({"state": "closed", "resolved_at": None, "closed_at": None}, "resolved_at"),
        ({"state": "cancelled"}, "resolved_at"),
        ({"cancelled_at": "2025-03-02T19:00:00"}, "cancelled_at"),
        ({"reporter_id": "a\u2028b"}, "reporter_id"),
    ],
)
def test_a_row_that_contradicts_itself_names_the_column(
    said: dict[str, str | None], column: str
) -> None:
    with pytest.raises(WrongCell) as wrong:
        a_past(**{**DONE, **said})

    assert wrong.value.column == column


def test_a_place_is_found_as_people_write_it_and_else_stays_as_words() -> None:
    told = taken_over(**DONE, building="3", room="1202").place
    as_place = taken_over(**DONE, place="3-1202").place
    unknown = taken_over(**DONE, building="77", room="9").place

    assert (told.building, told.unit) == (as_place.building, as_place.unit) == ("3", "1202")
    assert unknown.unit is None
    assert unknown.address == "77 9"


@pytest.mark.parametrize(
    ("ended_ago", "retention_days", "from_ago"),
    [(100, 1826, 100), (3650, 1826, 1460), (3650, 90, 0), (3650, 0, 3650)],
)
def test_what_ended_long_ago_is_kept_for_a_year_where_tickets_are_kept_that_long(
    ended_ago: int, retention_days: int, from_ago: int
) -> None:
    found = kept_from(NOW - timedelta(days=ended_ago), now=NOW, retention_days=retention_days)

    assert found == NOW - timedelta(days=from_ago)
