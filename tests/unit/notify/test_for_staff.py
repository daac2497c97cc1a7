"""What the staff of a site hear."""

from datetime import timedelta

import pytest

from services.notify.adapters.wording import words_for
from services.notify.domain.for_staff import for_staff
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known, Staff
from shared.contracts.dispatch import Barred
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Danger
from shared.ids import PersonId
from tests.unit.notify.stories import NOON, Story

DESK = Staff(id=PersonId("desk"), since=NOON)


def test_warnings_and_breaches_are_told_but_for_those_that_were_overtaken() -> None:
    story = Story(NOON)
    announced = (
        story.announcement(ClockKind.RESPONSE, 50, skipped=True),
        story.announcement(ClockKind.RESPONSE, 75),
        story.announcement(ClockKind.RESPONSE, 100),
    )

    said = for_staff(
        Known(ticket=story.ticket(), clocks=story.clocks(announced=announced), staff=(DESK,)),
        now=NOON,
    )

    assert [(each.recipient_id, each.kind.value, each.data["threshold"]) for each in said] == [
        ("desk", "clock.warned", 75),
        ("desk", "clock.breached", 100),
    ]


def test_who_begins_to_listen_is_not_told_the_past() -> None:
    story = Story(NOON)
    clocks = story.clocks(announced=(story.announcement(ClockKind.RESPONSE, 75),))
    newcomer = Staff(id=PersonId("new"), since=NOON + timedelta(seconds=1))

    assert for_staff(Known(ticket=story.ticket(), clocks=clocks, staff=(newcomer,)), now=NOON) == []


def test_that_nobody_can_is_told_once_and_again_when_others_were_asked_in_vain() -> None:
    story = Story(NOON)
    barred = (Barred(technician_id="wang", codes=("lacks_skill",)),)
    first, again = story.order(unassignable=barred), story.order(unassignable=barred)
    story.offered("li")
    later = story.order(unassignable=barred)

    causes = [
        [
            each.cause
            for each in for_staff(
                Known(ticket=story.ticket(), work_order=order, staff=(DESK,)), now=NOON
            )
        ]
        for order in (first, again, later)
    ]

    assert causes[0] == causes[1] != causes[2]
    assert [len(each) for each in causes] == [1, 1, 1]


def test_the_desk_is_told_also_where_the_site_has_no_technicians_at_all() -> None:
    story = Story(NOON)
    order = story.order(unassignable_at=NOON)

    [said] = for_staff(Known(ticket=story.ticket(), work_order=order, staff=(DESK,)), now=NOON)

    assert (said.kind.value, said.data["barred"]) == ("job.unassignable", [])


def test_words_of_danger_are_told_where_they_came_after_the_ticket_was_opened() -> None:
    story = Story(NOON)
    at_first = Danger(at=NOON, words=("冒烟",), cause="resident-1")
    later = Danger(at=NOON + timedelta(hours=1), words=("着火", "白蚁"), cause="resident-1")

    said = for_staff(
        Known(ticket=story.ticket(danger=(at_first, later)), staff=(DESK,)),
        now=NOON + timedelta(hours=1),
    )

    assert [(each.kind, each.at, each.data["danger"]) for each in said] == [
        (Kind.TICKET_DANGER, later.at, ["着火", "白蚁"])
    ]


def test_who_wrote_words_of_danger_and_who_came_later_are_not_told() -> None:
    story = Story(NOON)
    later = Danger(at=NOON + timedelta(hours=1), words=("着火",), cause="desk")
    newcomer = Staff(id=PersonId("new"), since=NOON + timedelta(hours=2))

    said = for_staff(
        Known(ticket=story.ticket(danger=(later,)), staff=(DESK, newcomer)),
        now=NOON + timedelta(hours=2),
    )

    assert said == []


@pytest.mark.parametrize(
    ("language", "state", "words"),
    [
        (Language.CHINESE, "open", "「燃气泄漏」「白蚁」"),
        (Language.CHINESE, "closed", "请重新打开"),
        (Language.CHINESE, "cancelled", "请另行报修"),
        (Language.ENGLISH, "open", "“fire”, “白蚁”"),
        (Language.ENGLISH, "resolved", "reopen it"),
        (Language.ENGLISH, "cancelled", "open another"),
    ],
)
def test_words_of_danger_are_said_in_the_readers_language(
    language: Language, state: str, words: str
) -> None:
    found = ["gas leak", "白蚁"] if language is Language.CHINESE else ["着火", "白蚁"]
    data = {"reference": "DEMO-1042-K", "priority": "emergency", "state": state, "danger": found}

    _, text = words_for(Kind.TICKET_DANGER, language, data, zone=None)

    assert words in text
