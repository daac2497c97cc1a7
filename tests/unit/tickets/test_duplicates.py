"""Duplicates are offered where they may be about the same."""

from dataclasses import replace
from typing import Any

import pytest

from services.tickets.domain.duplicates import (
    MAX_OFFERED,
    Earlier,
    possible_duplicates,
    repeats,
)
from services.tickets.domain.ticket import Ticket
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from shared.ids import TicketId, new_id
from tests.unit.tickets.arranging import NOON, RESIDENT, a_ticket, after

UNIT = Place(building="3", unit="1202")
SPOT = Place(building="3", spot="lobby-3")
GATE = Place(lat=31.23000, lon=121.47000)
NEAR_GATE = Place(lat=31.23020, lon=121.47000)  # 22 m north
FAR_FROM_GATE = Place(lat=31.23040, lon=121.47000)  # 44 m north


def at(place: Place, **more: Any) -> Ticket:
    return replace(a_ticket(State.OPEN, TicketId(new_id())), place=place, **more)


def earlier_at(place: Place, *, state: State = State.OPEN, **more: Any) -> Earlier:
    values = {
        "title": "",
        "category": "plumbing",
        "site_id": "demo",
        "opened_at": NOON,
        "reference": "DEMO-1001-A",
        "description": "",
        "reporter_id": "resident-2",
        "entered_by": "resident-2",
        **more,
    }
    return Earlier(id=TicketId(new_id()), state=state, place=place, **values)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (UNIT, UNIT, True),
        (UNIT, Place(building="3", unit="1201"), False),
        (UNIT, Place(building="5", unit="1202"), False),
        (UNIT, SPOT, False),
        (SPOT, SPOT, True),
        (SPOT, Place(spot="pump-room"), False),
        (GATE, NEAR_GATE, True),
        (GATE, FAR_FROM_GATE, False),
        (GATE, Place(address="gate"), False),
        (Place(address="gate"), Place(address="gate"), False),
    ],
)
def test_the_same_unit_or_spot_or_thirty_metres_outdoors(
    one: Place, other: Place, alike: bool
) -> None:
    ticket, earlier = at(one), earlier_at(other)

    assert possible_duplicates(ticket, [earlier]) == ((earlier,) if alike else ())


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_still_alive(state: State) -> None:
    alive = state in {State.OPEN, State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD}

    assert len(possible_duplicates(at(UNIT), [earlier_at(UNIT, state=state)])) == alive


def test_only_the_same_category_and_site_of_the_last_72_hours() -> None:
    ticket = at(UNIT, opened_at=after(hours=72))

    assert len(possible_duplicates(ticket, [earlier_at(UNIT)])) == 1
    assert not possible_duplicates(ticket, [earlier_at(UNIT, opened_at=after(seconds=-1))])
    assert not possible_duplicates(ticket, [earlier_at(UNIT, category="lift")])
    assert not possible_duplicates(ticket, [earlier_at(UNIT, site_id="elsewhere")])
    assert not possible_duplicates(ticket, [replace(earlier_at(UNIT), id=ticket.id)])


def test_the_newest_few_come_first() -> None:
    others = [earlier_at(UNIT, opened_at=after(minutes=minute)) for minute in range(8)]

    offered = possible_duplicates(at(UNIT, opened_at=after(hours=1)), others)

    assert list(offered) == others[::-1][:MAX_OFFERED]


def said_again(**differs: Any) -> list[Earlier]:
    """What a ticket in a flat, opened five minutes after the other, is taken to repeat."""
    own = {"reporter_id": RESIDENT.id, "entered_by": RESIDENT.id}
    first = replace(earlier_at(UNIT, title="Toilet", description="马桶堵了"), **{**own, **differs})
    ticket = at(UNIT, opened_at=after(minutes=5), title="toilet ", description="马桶堵了")
    return [other for other in (first,) if repeats(ticket, other)]


def test_the_same_person_saying_the_same_of_the_same_place_within_ten_minutes_repeats() -> None:
    assert said_again()
    assert said_again(place=replace_place(UNIT, lat=31.2, lon=121.4))


@pytest.mark.parametrize(
    "differs",
    [
        {"reporter_id": "resident-2"},
        {"entered_by": "dispatcher-1"},
        {"description": "水龙头漏水"},
        {"category": "lift"},
        {"state": State.CANCELLED},
        {"place": Place(building="3", unit="1201")},
        {"place": Place()},
        {"opened_at": after(minutes=-6)},
        {"opened_at": after(minutes=6)},
    ],
)
def test_whatever_differs_is_not_said_again(differs: dict[str, Any]) -> None:
    assert not said_again(**differs)


def test_what_is_said_again_comes_first_also_without_any_place() -> None:
    repeated = earlier_at(Place(), reporter_id=RESIDENT.id, entered_by=RESIDENT.id)
    newer = earlier_at(UNIT, opened_at=after(minutes=1))

    nowhere = possible_duplicates(at(Place(), opened_at=after(minutes=2)), [newer, repeated])
    in_a_flat = possible_duplicates(
        at(UNIT, opened_at=after(minutes=2)), [newer, replace(repeated, place=UNIT)]
    )

    assert [other.id for other in nowhere] == [repeated.id]
    assert [other.id for other in in_a_flat] == [repeated.id, newer.id]


def replace_place(place: Place, **more: Any) -> Place:
    return place.model_copy(update=more)
