"""What a PATCH makes of a ticket."""

from dataclasses import replace
from typing import Any

import pytest

from services.tickets.domain.amending import (
    Amendment,
    class_anew,
    reword,
    reworded_fields,
)
from services.tickets.domain.intake import MAX_ANSWERS
from services.tickets.domain.places import Whereabouts
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import IllegalStep, ReasonDemanded
from shared.auth.caller import Caller
from shared.contracts import SkillNeed
from shared.contracts.tickets import Place, Priority
from shared.contracts.tickets import TicketState as State
from shared.errors import Forbidden, Invalid
from tests.unit.tickets.arranging import RESIDENT, SITE, STAFF, a_ticket, after

TICKET = a_ticket(State.OPEN)
LATER = after(hours=1)


def reworded(ticket: Ticket = TICKET, *, by: Caller = RESIDENT, **amended: Any) -> Ticket:
    return reword(ticket, Amendment(**amended), site=SITE, by=by, at=after(hours=1))


def classed(ticket: Ticket = TICKET, *, by: Caller = STAFF, **amended: Any) -> Ticket:
    return class_anew(ticket, Amendment(**amended), site=SITE, by=by, at=LATER)


def test_only_what_is_named_becomes_different() -> None:
    after_ = reworded(title="Kitchen", where=Whereabouts(unit="3-1202"))

    assert reworded_fields(TICKET, after_) == ["place", "title"]
    assert (after_.title, after_.place.unit, after_.description) == ("Kitchen", "1202", "")
    assert after_.version == TICKET.version + 1


FLAT = replace(
    TICKET,
    place=Place(building="3", unit="1202", address="by the stairs", lat=31.2301, lon=121.4731),
)


@pytest.mark.parametrize(
    ("where", "differs"),
    [
        (Whereabouts(lat=31.2, lon=121.5), {"lat": 31.2, "lon": 121.5}),
        (Whereabouts(address="ring twice"), {"address": "ring twice"}),
        (Whereabouts(unit="5-101"), {"building": "5", "unit": "101", "lat": None, "lon": None}),
        (
            Whereabouts(unit="9-9999"),
            {
                "building": None,
                "unit": None,
                "unit_said": "9-9999",
                "address": "by the stairs, 9-9999",
                "lat": None,
                "lon": None,
            },
        ),
        (
            Whereabouts(spot="lobby-3"),
            {"spot_said": "三号楼大堂", "address": "by the stairs, 三号楼大堂"},
        ),
    ],
)
def test_one_part_of_the_place_leaves_the_others(
    where: Whereabouts, differs: dict[str, Any]
) -> None:
    assert reworded(FLAT, where=where).place == FLAT.place.model_copy(update=differs)


@pytest.mark.parametrize(
    ("cleared", "differs"),
    [
        ("address", {"address": None}),
        ("unit", {"building": None, "unit": None, "lat": None, "lon": None}),
    ],
)
def test_a_part_of_the_place_that_is_cleared_leaves_the_others(
    cleared: str, differs: dict[str, Any]
) -> None:
    emptied = reworded(FLAT, cleared=frozenset({cleared}))

    assert emptied.place == FLAT.place.model_copy(update=differs)


@pytest.mark.parametrize("cleared", ["spot", "location", "answers"])
def test_to_clear_what_is_not_there_changes_nothing(cleared: str) -> None:
    assert reworded(FLAT, cleared=frozenset({cleared})) is FLAT


def test_coordinates_that_were_given_stay_until_they_are_cleared() -> None:
    given = reworded(FLAT, where=Whereabouts(lat=31.5, lon=121.5))

    elsewhere = reworded(given, where=Whereabouts(unit="3-1201"))
    known = reworded(elsewhere, cleared=frozenset({"location"}))

    assert (elsewhere.place.unit, elsewhere.place.lat) == ("1201", 31.5)
    assert (known.place.unit, known.place.lat) == ("1201", 31.2301)


def test_a_unit_that_was_misspelt_is_mended_and_its_words_are_gone() -> None:
    misspelt = reworded(where=Whereabouts(unit="3-9999", spot="by the tree", address="ring twice"))

    mended = reworded(misspelt, where=Whereabouts(unit="3-1202"))

    assert misspelt.place.address == "ring twice, 3-9999, by the tree"
    assert (mended.place.unit, mended.place.address) == ("1202", "ring twice, by the tree")


def test_from_a_flat_to_a_public_spot_in_one_step() -> None:
    lobby = reworded(FLAT, where=Whereabouts(spot="lobby-3"), cleared=frozenset({"unit"}))

    assert (lobby.place.spot, lobby.place.unit, lobby.place.lat) == ("lobby-3", None, 31.23)
    assert lobby.place.address == "by the stairs"


def test_a_unit_that_the_site_has_no_more_stays_where_other_parts_change() -> None:
    gone = replace(FLAT, place=Place(building="7", unit="701", lat=31.0, lon=121.0))

    amended = reworded(gone, where=Whereabouts(address="ring twice"))

    assert amended.place == gone.place.model_copy(update={"address": "ring twice"})


def test_answers_are_added_to_and_taken_away_one_by_one() -> None:
    answered = replace(TICKET, answers={"which_door": "front", "since": "Monday"})

    other = reworded(answered, answers={"since": None, "colour": "blue"})

    assert other.answers == {"which_door": "front", "colour": "blue"}
    assert reworded(answered, cleared=frozenset({"answers"})).answers == {}
    assert reworded(answered, answers={"since": "Monday"}) is answered


def test_a_ticket_has_no_more_answers_than_a_report_may_have() -> None:
    full = replace(TICKET, answers={f"question_{n}": "yes" for n in range(MAX_ANSWERS)})

    with pytest.raises(Invalid):
        reworded(full, answers={"another": "yes"})

    assert len(reworded(full, answers={"another": "yes", "question_0": None}).answers) == 12


def test_answers_say_anew_whether_more_has_to_be_known() -> None:
    lock = replace(TICKET, category="lock", needs_info=True)

    answered = reworded(lock, answers={"which_door": "the blue one"})
    unanswered = reworded(replace(lock, needs_info=False), answers={"since": "Monday"})

    assert (answered.needs_info, unanswered.needs_info) == (False, True)


def test_what_is_missing_is_named_until_all_that_is_required_fits() -> None:
    lock = classed(category="lock")

    answered = reworded(lock, answers={"which_door": "the blue one"})
    taken_away = reworded(answered, answers={"which_door": None})

    assert [(each.question, each.asked_at) for each in lock.missing] == [("which_door", LATER)]
    assert (answered.missing, answered.needs_info) == ((), False)
    assert [each.why for each in taken_away.missing] == ["unanswered"]
    assert reworded_fields(lock, answered) == ["answers", "needs_info"]


def test_a_ticket_that_is_over_is_not_reworded_but_an_empty_amendment_harms_nothing() -> None:
    closed = a_ticket(State.CLOSED)

    assert reworded(closed) is closed
    with pytest.raises(IllegalStep):
        reworded(closed, title="Kitchen")


def test_a_new_category_brings_its_skills_and_leaves_the_priority() -> None:
    lift = classed(category="lift")

    assert (lift.category, lift.skills) == ("lift", (SkillNeed(code="lift"),))
    assert (lift.priority, lift.classes[-1].at) == (TICKET.priority, LATER)


def test_a_category_that_the_site_does_not_know_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        classed(category="gardening")

    assert refused.value.details == {"field": "/category"}


def test_a_new_priority_needs_a_reason() -> None:
    with pytest.raises(ReasonDemanded):
        classed(priority=Priority.LOW, reason="  ")

    assert classed(priority=Priority.LOW, reason="it can wait").priority is Priority.LOW
    assert classed(priority=TICKET.priority) is TICKET


@pytest.mark.parametrize("amended", [{"category": "lift"}, {"priority": Priority.LOW}])
def test_residents_change_neither_category_nor_priority(amended: dict[str, Any]) -> None:
    with pytest.raises(Forbidden, match="Only staff change the category or the priority"):
        classed(by=RESIDENT, **amended)


def test_a_ticket_that_is_over_is_not_classed_anew() -> None:
    with pytest.raises(IllegalStep):
        classed(a_ticket(State.RESOLVED), category="lift")
