import io
import re
from datetime import UTC, datetime

import pytest
from rich.console import Console

from fettle.demo.stage import Doing, Hand, Stage
from fettle.demo.view import Picture, one_line

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


def a_stage() -> Stage:
    stage = Stage(
        title="Wutong Court", rows=200, speed=1800, opens_at=datetime(2026, 1, 20, 6, tzinfo=UTC)
    )
    stage.act = "playing"
    stage.states = {
        str(number): state
        for number, state in enumerate(["open"] * 2 + ["assigned"] * 3 + ["resolved"] * 7)
    }
    stage.offers.update({"made": 15, "accepted": 10, "declined": 2})
    stage.board(BOARD)
    stage.crew = {
        f"t{number}": Hand(name=f"王{number}师傅", trade="plumbing") for number in range(20)
    }
    stage.crew["t19"].doing, stage.crew["t19"].about = Doing.WORKING, "WTY-1042-K"
    stage.tell("王19师傅", "accepts WTY-1042-K", "green")
    return stage


def rendered(stage: Stage, width: int = 140, height: int = 40) -> str:
    console = Console(width=width, height=height, file=io.StringIO(), record=True)
    console.print(Picture(stage))
    return console.export_text()


def test_the_view_shows_tickets_offers_clocks_and_breaches() -> None:
    shown = rendered(a_stage())

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
    shown = rendered(a_stage(), height=24)

    assert shown.index("王19师傅 plumbing") < shown.index("王0师傅 plumbing")
    assert "and 14 more" in shown


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (200, 60)])
def test_the_view_fits_a_terminal_and_never_changes_its_shape(width: int, height: int) -> None:
    empty = Stage(
        title="Wutong Court", rows=200, speed=1800, opens_at=datetime(2026, 1, 20, 6, tzinfo=UTC)
    )

    shown, at_first = rendered(a_stage(), width, height), rendered(empty, width, height)

    assert len(shown.splitlines()) == len(at_first.splitlines()) < height
    assert re.search("王19师傅.* at 1042-K", shown)


def test_a_narrow_terminal_is_no_error() -> None:
    assert rendered(a_stage(), width=60)


def test_without_a_terminal_there_is_one_line() -> None:
    line = one_line(a_stage())

    assert "opened 12/200, resolved 7, cancelled 0" in line
    assert "\n" not in line
