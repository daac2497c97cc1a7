"""What the staff of a site hear."""

from datetime import timedelta
from typing import Any

import pytest

from services.notify.adapters.wording import words_for
from services.notify.domain.for_staff import for_staff
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known, Staff
from services.notify.domain.occasion import Occasion
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.dispatch import Barred, JobState, OfferState, WorkOrderState
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Priority, TicketState
from shared.contracts.words import Danger
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


@pytest.mark.parametrize("asked", [True, False])
def test_that_nobody_can_is_not_told_of_a_ticket_that_is_cancelled_when_it_hears_of_it(
    asked: bool,
) -> None:
    story = Story(NOON)
    wish: Any = {"cancel_requested_at": NOON if asked else None}
    ticket = story.ticket(TicketState.IN_PROGRESS, **wish)
    order = story.order(unassignable_at=NOON)

    said = for_staff(Known(ticket=ticket, work_order=order, staff=(DESK,)), now=NOON)

    assert [each.kind.value for each in said] == ([] if asked else ["job.unassignable"])


def said_about(
    ticket: TicketV1, order: WorkOrderV1, kind: str, *, priority: Priority = Priority.EMERGENCY
) -> list[Occasion]:
    raised = ticket.model_copy(update={"priority": priority})
    known = Known(ticket=raised, work_order=order, staff=(DESK,))
    return [each for each in for_staff(known, now=NOON) if each.kind == kind]


def test_an_emergency_that_no_technician_can_take_is_told_at_once_and_dated() -> None:
    story = Story(NOON)
    ticket, order = story.ticket(), story.order(unassignable_at=NOON + timedelta(seconds=1))

    [said] = said_about(ticket, order, "emergency.untaken")

    assert (said.at, said.data["asked"], said.data["why"]) == (
        NOON + timedelta(seconds=1),
        0,
        "none_left",
    )
    assert said_about(ticket, order, "emergency.untaken", priority=Priority.URGENT) == []


def test_an_emergency_is_untaken_once_all_who_were_asked_together_have_not_taken_it() -> None:
    story = Story(NOON)
    ticket = story.ticket()
    asked = story.offered("li", "wang")
    one_left = story.decided("li", OfferState.DECLINED)
    none_left = story.decided("wang", OfferState.EXPIRED)
    story.now += timedelta(minutes=1)
    others_asked = story.offered("zhou")

    told = [
        [each.cause for each in said_about(ticket, order, "emergency.untaken")]
        for order in (asked, one_left, none_left, others_asked)
    ]

    assert told[:2] == [[], []]
    assert told[2] == told[3] != []
    assert len(told[2]) == 1


def test_that_only_the_busy_can_be_asked_about_an_emergency_is_told_as_they_are_asked() -> None:
    story = Story(NOON)
    ticket = story.ticket()
    free = story.offered("li")
    story.offers["li"] = story.offers["li"].model_copy(update={"interrupts": True})
    busy = story.order()

    assert said_about(ticket, free, "emergency.untaken") == []
    assert [each.data["why"] for each in said_about(ticket, busy, "emergency.untaken")] == [
        "none_free"
    ]


@pytest.mark.parametrize("why", ["none_free", "not_taken", "none_left", "by_hand"])
@pytest.mark.parametrize("asked", [0, 1, 3])
def test_what_is_said_of_an_untaken_emergency_is_in_one_language(why: str, asked: int) -> None:
    data = {"reference": "DEMO-1042-K", "why": why, "asked": asked}

    english, chinese = (
        "".join(words_for(Kind.EMERGENCY_UNTAKEN, language, data, zone=None))
        for language in (Language.ENGLISH, Language.CHINESE)
    )

    assert english.isascii()
    assert not any(letter.isascii() and letter.isalpha() for letter in chinese[len(chinese) // 2 :])
    assert "{" not in english + chinese


@pytest.mark.parametrize(
    ("order", "ticket"),
    [
        ({"state": WorkOrderState.ACCEPTED}, {}),
        ({"cycle": 2}, {}),
        ({}, {"state": TicketState.CANCELLED}),
    ],
)
def test_an_emergency_that_is_taken_or_over_alarms_none(
    order: dict[str, Any], ticket: dict[str, Any]
) -> None:
    story = Story(NOON)
    heard, untaken = story.ticket(), story.order(unassignable_at=NOON)

    assert said_about(heard, untaken, "emergency.untaken") != []
    assert (
        said_about(
            heard.model_copy(update=ticket), untaken.model_copy(update=order), "emergency.untaken"
        )
        == []
    )


def test_that_a_holder_does_not_meet_the_rules_any_more_is_told_once_for_each_change() -> None:
    story = Story(NOON)
    ticket = story.ticket()
    story.offered("wang")
    order = story.accepted("wang")
    jobs = {
        codes: order.model_copy(
            update={"jobs": (order.jobs[0].model_copy(update={"holder_bars": codes}),)}
        )
        for codes in ((), ("lacks_skill",), ("lacks_skill", "off_shift"))
    }

    told = [said_about(ticket, each, "job.ineligible") for each in jobs.values()]

    assert [len(each) for each in told] == [0, 1, 1]
    assert told[1][0].cause != told[2][0].cause
    assert told[2][0].data["codes"] == ["lacks_skill", "off_shift"]
    returned = jobs[("lacks_skill",)].jobs[0].model_copy(update={"state": JobState.WAITING})
    gone = order.model_copy(update={"jobs": (returned,)})
    assert said_about(ticket, gone, "job.ineligible") == []


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


def test_that_a_job_waits_for_the_desk_is_told_each_time_that_it_does_so_anew() -> None:
    story = Story(NOON)
    ticket = story.ticket()
    orders = [
        story.order(left_to_desk_at=at) for at in (None, NOON, NOON, NOON + timedelta(hours=1))
    ]

    told = [
        said_about(ticket, order, "job.to_assign", priority=Priority.URGENT) for order in orders
    ]

    assert [len(each) for each in told] == [0, 1, 1, 1]
    causes = [each[0].cause for each in told[1:]]
    assert causes[0] == causes[1] != causes[2]
    assert told[1][0].at == NOON


@pytest.mark.parametrize(
    ("order", "ticket"),
    [
        ({"state": WorkOrderState.ACCEPTED}, {}),
        ({}, {"state": TicketState.CANCELLED}),
        ({}, {"priority": Priority.EMERGENCY}),
    ],
)
def test_what_is_taken_or_over_waits_for_no_desk_and_an_emergency_says_more(
    order: dict[str, Any], ticket: dict[str, Any]
) -> None:
    story = Story(NOON)
    waiting = story.order(left_to_desk_at=NOON).model_copy(update=order)
    known = Known(
        ticket=story.ticket().model_copy(update=ticket), work_order=waiting, staff=(DESK,)
    )

    kinds = [each.kind for each in for_staff(known, now=NOON)]

    assert Kind.JOB_TO_ASSIGN not in kinds
