"""What is said of clocks, and what others can tell for themselves."""

from typing import Any

import pytest

from services.sla.domain.changes import what_happened
from shared.contracts.sla import Announcement, ClockKind, ClockV1
from tests.unit.sla.tickets import NINE, after

DUE = after(hours=2)


def a_clock(kind: str = "arrival", state: str = "running", **fields: Any) -> ClockV1:
    return ClockV1.model_validate(
        {"kind": kind, "state": state, "started_at": NINE, "due_at": DUE, **fields}
    )


def a_breach(kind: str = "arrival", *, threshold: int = 100, skipped: bool = False) -> Announcement:
    clock = ClockKind(kind)
    return Announcement(
        clock=clock, threshold=threshold, due_at=DUE, fell_at=DUE, announced_at=DUE, skipped=skipped
    )


RUNNING = a_clock()
PAUSED = a_clock(state="paused", due_at=None)
MET = a_clock(state="met", stopped_at=after(hours=1))
BROKEN = a_clock(state="breached", breached_at=DUE)
BROKEN_AND_OVER = a_clock(state="breached", breached_at=DUE, stopped_at=after(hours=3))
UNWANTED = a_clock(state="cancelled", stopped_at=after(hours=1))
STILL = a_clock("resolution")
"""Beside it, so that the ticket is not settled."""


@pytest.mark.parametrize(
    ("before", "now", "names"),
    [
        (RUNNING, RUNNING, []),
        (RUNNING, MET, []),
        (BROKEN, BROKEN_AND_OVER, []),
        (PAUSED, a_clock(state="met", due_at=None, stopped_at=after(hours=1)), []),
        (PAUSED, MET, ["recomputed"]),
        (RUNNING, PAUSED, ["recomputed"]),
        (PAUSED, RUNNING, ["recomputed"]),
        (RUNNING, a_clock(due_at=after(hours=3)), ["recomputed"]),
        (RUNNING, UNWANTED, ["recomputed"]),
        (RUNNING, BROKEN, ["recomputed"]),
        (MET, RUNNING, ["recomputed"]),
        (MET, a_clock(state="met", stopped_at=after(minutes=50)), ["recomputed"]),
        (BROKEN, RUNNING, ["corrected"]),
        (BROKEN_AND_OVER, MET, ["corrected"]),
    ],
)
def test_while_a_ticket_has_promises_left_others_are_told_what_they_cannot_tell(
    before: ClockV1, now: ClockV1, names: list[str]
) -> None:
    happened = what_happened([before, STILL], [now, STILL], [])

    assert happened == {name: ["arrival"] for name in names}


def test_what_was_broken_is_announced_under_one_name() -> None:
    assert what_happened([RUNNING, STILL], [BROKEN, STILL], [a_breach()]) == {
        "breached": ["arrival"]
    }
    assert what_happened([RUNNING, STILL], [RUNNING, STILL], [a_breach(threshold=50)]) == {
        "warned": ["arrival"]
    }
    assert (
        what_happened([RUNNING, STILL], [RUNNING, STILL], [a_breach(threshold=50, skipped=True)])
        == {}
    )


@pytest.mark.parametrize("last", [MET, BROKEN_AND_OVER, UNWANTED])
def test_the_end_of_the_last_promise_settles_the_ticket(last: ClockV1) -> None:
    response = a_clock("response", "met", stopped_at=after(minutes=5))
    was = BROKEN if last is BROKEN_AND_OVER else RUNNING

    assert what_happened([response, was], [response, last], []) == {"settled": ["arrival"]}


def test_several_things_at_once_are_told_in_the_order_in_which_they_happen() -> None:
    happened = what_happened(None, [BROKEN_AND_OVER], [a_breach(), a_breach(threshold=90)])

    assert list(happened) == ["started", "warned", "breached", "settled"]


def test_a_ticket_without_any_promise_is_started_and_not_settled() -> None:
    assert what_happened(None, [], []) == {"started": []}


def test_a_settled_ticket_whose_past_becomes_known_better_is_told_again() -> None:
    earlier = a_clock(state="met", stopped_at=after(minutes=50))

    assert what_happened([MET], [earlier], []) == {"settled": ["arrival"]}


def test_a_promise_that_another_policy_adds_is_told() -> None:
    assert what_happened([STILL], [STILL, RUNNING], []) == {"recomputed": ["arrival"]}
