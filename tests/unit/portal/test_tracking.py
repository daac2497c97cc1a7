"""The one sentence of a tracking page: for every state, and what goes before it."""

from typing import Any
from uuid import UUID

import pytest

from services.portal.domain.ticket_view import TicketView
from services.portal.domain.tracking import standing
from tests.support.tracked import (
    NOW,
    REPORTER,
    clock,
    minutes,
    step,
    tracked,
    visit,
    work,
)

_ASSIGNED = step("assigned", -40)
_STARTED = step("in_progress", -20)
_ARRIVAL = clock("arrival", due=17)
_LATE = clock("arrival", due=-5, breached=True)
_RESOLUTION = clock("resolution", due=107)


def _said(ticket: TicketView) -> tuple[str, dict[str, Any]]:
    """Return which sentence is said, without its prefix, and what it says."""
    found = standing(ticket, now=NOW)
    return found.key.removeprefix("resident-say-"), dict(found.said)


def _held(reason: str, **more: Any) -> TicketView:
    return tracked(_ASSIGNED, step("on_hold", -3, reason=reason), **more)


@pytest.mark.parametrize(
    ("ticket", "key", "said"),
    [
        (tracked(clocks=[_ARRIVAL]), "waiting", {"by": minutes(17)}),
        (tracked(), "waiting-plain", {}),
        (tracked(clocks=[_RESOLUTION]), "waiting-fixed", {"by": minutes(107)}),
        (
            tracked(visit=visit(60, 120), clocks=[_ARRIVAL]),
            "waiting-visit",
            {"from": minutes(60), "to": minutes(120)},
        ),
        (
            tracked(work=work("waiting", None, unassignable_at=minutes(-5)), clocks=[_ARRIVAL]),
            "unassignable",
            {},
        ),
        (tracked(clocks=[_LATE]), "late-waiting", {}),
    ],
)
def test_before_a_technician_is_found(ticket: TicketView, key: str, said: dict[str, Any]) -> None:
    assert _said(ticket) == (key, said)


@pytest.mark.parametrize(
    ("more", "key", "said"),
    [
        ({"planned_arrival": minutes(6)}, "accepted", {"at": minutes(6)}),
        ({"planned_arrival": minutes(-30)}, "accepted-due", {"by": minutes(17)}),
        ({}, "accepted-due", {"by": minutes(17)}),
    ],
)
def test_once_accepted(more: dict[str, Any], key: str, said: dict[str, Any]) -> None:
    ticket = tracked(_ASSIGNED, work=work("accepted", **more), clocks=[_ARRIVAL])

    assert _said(ticket) == (key, {"who": "王师傅", **said})


def test_an_agreed_visit_is_when_the_technician_comes() -> None:
    ticket = tracked(_ASSIGNED, work=work("accepted"), visit=visit(600, 720), clocks=[_ARRIVAL])

    key, said = _said(ticket)

    assert (key, said["from"]) == ("accepted-visit", minutes(600))


def test_without_a_promise_it_is_said_that_it_was_accepted() -> None:
    assert _said(tracked(_ASSIGNED, work=work("accepted"))) == (
        "accepted-plain",
        {"who": "王师傅"},
    )


@pytest.mark.parametrize(
    ("job_state", "clocks", "more", "key"),
    [
        ("travelling", [_ARRIVAL], {"planned_arrival": minutes(6)}, "travelling"),
        ("travelling", [_ARRIVAL], {}, "travelling-due"),
        ("travelling", [], {}, "travelling-plain"),
        ("travelling", [_LATE], {"planned_arrival": minutes(6)}, "late-coming"),
        ("travelling", [_LATE], {}, "late-travelling"),
        ("on_site", [_RESOLUTION], {}, "arrived"),
        ("on_site", [], {}, "arrived-plain"),
        ("working", [_RESOLUTION], {}, "working"),
        ("working", [], {}, "working-plain"),
        ("working", [clock("resolution", due=-1, breached=True)], {}, "late-working"),
    ],
)
def test_on_the_way_and_at_work(
    job_state: str, clocks: list[dict[str, Any]], more: dict[str, Any], key: str
) -> None:
    ticket = tracked(_ASSIGNED, _STARTED, work=work(job_state, **more), clocks=clocks)

    assert _said(ticket)[0] == key


def test_who_comes_to_a_flat_comes_home_and_to_a_spot_does_not() -> None:
    def home(place: dict[str, str]) -> Any:
        there = work("travelling", planned_arrival=minutes(6))
        return _said(tracked(_ASSIGNED, _STARTED, work=there, place=place))[1]["home"]

    assert home({"building": "3", "unit": "1202"}) == "yes"
    assert home({"spot": "pump-room"}) == "no"


def test_a_promise_that_fell_due_is_late_before_sla_says_so() -> None:
    assert _said(tracked(clocks=[clock("arrival", due=-1)]))[0] == "late-waiting"


def test_a_wish_to_cancel_goes_before_what_the_technician_does() -> None:
    ticket = tracked(
        _ASSIGNED, _STARTED, work=work("working"), cancel_requested_at=minutes(-1), clocks=[_LATE]
    )

    assert _said(ticket)[0] == "cancel-asked"


@pytest.mark.parametrize(
    ("reason", "more", "key", "said"),
    [
        ("waiting_parts", {}, "hold-parts", {"clock": "runs"}),
        (
            "waiting_parts",
            {"clocks": [clock("resolution", "paused", due=None)]},
            "hold-parts",
            {"clock": "stops"},
        ),
        (
            "waiting_parts",
            {"visit": visit(600, 720)},
            "hold-parts-until",
            {"at": minutes(600), "clock": "runs"},
        ),
        ("waiting_contractor", {}, "hold-contractor", {"clock": "runs"}),
        (
            "interrupted",
            {"work": work("paused", planned_arrival=minutes(45))},
            "hold-interrupted-until",
            {"at": minutes(45), "clock": "runs"},
        ),
        ("waiting_resident", {}, "hold-you", {}),
        (
            "waiting_resident",
            {"note": {"at": minutes(-3), "text": "要开墙，可以吗？"}},
            "hold-you-note",
            {"note": "要开墙，可以吗？"},
        ),
        ("waiting_resident", {"note": {"at": minutes(-9), "text": "旧话"}}, "hold-you", {}),
        ("waiting_resident", {"note": {"at": minutes(-3), "text": "长" * 500}}, "hold-you", {}),
        ("no_access", {}, "hold-no-access", {"at": minutes(-3)}),
        (
            "no_access",
            {"visit": visit(600, 720)},
            "hold-visit",
            {"from": minutes(600), "to": minutes(720)},
        ),
        ("as the technician likes", {}, "hold", {}),
    ],
)
def test_on_hold(reason: str, more: dict[str, Any], key: str, said: dict[str, Any]) -> None:
    assert _said(_held(reason, **more)) == (key, said)


def test_a_visit_that_is_offered_asks_first() -> None:
    offered = visit(600, 720, by_staff=True, proposed=True)
    let_stand = {**offered, "stands_at": minutes(-1)}

    assert _said(tracked(visit=offered, clocks=[_LATE]))[0] == "visit-offered"
    assert _said(tracked(_ASSIGNED, visit=let_stand))[0] == "accepted-visit"
    assert _said(_held("waiting_parts", visit=offered))[0] == "visit-offered"
    assert _said(tracked(visit=visit(600, 720, cancelled=True)))[0] == "waiting-plain"
    assert _said(tracked(visit=visit(-120, -60)))[0] == "waiting-plain"


def test_what_is_asked_goes_before_the_promise_but_not_before_an_apology() -> None:
    missing = [
        {"question": each, "why": "unanswered", "asked_at": minutes(-60)} for each in ("a", "b")
    ]
    optional = [{**missing[0], "why": "too_large", "required": False}]

    assert _said(tracked(missing=missing, clocks=[_ARRIVAL])) == ("asked", {"n": 2})
    assert _said(tracked(missing=missing, clocks=[_LATE]))[0] == "late-waiting"
    assert _said(tracked(missing=optional, clocks=[_ARRIVAL]))[0] == "waiting"


@pytest.mark.parametrize(
    ("cause", "nature", "key"),
    [
        (f"job:{UUID(int=2)}", "fault", "done"),
        ("wang", "fault", "done-desk"),
        ("wang", "complaint", "settled"),
    ],
)
def test_resolved(cause: str, nature: str, key: str) -> None:
    ticket = tracked(_ASSIGNED, step("resolved", -2, cause=cause), nature=nature)

    found = standing(ticket, now=NOW)

    assert found.key == f"resident-say-{key}"
    assert found.said["at"] == minutes(-2)
    assert found.pill.state == "info"


@pytest.mark.parametrize(
    ("cause", "key", "at"),
    [
        (REPORTER, "closed", minutes(-9)),
        ("system", "closed-unconfirmed", minutes(-2)),
        ("wang", "closed-by-others", minutes(-2)),
        ("", "closed-by-others", minutes(-2)),
    ],
)
def test_closed(cause: str, key: str, at: object) -> None:
    ticket = tracked(step("resolved", -9), step("closed", -2, cause=cause))

    assert _said(ticket) == (key, {"at": at})


@pytest.mark.parametrize(
    ("cause", "key"), [(REPORTER, "cancelled-own"), ("wang", "cancelled"), ("", "cancelled")]
)
def test_cancelled(cause: str, key: str) -> None:
    assert _said(tracked(step("cancelled", -2, cause=cause))) == (key, {"at": minutes(-2)})


def test_a_duplicate_names_the_one_that_goes_on() -> None:
    merged = step("cancelled", -2, cause="wang", merged_into="DEMO-1001-B")

    assert _said(tracked(merged, duplicate_of=UUID(int=9))) == (
        "merged",
        {"reference": "DEMO-1001-B"},
    )


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"clocks": [clock("response", due=20)]}, "desk-due"),
        ({}, "desk"),
        ({"nature": "praise", "clocks": [clock("response", due=20)]}, "desk-thanks"),
        ({"answered_at": minutes(-5), "clocks": [clock("resolution")]}, "desk-answered"),
        ({"clocks": [clock("response", due=-5, breached=True)]}, "desk-late"),
        ({"answered_at": minutes(-5), "clocks": [clock("resolution", due=-5)]}, "desk-late"),
    ],
)
def test_at_the_desk(more: dict[str, Any], key: str) -> None:
    ticket = tracked(road="desk", **{"nature": "enquiry", **more})

    assert _said(ticket)[0] == key


def test_opened_again_it_is_arranged_again() -> None:
    again = tracked(
        step("resolved", -30), step("open", -10, cause=REPORTER, cycle=2), clocks=[_ARRIVAL]
    )

    assert _said(again)[0] == "waiting-again"


def test_what_was_answered_before_it_was_opened_again_is_no_answer() -> None:
    again = tracked(
        step("resolved", -30, cause="wang"),
        step("open", -10, cause=REPORTER, cycle=2),
        road="desk",
        nature="enquiry",
        answered_at=minutes(-40),
    )

    assert _said(again)[0] == "desk"


def test_history_is_told_as_such_until_it_is_opened_again() -> None:
    taken_over = {
        "at": minutes(-1),
        "external_id": "A-1",
        "opened_at": minutes(-9000),
        "ended": True,
    }

    assert _said(tracked(step("closed", -50), imported=taken_over))[0] == "history"
    reopened = tracked(
        step("closed", -50), step("open", -10, cause=REPORTER, cycle=2), imported=taken_over
    )
    assert _said(reopened)[0] == "waiting-plain"


def test_without_names_the_technician_is_not_called_by_theirs() -> None:
    ticket = tracked(_ASSIGNED, work=work("accepted"))

    assert standing(ticket, now=NOW, names=False).said["who"] == ""
