"""What people of different flats see of one ticket that they share."""

from dataclasses import replace

import pytest

from services.tickets.domain.access import has_joined, may_act, may_see, may_take_part, sees_whole
from services.tickets.domain.merging import bring_people, let_people_go
from services.tickets.domain.sharing import (
    VIA,
    learns_cause,
    public_part,
    reads_line,
    without_those_who_joined,
)
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import Verb
from services.tickets.store.queries import Entry
from shared.auth.caller import Role
from shared.contracts import Window
from shared.contracts.categories import Nature, Road
from shared.contracts.tickets import HoldReason, Place
from shared.contracts.tickets import TicketState as State
from shared.contracts.words import Danger, Rating
from tests.unit.tickets.arranging import (
    NEIGHBOUR,
    OTHER_ID,
    RESIDENT,
    SHARING_SITE,
    SITE,
    STAFF,
    a_caller,
    a_new_ticket,
    a_ticket,
    after,
)

NOW = after(hours=1)
PRIVATE = ("PRIVATE", "resident-1", "robot-1", "1202", "resident-3")


def a_shared_ticket() -> Ticket:
    """Of RESIDENT in 3-1202, reopened once; NEIGHBOUR and resident-3 came along."""
    ticket = replace(
        a_new_ticket(),
        title="PRIVATE title",
        description="PRIVATE words",
        answers={"which_door": "PRIVATE answer"},
        place=Place(building="3", unit="1202", address="PRIVATE porter", lat=31.2, lon=121.4),
        preferred_windows=(Window(start=after(hours=20), end=after(hours=21)),),
        entered_by="robot-1",
        ratings=(Rating(at=NOW, cycle=1, speed=1, quality=1, manner=1, text="PRIVATE rating"),),
    )
    duplicates = [
        replace(a_new_ticket(OTHER_ID), reporter_id=NEIGHBOUR.id, followers=("resident-3",))
    ]
    for duplicate in duplicates:
        ticket = bring_people(ticket, duplicate)
    held = ticket.put_on_hold(by=STAFF, at=after(minutes=1), reason=HoldReason.WAITING_PARTS)
    resolved = held.resolve(by=STAFF, at=after(minutes=2), note="valve turned")
    return resolved.reopen(by=RESIDENT, at=after(minutes=3), reason="PRIVATE reason")


def test_who_joined_sees_and_takes_part_but_does_not_act() -> None:
    ticket = a_shared_ticket()

    assert has_joined(NEIGHBOUR, ticket)
    assert may_see(NEIGHBOUR, SITE, ticket, now=NOW)
    assert may_take_part(NEIGHBOUR, SITE, ticket)
    assert not sees_whole(NEIGHBOUR, SITE, ticket, now=NOW)
    assert not may_act(NEIGHBOUR, SITE, ticket)
    assert not may_see(a_caller(NEIGHBOUR.id, Role.TECHNICIAN), SITE, ticket, now=NOW)
    assert not may_see(a_caller("resident-9", Role.RESIDENT), SITE, ticket, now=NOW)


def test_who_leaves_or_whose_merge_was_undone_sees_it_no_more() -> None:
    ticket = a_shared_ticket()

    assert not may_see(NEIGHBOUR, SITE, replace(ticket, followers=("resident-3",)), now=NOW)
    assert not may_see(NEIGHBOUR, SITE, let_people_go(ticket, OTHER_ID), now=NOW)


def test_who_only_follows_does_not_see_it_by_that() -> None:
    followed = replace(a_new_ticket(), followers=(NEIGHBOUR.id,))

    assert not may_see(NEIGHBOUR, SITE, followed, now=NOW)


def test_one_of_the_same_flat_who_joined_sees_the_whole_where_the_site_allows() -> None:
    at_home = a_caller(NEIGHBOUR.id, Role.RESIDENT, units=frozenset({"3-1202"}))

    assert sees_whole(at_home, SHARING_SITE, a_shared_ticket(), now=NOW)
    assert not sees_whole(at_home, SITE, a_shared_ticket(), now=NOW)


def test_the_public_part_has_nothing_of_the_others() -> None:
    ticket = replace(a_shared_ticket(), nature=Nature.COMPLAINT, road=Road.DESK)

    shown = public_part(ticket, to=NEIGHBOUR.id)

    assert (shown.nature, shown.road, shown.missing) == (Nature.COMPLAINT, Road.DESK, ())
    assert [private for private in PRIVATE if private in shown.json.decode()] == []
    assert (shown.place, shown.preferred_windows, shown.followers) == (
        Place(),
        (),
        (NEIGHBOUR.id,),
    )
    assert (shown.reference, shown.state, shown.version) == (
        ticket.reference,
        State.OPEN,
        ticket.version,
    )
    assert [step.reason for step in shown.steps] == [None, "waiting_parts", "valve turned", None]
    assert {step.cause for step in shown.steps} == {""}


def test_the_public_part_has_the_spot_and_what_one_said_and_marked_oneself() -> None:
    ticket = replace(
        a_ticket(State.RESOLVED),
        place=Place(
            building="3",
            spot="lobby-3",
            address="PRIVATE",
            unit_said="PRIVATE",
            candidates=("3-1202",),
        ),
    )
    joined = bring_people(ticket, replace(a_new_ticket(OTHER_ID), reporter_id=NEIGHBOUR.id))
    mine = Rating(at=NOW, cycle=1, speed=4, quality=4, manner=4, by=NEIGHBOUR.id)
    again = replace(joined, ratings=(mine,)).reopen(by=NEIGHBOUR, at=NOW, reason="still dry")

    shown = public_part(again, to=NEIGHBOUR.id)

    assert shown.place == Place(building="3", spot="lobby-3")
    assert (shown.steps[-1].cause, shown.steps[-1].reason) == (NEIGHBOUR.id, "still dry")
    assert shown.steps[1].cause.startswith("job:")
    assert shown.ratings == (mine,)


def test_to_cancel_is_for_those_whose_report_it_is() -> None:
    ticket = a_shared_ticket()

    assert Verb.CANCEL in ticket.legal_for(RESIDENT)
    assert Verb.CANCEL not in public_part(ticket, to=NEIGHBOUR.id).legal_for(NEIGHBOUR)


@pytest.mark.parametrize("undone", [False, True])
def test_the_flat_that_reported_it_learns_nothing_of_who_joined(undone: bool) -> None:
    joined = bring_people(
        replace(a_ticket(State.RESOLVED), followers=("manager-1",)),
        replace(a_new_ticket(OTHER_ID), reporter_id=NEIGHBOUR.id),
    )
    theirs = Rating(at=NOW, cycle=1, speed=4, quality=4, manner=4, by=NEIGHBOUR.id)
    gas = Danger(at=NOW, words=("PRIVATE gas",), cause=NEIGHBOUR.id)
    ticket = replace(joined, ratings=(theirs,), danger=(gas,)).reopen(
        by=NEIGHBOUR, at=NOW, reason="PRIVATE reason"
    )
    ticket = let_people_go(ticket, OTHER_ID) if undone else ticket

    shown = without_those_who_joined(ticket, to=RESIDENT.id)

    assert NEIGHBOUR.id not in shown.json.decode()
    assert "PRIVATE" not in shown.json.decode()
    assert (shown.followers, shown.ratings) == (("manager-1",), ())
    assert shown.steps[0].cause == RESIDENT.id


def a_line(name: str, cause: str, by_staff: bool | None = None, **detail: str) -> Entry:
    return Entry(n=1, at=NOW, name=name, cause=cause, public=True, detail=detail, by_staff=by_staff)


OPENED = a_line("opened", RESIDENT.id)
THEIR_WORDS = a_line("comment", RESIDENT.id, False)
MY_WORDS = a_line("comment", NEIGHBOUR.id, False)
FLATMATES_WORDS = a_line("comment", "resident-8", False, **{VIA: "DEMO-1"})
STAFFS_WORDS = a_line("comment", STAFF.id, True)
STARTED = a_line("started", "job:1")
RESOLVED = a_line("resolved", STAFF.id)


@pytest.mark.parametrize(
    ("line", "read_there", "read_here"),
    [
        (OPENED, True, False),
        (THEIR_WORDS, True, False),
        (MY_WORDS, False, True),
        (FLATMATES_WORDS, False, False),
        (STAFFS_WORDS, True, True),
        (STARTED, True, True),
        (RESOLVED, True, True),
    ],
)
def test_a_line_is_read_by_its_own_flat_and_what_staff_say_by_all(
    line: Entry, read_there: bool, read_here: bool
) -> None:
    ticket = a_shared_ticket()

    assert reads_line(ticket, line, by=RESIDENT.id, shares=False) is read_there
    assert reads_line(ticket, line, by=NEIGHBOUR.id, shares=True) is read_here


def test_no_person_is_named_to_those_of_another_flat() -> None:
    ticket = a_shared_ticket()

    named = [
        learns_cause(ticket, line, by=NEIGHBOUR.id, shares=True)
        for line in (OPENED, THEIR_WORDS, MY_WORDS, STAFFS_WORDS, STARTED, RESOLVED)
    ]

    assert named == [False, False, True, False, True, False]
    assert not learns_cause(ticket, MY_WORDS, by=RESIDENT.id, shares=False)
    assert learns_cause(ticket, STAFFS_WORDS, by=RESIDENT.id, shares=False)
