"""A technician's day: its order, the shift, the way, and what is promised."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.portal.domain.own_job import OwnJob
from services.portal.domain.technician_day import (
    arrival_choices,
    ended_on,
    in_order,
    next_due,
    shift_now,
    standing_at,
    walk_between,
)
from shared.contracts.tickets import Place
from shared.ids import new_id

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""Monday noon in Shanghai."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
HERE = {"lat": 31.2304, "lon": 121.4737}
_MONDAY = {"weekday": 1, "start": "08:00", "end": "17:00"}


def after(**by: float) -> datetime:
    return NOON + timedelta(**by)


def a_job(state: str = "accepted", **more: Any) -> OwnJob:
    return OwnJob.model_validate(
        {
            "id": new_id(),
            "ticket_id": new_id(),
            "site_id": "demo",
            "cycle": 1,
            "state": state,
            "technician_id": "li",
            "category": "plumbing",
            "priority": "normal",
            "version": 1,
            **more,
        }
    )


def steps(*states: tuple[str, datetime]) -> list[dict[str, Any]]:
    return [{"at": at, "state": state, "technician_id": "li"} for state, at in states]


def test_what_is_being_done_comes_first_and_what_is_paused_last() -> None:
    paused, late, planned = a_job("paused"), a_job(due_at=after(hours=9)), a_job()
    planned = a_job(planned_arrival=after(hours=1), due_at=after(hours=10))
    soon, doing = a_job(due_at=after(minutes=5)), a_job("working", due_at=after(days=3))

    assert in_order([paused, late, planned, soon, doing]) == [doing, soon, planned, late, paused]


def test_what_ended_is_of_the_day_as_the_site_counts_days() -> None:
    today = a_job("completed", steps=steps(("completed", after(hours=-11))))
    yesterday = a_job("completed", steps=steps(("completed", after(hours=-13))))

    assert ended_on([yesterday, today, a_job()], date(2026, 3, 2), SHANGHAI) == [today]


@pytest.mark.parametrize(
    ("technician", "is_on", "until"),
    [
        ({"shifts": None}, True, None),
        ({"shifts": []}, False, None),
        ({"shifts": [{"weekday": 1, "start": "08:00", "end": "17:00"}]}, True, after(hours=5)),
        ({"shifts": [{"weekday": 2, "start": "08:00", "end": "17:00"}]}, False, None),
        ({"shifts": [{"weekday": 7, "start": "20:00", "end": "13:00"}]}, True, after(hours=1)),
        ({"shifts": [{"weekday": 1, "start": "00:00", "end": "24:00"}]}, True, after(hours=12)),
        ({"shifts": [_MONDAY, {**_MONDAY, "date": "2026-03-02", "end": "11:00"}]}, False, None),
        (
            {"shifts": [_MONDAY, {**_MONDAY, "date": "2026-03-09", "end": "11:00"}]},
            True,
            after(hours=5),
        ),
        (
            {
                "shifts": None,
                "leave": [{"start": after(days=-1).isoformat(), "end": after(hours=2).isoformat()}],
            },
            False,
            after(hours=2),
        ),
    ],
)
def test_a_shift_lasts_until_its_end_also_over_midnight(
    technician: dict[str, Any], is_on: bool, until: datetime | None
) -> None:
    shift = shift_now(technician, NOON, SHANGHAI)

    assert (shift.is_on, shift.until) == (is_on, until)


def test_a_way_is_told_where_both_ends_are_known() -> None:
    there = Place(lat=31.2304, lon=121.4758)

    walk = walk_between(Place(**HERE), there)

    assert walk is not None
    assert 200 <= walk.metres <= 320
    assert 3 <= walk.minutes <= 5
    assert walk_between(None, there) is walk_between(Place(unit="1"), there) is None


def test_a_technician_stands_at_the_job_they_do_else_where_they_were_seen() -> None:
    doing = a_job("working", ticket={"reference": "D-1", "place": {"unit": "1202", **HERE}})
    seen = {"position": {"point": {"lat": 1, "lon": 2}}, "home": {"lat": 3, "lon": 4}}

    assert standing_at([a_job(), doing], seen) == doing.place
    assert standing_at([], seen) == Place(lat=1, lon=2)
    assert standing_at([], {"position": None, "home": None}) is None


def test_arrivals_to_choose_from_are_in_the_future_and_to_five_minutes() -> None:
    now = datetime(2026, 3, 2, 4, 1, 30, tzinfo=UTC)

    choices = arrival_choices(now, None)

    assert choices == sorted(choices)
    assert choices[0] >= now + timedelta(minutes=5)
    assert {each.minute % 5 for each in choices} == {0}


def test_the_promise_that_comes_next_is_to_be_there_and_then_to_have_it_fixed() -> None:
    clocks = [
        {"kind": "response", "due_at": after(minutes=1).isoformat(), "stopped_at": None},
        {"kind": "arrival", "due_at": after(hours=1).isoformat(), "stopped_at": None},
        {"kind": "resolution", "due_at": after(hours=2).isoformat(), "stopped_at": None},
    ]
    there = a_job("working", steps=steps(("accepted", NOON), ("on_site", NOON)))

    coming, fixing = next_due(clocks, a_job()), next_due(clocks, there)

    assert coming is not None
    assert fixing is not None
    assert (coming.kind, coming.at) == ("arrival", after(hours=1))
    assert (fixing.kind, fixing.at) == ("resolution", after(hours=2))
    assert next_due([], there) is None


def test_a_job_given_back_and_taken_again_counts_from_the_last_time() -> None:
    job = a_job(
        "working",
        steps=steps(
            ("accepted", after(hours=-3)),
            ("on_site", after(hours=-2)),
            ("waiting", after(hours=-1)),
            ("accepted", after(minutes=-30)),
            ("on_site", after(minutes=-10)),
            ("working", after(minutes=-5)),
        ),
    )

    assert job.there_since() == after(minutes=-10)
    assert [step.state for step in job.own_steps] == ["accepted", "on_site", "working"]
