"""Intake: forgiving, and words of danger decide."""

from dataclasses import replace
from typing import Any

import pytest

from services.tickets.domain.danger.words import USUAL_DANGER_WORDS, words_of_danger
from services.tickets.domain.intake import Report, open_ticket_for
from services.tickets.domain.places import Whereabouts, resolve_place
from services.tickets.domain.site import Site, check_site
from services.tickets.domain.ticket import Ticket
from shared.contracts import Window
from shared.contracts.tickets import Channel, Place, Priority
from shared.contracts.tickets import TicketState as State
from shared.errors import Invalid
from tests.unit.tickets.arranging import NOON, RESIDENT, SITE, TICKET_ID, after


def opened(site: Site = SITE, *, by: str = RESIDENT.id, **said: Any) -> Ticket:
    report = replace(Report(site_id=site.id, category="plumbing"), **said)
    return open_ticket_for(
        report, site, by=by, id=TICKET_ID, reference="DEMO-1001-A", at=NOON
    ).ticket


def test_a_report_becomes_an_open_ticket_with_its_first_step_and_class() -> None:
    ticket = opened(category="lift", channel=Channel.PHONE, by="dispatcher-1")

    assert (ticket.state, ticket.version, ticket.cycle, ticket.priority) == (
        State.OPEN,
        1,
        1,
        Priority.URGENT,
    )
    assert [(step.at, step.state, step.cause) for step in ticket.steps] == [
        (NOON, State.OPEN, "dispatcher-1")
    ]
    assert [(classing.at, classing.category, classing.priority) for classing in ticket.classes] == [
        (NOON, "lift", Priority.URGENT)
    ]
    assert [skill.code for skill in ticket.skills] == ["lift"]
    assert (ticket.language, ticket.channel, ticket.needs_info) == ("zh-CN", "phone", False)


def test_an_unknown_category_becomes_other_and_is_marked() -> None:
    ticket = opened(category="plumming")

    assert (ticket.category, ticket.needs_info) == ("other", True)


@pytest.mark.parametrize(
    ("said", "title", "answers"),
    [
        ({}, "空调不制冷", {}),
        ({"title": "Bedroom"}, "Bedroom", {"category_asked": "空调不制冷"}),
        (
            {"title": "Bedroom", "answers": {"category_asked": "cooling"}},
            "Bedroom",
            {"category_asked": "cooling, 空调不制冷"},
        ),
    ],
)
def test_the_words_of_an_unknown_category_stay(
    said: dict[str, Any], title: str, answers: dict[str, str]
) -> None:
    ticket = opened(category="空调不制冷", description="hot", **said)

    assert (ticket.title, ticket.answers) == (title, answers)


def test_an_unknown_category_that_means_danger_is_an_emergency() -> None:
    assert opened(category="煤气泄漏", title="Kitchen").priority is Priority.EMERGENCY


def test_a_site_without_the_category_other_takes_an_unknown_one_all_the_same() -> None:
    ticket = opened(replace(SITE, categories=()), category="plumming")

    assert (ticket.category, ticket.priority, ticket.skills, ticket.needs_info) == (
        "other",
        Priority.NORMAL,
        (),
        True,
    )


@pytest.mark.parametrize(
    ("answers", "needs_info"),
    [
        ({}, True),
        ({"which_door": " "}, True),
        ({"which_door": "front"}, False),
        ({"since": "monday"}, True),
    ],
)
def test_a_category_with_missing_answers_is_accepted_and_marked(
    answers: dict[str, str], needs_info: bool
) -> None:
    ticket = opened(category="lock", answers=answers)

    assert (ticket.category, ticket.needs_info) == ("lock", needs_info)


@pytest.mark.parametrize(
    "words",
    [
        "电梯困人，快来",
        "GAS smell in the hall",
        "gas leak",
        "ＧＡＳ",
        "楼道冒烟",
        "water is flooding the hall",
    ],
)
def test_words_of_danger_make_an_emergency(words: str) -> None:
    assert opened(description=words).priority is Priority.EMERGENCY
    assert opened(title=words).priority is Priority.EMERGENCY


@pytest.mark.parametrize(
    "words", ["the gasket is worn", "fireplace cold", "smokestack", "水管滴水", "", "firewood"]
)
def test_words_that_only_look_like_danger_do_not(words: str) -> None:
    assert opened(description=words).priority is Priority.NORMAL


def test_danger_never_lowers_and_a_given_priority_is_raised_too() -> None:
    assert opened(priority=Priority.LOW, description="困人").priority is Priority.EMERGENCY
    assert (
        opened(priority=Priority.EMERGENCY, description="tap drips").priority is Priority.EMERGENCY
    )
    assert opened(priority=Priority.LOW, description="tap drips").priority is Priority.LOW


def test_the_words_are_the_sites_own() -> None:
    site = replace(SITE, danger_words=("白蚁",))

    assert opened(site, description="白蚁").priority is Priority.EMERGENCY
    assert opened(site, description="gas").priority is Priority.NORMAL


def test_a_word_between_chinese_signs_stands_alone() -> None:
    assert words_of_danger(USUAL_DANGER_WORDS, "厨房有gas味") == ("燃气",)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"unit": "3-1202"}, Place(building="3", unit="1202", lat=31.2301, lon=121.4731)),
        ({"unit": "5-101"}, Place(building="5", unit="101")),
        ({"unit": "9-9999"}, Place(address="9-9999", unit_said="9-9999")),
        ({"unit": "3-9999"}, Place(address="3-9999", unit_said="3-9999")),
        ({"unit": "3"}, Place(address="3", unit_said="3")),
        ({"unit": "3-"}, Place(address="3-", unit_said="3-")),
        (
            {"unit": "3-12-02"},
            Place(address="3-12-02", unit_said="3-12-02", candidates=("3-1202",)),
        ),
        ({"unit": "-1202"}, Place(building="3", unit="1202", lat=31.2301, lon=121.4731)),
        ({"spot": "lobby-3"}, Place(building="3", spot="lobby-3", lat=31.23, lon=121.47)),
        ({"spot": "三号楼大堂"}, Place(building="3", spot="lobby-3", lat=31.23, lon=121.47)),
        (
            {"spot": "by the old tree", "address": "gate 2"},
            Place(address="gate 2, by the old tree", spot_said="by the old tree"),
        ),
        (
            {"unit": "3-1202", "spot": "lobby-3"},
            Place(
                building="3",
                unit="1202",
                address="三号楼大堂",
                lat=31.2301,
                lon=121.4731,
                spot_said="三号楼大堂",
            ),
        ),
        (
            {"unit": "3-1202", "lat": 31.5, "lon": 121.5},
            Place(building="3", unit="1202", lat=31.5, lon=121.5),
        ),
        ({"address": "1 Main St"}, Place(address="1 Main St")),
        ({}, Place()),
    ],
)
def test_nothing_that_was_said_about_the_place_is_lost(said: dict[str, Any], place: Place) -> None:
    assert resolve_place(SITE, Whereabouts(**said)) == place


def test_windows_end_after_they_start_and_are_at_most_three() -> None:
    window = Window(start=after(hours=1), end=after(hours=2))

    with pytest.raises(Invalid) as backwards:
        opened(preferred_windows=(window, Window(start=after(hours=2), end=after(hours=2))))
    with pytest.raises(Invalid):
        opened(preferred_windows=(window,) * 4)

    assert backwards.value.details["field"] == "/preferred_windows/1/end"
    assert opened(preferred_windows=(window,) * 3).preferred_windows == (window,) * 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"time_zone": "Mars/Base"}, "/time_zone"),
        ({"time_zone": "../etc/passwd"}, "/time_zone"),
        ({"time_zone": ""}, "/time_zone"),
        ({"categories": SITE.categories * 2}, "/categories"),
        ({"buildings": SITE.buildings * 2}, "/buildings"),
        ({"spots": SITE.spots * 2}, "/spots"),
        ({"buildings": (replace(SITE.buildings[0], units=("1", "1")),)}, "/buildings/0/units"),
        (
            {
                "categories": (
                    replace(SITE.categories[2], questions=SITE.categories[2].questions * 2),
                )
            },
            "/categories/0/questions",
        ),
    ],
)
def test_a_site_that_cannot_be_is_refused_with_the_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_site(replace(SITE, **wrong))

    assert refused.value.details["field"] == field
