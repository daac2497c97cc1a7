"""Duplicates are offered where they may be about the same."""

from dataclasses import replace
from typing import Any

import pytest

from services.tickets.domain.duplicates import MAX_OFFERED, Earlier, possible_duplicates
from services.tickets.domain.ticket import Ticket
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from shared.ids import TicketId, new_id
from tests.unit.tickets.arranging import NOON, a_ticket, after

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
