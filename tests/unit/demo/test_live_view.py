import io
import re
from datetime import UTC, datetime

import pytest
from rich.console import Console

from demo.live_state import Activity, LiveState, TechnicianStatus
from demo.live_view import LiveView, one_line

AT = "2026-01-20T08:00:00+00:00"
BOARD = {
    "at": AT,
    "counts": {"open": 3, "at_risk": 2, "breached": 1},
    "at_risk": [
        {"reference": "WTY-1002-B", "kind": "response", "due_at": "2026-01-20T08:00:02+00:00"}
    ]
    * 2,
    "breached": [
        {"reference": "WTY-1001-A", "kind": "arrival", "due_at": "2026-01-20T07:59:58+00:00"}
    ],
}


def a_state() -> LiveState:
    state = LiveState(
        title="Wutong Court", rows=200, speed=1800, starts_at=datetime(2026, 1, 20, 6, tzinfo=UTC)
    )
    state.phase = "playing"
    state.states = {
        str(number): each
        for number, each in enumerate(["open"] * 2 + ["assigned"] * 3 + ["resolved"] * 7)
    }
    state.offers.update({"made": 15, "accepted": 10, "declined": 2})
    state.apply_board(BOARD)
    state.crew = {
        f"t{number}": TechnicianStatus(name=f"王{number}师傅", trade="plumbing")
        for number in range(20)
    }
    state.crew["t19"].activity, state.crew["t19"].reference = Activity.WORKING, "WTY-1042-K"
    state.note("王19师傅", "accepts WTY-1042-K", "green")
    return state


def rendered(state: LiveState, width: int = 140, height: int = 40) -> str:
    console = Console(width=width, height=height, file=io.StringIO(), record=True)
    console.print(LiveView(state))
    return console.export_text()


def test_the_view_shows_tickets_offers_clocks_and_breaches() -> None:
    shown = rendered(a_state())

    for words in (
        "tickets",
        "offers",
        "clocks",
        "arrival 1001-A",
        "2 s late",
        "in 2 s",
        "7 of 200 done",
        "accepts WTY-1042-K",
    ):
        assert words in shown


def test_whoever_works_stands_first_and_the_rest_of_a_large_crew_is_counted() -> None:
    shown = rendered(a_state(), height=24)

    assert shown.index("王19师傅 plumbing") < shown.index("王0师傅 plumbing")
    assert "and 14 more" in shown


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (200, 60)])
def test_the_view_fits_a_terminal_and_never_changes_its_shape(width: int, height: int) -> None:
    empty = LiveState(
        title="Wutong Court", rows=200, speed=1800, starts_at=datetime(2026, 1, 20, 6, tzinfo=UTC)
    )

    shown, at_first = rendered(a_state(), width, height), rendered(empty, width, height)

    assert len(shown.splitlines()) == len(at_first.splitlines()) < height
    assert re.search("王19师傅.* at 1042-K", shown)


def test_a_narrow_terminal_is_no_error() -> None:
    assert rendered(a_state(), width=60)


def test_without_a_terminal_there_is_one_line() -> None:
    line = one_line(a_state())

    assert "opened 12/200, resolved 7, cancelled 0" in line
    assert "\n" not in line
