"""What a resident may do with a ticket, and what is told beside how it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.portal.adapters.calendars import calendar_of, visit_event
from services.portal.domain.advice import advice_for
from services.portal.domain.deeds import advice, closes_at, deeds, what_was_done
from services.portal.domain.reporting import Wrong
from services.portal.domain.ticket_lines import Line
from services.portal.domain.visit_form import likely_visit, visit_in
from tests.support.tracked import NOW, REPORTER, minutes, step, tracked, visit, work

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_RESOLVED = step("resolved", -10)


def test_a_new_ticket_of_ones_own() -> None:
    may = deeds(tracked(legal=["cancel"]), reader=REPORTER, now=NOW)

    assert may == {"urge", "comment", "cancel", "appoint", "share"}


def test_a_resolved_ticket_is_confirmed_reopened_or_rated() -> None:
    ticket = tracked(_RESOLVED, legal=["confirm", "reopen"])

    may = deeds(ticket, reader=REPORTER, now=NOW)

    assert may == {"comment", "confirm", "reopen", "rate", "share"}
    assert "reopen" not in deeds(ticket, reader=REPORTER, now=NOW + timedelta(days=15))
    assert "rate" not in deeds(ticket, reader=REPORTER, now=NOW + timedelta(days=31))


def test_what_was_rated_is_not_rated_twice_by_the_same() -> None:
    marks = {"at": minutes(-1), "cycle": 1, "speed": 5, "quality": 5, "manner": 5}
    ticket = tracked(_RESOLVED, ratings=[marks], followers=["neighbour"])

    assert "rate" not in deeds(ticket, reader=REPORTER, now=NOW)
    assert "rate" in deeds(ticket, reader="neighbour", now=NOW)
    assert ticket.rating_by(REPORTER) is not None


def test_a_neighbour_follows_and_leaves() -> None:
    assert "follow" in deeds(tracked(), reader="neighbour", now=NOW)
    following = tracked(followers=["neighbour"])
    assert "unfollow" in deeds(following, reader="neighbour", now=NOW)
    assert "share" not in deeds(following, reader="neighbour", now=NOW)


def test_a_wish_to_cancel_is_said_once() -> None:
    at_work = tracked(step("in_progress", -5), legal=["request_cancel"])
    asked = tracked(
        step("in_progress", -5), legal=["request_cancel"], cancel_requested_at=minutes(-1)
    )

    assert "ask_to_cancel" in deeds(at_work, reader=REPORTER, now=NOW)
    assert "ask_to_cancel" not in deeds(asked, reader=REPORTER, now=NOW)


def test_a_duplicate_is_still_talked_about() -> None:
    merged = tracked(step("cancelled", -5, cause="wang"), duplicate_of=UUID(int=9))

    assert "comment" in deeds(merged, reader=REPORTER, now=NOW)
    assert "comment" not in deeds(tracked(step("cancelled", -5)), reader=REPORTER, now=NOW)


def test_the_desk_comes_to_no_ones_home() -> None:
    ticket = tracked(road="desk", nature="enquiry")

    assert "appoint" not in deeds(ticket, reader=REPORTER, now=NOW)


def test_an_urge_counts_once_an_hour() -> None:
    assert tracked(urges=[minutes(-20)]).urge_again_at(NOW) == minutes(40)
    assert tracked(urges=[minutes(-61)]).urge_again_at(NOW) is None
    assert tracked().urge_again_at(NOW) is None


def test_a_resolved_ticket_closes_as_the_site_says() -> None:
    ticket, ends = tracked(_RESOLVED), minutes(2000)

    assert closes_at(ticket, {"close_after_working_days": 3}, ends) == ends
    assert closes_at(ticket, {"close_after_working_days": 3}, None) is None
    assert closes_at(ticket, {"close_after_working_days": None}, None) == minutes(-10 + 72 * 60)
    assert closes_at(tracked(), {}, ends) is None


@pytest.mark.parametrize(
    ("category", "danger", "key"),
    [
        ("plumbing", ["爆裂"], "water"),
        ("plumbing", [], "water"),
        ("other", ["冒烟"], "fire"),
        ("other", ["smell of gas"], "gas"),
        ("lift", ["困人"], "lift"),
        ("other", ["触电"], "electric"),
        ("other", ["玻璃要掉"], "falling"),
        ("garden", [], None),
    ],
)
def test_advice_is_by_what_was_said_and_else_by_the_category(
    category: str, danger: list[str], key: str | None
) -> None:
    assert advice_for(category, danger) == (key and f"resident-advice-{key}")


def test_advice_ends_when_the_technician_is_there() -> None:
    urgent: dict[str, Any] = {"priority": "emergency"}

    assert advice(tracked(**urgent)) == "resident-advice-water"
    assert advice(tracked()) is None
    at_work = tracked(step("in_progress", -5), work=work("working"), **urgent)
    assert advice(at_work) is None
    assert advice(tracked(_RESOLVED, **urgent)) is None


def test_what_was_done_is_told_of_what_is_settled() -> None:
    done = Line(n=5, at=NOW, key="resident-line-resolved", text="换了接头")
    later = Line(n=6, at=NOW, key="resident-line-closed-own")

    assert what_was_done([later, done], tracked(_RESOLVED)) is done
    assert what_was_done([done], tracked()) is None
    assert what_was_done([later], tracked(_RESOLVED)) is None


_TOMORROW = {"day": "2026-01-22", "from": "09:00", "to": "11:00"}


def test_a_visit_is_read_in_the_sites_zone() -> None:
    found = visit_in(_TOMORROW, _SHANGHAI, now=NOW)

    assert found == (
        datetime(2026, 1, 22, 1, tzinfo=UTC),
        datetime(2026, 1, 22, 3, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"day": ""}, "resident-wrong-day"),
        ({"day": "22/01/2026"}, "resident-wrong-day"),
        ({"from": "25:00"}, "resident-wrong-day"),
        ({"to": "08:00"}, "resident-wrong-day-order"),
        ({"to": "09:00"}, "resident-wrong-day-order"),
        ({"day": "2026-01-20"}, "resident-wrong-day-past"),
        ({"day": "2027-03-01"}, "resident-wrong-day-far"),
    ],
)
def test_a_visit_that_cannot_be_is_told(change: dict[str, str], key: str) -> None:
    found = visit_in({**_TOMORROW, **change}, _SHANGHAI, now=NOW)

    assert isinstance(found, Wrong)
    assert found.key == key


def test_a_form_begins_with_the_next_morning() -> None:
    day, start, end = likely_visit(NOW, _SHANGHAI)

    assert (day.isoformat(), start, end) == ("2026-01-22", "09:00", "11:00")


def test_a_calendar_takes_the_visit_or_the_planned_arrival() -> None:
    planned = tracked(step("assigned", -5), work=work("accepted", planned_arrival=minutes(30)))

    assert visit_event(tracked(visit=visit(60, 120)), now=NOW) == (minutes(60), minutes(120))
    assert visit_event(planned, now=NOW) == (minutes(30), minutes(90))
    assert visit_event(tracked(), now=NOW) is None


def test_a_calendars_file_keeps_to_its_lines_whatever_is_said() -> None:
    file = calendar_of(
        tracked(),
        (minutes(60), minutes(120)),
        summary="师傅上门：水管\nATTENDEE:x",
        text="单号 DEMO-1042-K",
        place="3号楼 1202",
        site="示范小区",
        now=NOW,
    )

    lines = file.decode().split("\r\n")
    assert "DTSTART:20260121T000200Z" in lines
    assert not any(line.startswith("ATTENDEE") for line in lines)
    assert "LOCATION:示范小区 3号楼 1202" in lines
