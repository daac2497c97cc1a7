"""How far a ticket has come, and what became of its promises."""

from typing import Any
from uuid import UUID

import pytest

from services.portal.domain.promises import explained, promises, steps
from services.portal.domain.ticket_view import TicketView
from tests.support.tracked import NOW, REPORTER, clock, minutes, step, tracked, work

_ASSIGNED, _STARTED = step("assigned", -40), step("in_progress", -20)


def _way(ticket: TicketView) -> list[tuple[str, str]]:
    return [(each.word.removeprefix("resident-step-"), each.state) for each in steps(ticket)]


def _times(ticket: TicketView) -> list[object]:
    return [each.at for each in steps(ticket)]


def test_a_new_ticket_is_at_its_first_step() -> None:
    assert _way(tracked()) == [
        ("received", "now"),
        ("accepted", ""),
        ("travelling", ""),
        ("working", ""),
        ("confirm", ""),
    ]


def test_on_the_way_two_steps_are_done() -> None:
    ticket = tracked(_ASSIGNED, _STARTED, work=work("travelling"))

    assert [state for _, state in _way(ticket)] == ["done", "done", "now", "", ""]


def test_on_site_the_arrival_is_dated_by_its_promise() -> None:
    ticket = tracked(
        _ASSIGNED,
        _STARTED,
        work=work("working"),
        clocks=[clock("arrival", "met", stopped=-15)],
    )

    assert [state for _, state in _way(ticket)] == ["done", "done", "done", "now", ""]
    assert _times(ticket)[3] == minutes(-15)


def test_an_arrival_of_an_earlier_visit_is_not_this_one() -> None:
    ticket = tracked(
        step("resolved", -50),
        step("open", -45, cause=REPORTER, cycle=2),
        step("assigned", -40, cycle=2),
        step("in_progress", -20, cycle=2),
        work=work("travelling"),
        clocks=[clock("arrival", "met", stopped=-55)],
    )

    assert [state for _, state in _way(ticket)] == ["done", "done", "now", "", ""]
    assert _times(ticket)[0] == minutes(-45)


def test_what_is_over_is_all_done() -> None:
    closed = tracked(_ASSIGNED, _STARTED, step("resolved", -9), step("closed", -1, cause=REPORTER))

    assert {state for _, state in _way(closed)} == {"done"}


def test_the_desk_has_a_way_of_its_own() -> None:
    ticket = tracked(road="desk", nature="enquiry", answered_at=minutes(-5))

    assert _way(ticket) == [("received", "done"), ("answered", "now"), ("settled", "")]


def test_what_was_cancelled_has_no_way() -> None:
    assert steps(tracked(step("cancelled", -1, cause=REPORTER))) == []
    merged = tracked(step("cancelled", -1, cause="wang"), duplicate_of=UUID(int=9))
    assert steps(merged) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (clock("arrival", due=17), ("arrival", minutes(17), 17, None, 0)),
        (clock("arrival", due=-3, breached=True), ("arrival", minutes(-3), -3, None, 0)),
        (clock("arrival", "paused", due=None), ("arrival-paused", None, None, None, 0)),
        (clock("arrival", "met", due=5, stopped=-8), ("arrived", minutes(-8), None, True, 0)),
        (
            clock("arrival", "breached", due=-30, stopped=-8, breached=True),
            ("arrived", minutes(-8), None, False, 22),
        ),
        (
            clock("arrival", "breached", due=-8.2, stopped=-8, breached=True),
            ("arrived", minutes(-8), None, False, 1),
        ),
    ],
)
def test_a_promise_says_when_and_what_became_of_it(
    given: dict[str, Any], said: tuple[object, ...]
) -> None:
    (promised,) = promises(tracked(clocks=[given]), now=NOW)

    word = promised.word.removeprefix("resident-promise-")
    assert (word, promised.at, promised.left, promised.kept, promised.late_minutes) == said


def test_what_is_no_longer_wanted_or_was_never_known_is_no_promise() -> None:
    ticket = tracked(clocks=[clock("arrival", "cancelled"), clock("resolution", "unknown")])

    assert promises(ticket, now=NOW) == []


def test_the_desk_promises_an_answer_and_no_visit() -> None:
    clocks = [clock("response"), clock("arrival"), clock("resolution")]

    told = promises(tracked(road="desk", nature="enquiry", clocks=clocks), now=NOW)

    assert [each.word.removeprefix("resident-promise-") for each in told] == ["response", "settle"]


def test_every_clock_is_explained_in_a_sentence() -> None:
    clocks = [
        clock("response", "met", due=5, stopped=-20),
        clock("arrival", due=-2),
        clock("resolution", "paused", due=None),
    ]

    told = explained(tracked(clocks=clocks), now=NOW)

    assert [each.key.removeprefix("resident-clock-") for each in told] == ["kept", "late", "paused"]
    assert told[1].said == {"clock": "arrival", "due": minutes(-2)}
