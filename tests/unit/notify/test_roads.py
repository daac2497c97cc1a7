"""What residents and the desk are told of tickets that no technician is looked for, and of those
that are turned: nothing that is not so.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from services.notify.actions.tell import said_about
from services.notify.domain.envelope import MAX_BODY_BYTES, Said, envelope
from services.notify.domain.for_residents import for_residents
from services.notify.domain.for_staff import for_staff
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known, Staff
from services.notify.domain.occasion import Occasion
from services.notify.domain.superseding import SUPERSEDED_BY
from shared.contracts import TicketV1, WorkOrderV1
from shared.contracts.categories import Lack, MissingAnswer, Nature, Road
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import (
    Appointment,
    Classing,
    Deed,
    HoldReason,
    Priority,
    TicketState,
)
from shared.contracts.words import Danger
from shared.ids import PersonId
from tests.unit.notify.stories import NOON, Story, a_technician

MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)
DESK = Staff(id=PersonId("dispatcher-1"), since=NOON - MINUTE)
OF_A_TECHNICIAN = {
    Language.ENGLISH: r"technician|[Ss]omebody will be there|fixed|repair",
    Language.CHINESE: r"师傅|上门|报修|修好|修复",
}
"""What is not so of a complaint that the desk answers."""


def classing(road: Road, *, minutes: float = 0) -> Classing:
    return Classing(
        at=NOON + timedelta(minutes=minutes),
        category="complaint",
        priority=Priority.NORMAL,
        nature=Nature.COMPLAINT,
        road=road,
    )


def of_the_desk(
    ticket: TicketV1, *turns: Classing, nature: Nature = Nature.COMPLAINT, **more: Any
) -> TicketV1:
    """The ticket as a complaint of the desk, or with the last of these turns of its road."""
    classes = turns or (classing(Road.DESK),)
    changes = {"classes": classes, "road": classes[-1].road, "category": "complaint", **more}
    return ticket.model_copy(update={"nature": nature, "priority": Priority.NORMAL, **changes})


def told(occasions: Iterable[Occasion], kind: Kind) -> list[Occasion]:
    return [occasion for occasion in occasions if occasion.kind is kind]


def in_words(occasion: Occasion, language: Language) -> Said:
    return said_about(occasion, language, zone="Asia/Shanghai", now=NOON)


def to_resident(ticket: TicketV1, order: WorkOrderV1 | None = None, **known: Any) -> list[Occasion]:
    technicians = {"wang": a_technician()}
    held = Known(ticket=ticket, work_order=order, technicians=technicians, **known)
    return for_residents(held, now=LATER)


def to_desk(ticket: TicketV1, order: WorkOrderV1 | None = None, **known: Any) -> list[Occasion]:
    held = Known(ticket=ticket, work_order=order, staff=(DESK,), **known)
    return for_staff(held, now=LATER)


def a_whole_life() -> tuple[list[Occasion], list[Occasion]]:
    """All that the reporter and the desk hear of a complaint to which everything happens that can
    happen to one which no technician had.
    """
    story = Story(NOON)
    due = {kind: story.clock(kind) for kind in (ClockKind.RESPONSE, ClockKind.RESOLUTION)}
    late = {
        "state": ClockState.BREACHED,
        "breached_at": NOON,
    }
    clocks = story.clocks(
        *(clock.model_copy(update=late) for clock in due.values()),
        announced=tuple(
            story.announcement(kind, threshold) for kind in due for threshold in (50, 100)
        ),
    )
    activities = [story.deed(Deed.CANCEL_REFUSED, by="dispatcher-2", by_staff=True)]
    activities += [
        story.deed(deed, changed=("answers",))
        for deed in (Deed.URGED, Deed.AMENDED, Deed.REOPENED, Deed.CANCELLED)
    ]
    for state, more in (
        (TicketState.ON_HOLD, {"reason": HoldReason.WAITING_RESIDENT.value}),
        (TicketState.OPEN, {}),
        (TicketState.CANCELLED, {"merged_into": "DEMO-1001-A"}),
        (TicketState.OPEN, {"cycle": 2}),
        (TicketState.RESOLVED, {"reason": "told them", "cause": "dispatcher-1"}),
        (TicketState.OPEN, {"cycle": 3}),
        (TicketState.RESOLVED, {"reason": "told them", "cause": "dispatcher-1"}),
        (TicketState.CLOSED, {}),
        (TicketState.OPEN, {"cycle": 4}),
        (TicketState.CANCELLED, {"reason": "enough"}),
    ):
        story.now += MINUTE
        ticket = story.ticket(state, **more)
    visit = Appointment(at=NOON, start=NOON, end=LATER, by="resident-9")
    ticket = of_the_desk(
        ticket,
        activities=tuple(activities),
        missing=(MissingAnswer(question="who", why=Lack.UNANSWERED, asked_at=NOON),),
        appointments=(visit, visit.model_copy(update={"cancelled": True, "at": LATER})),
    )
    comments = (story.comment("looked at it"), story.said("why so late?"))
    beside: dict[str, Any] = {"clocks": clocks, "comments": comments}
    return to_resident(ticket, **beside), to_desk(ticket, **beside)


RESIDENT_HEARS, DESK_HEARS = a_whole_life()


def test_the_life_has_every_kind_that_a_ticket_of_the_desk_causes_by_itself() -> None:
    assert {occasion.kind.value for occasion in RESIDENT_HEARS} == {
        "ticket.received",
        "ticket.asked",
        "ticket.held",
        "ticket.released",
        "ticket.merged",
        "ticket.unmerged",
        "ticket.resolved",
        "ticket.reopened",
        "ticket.closed",
        "ticket.cancelled",
        "ticket.answered",
        "ticket.cancel_refused",
        "ticket.late",
        "ticket.appointed",
        "ticket.visit_cancelled",
    }
    assert {occasion.kind.value for occasion in DESK_HEARS} == {
        "ticket.opened_for_desk",
        "ticket.urged",
        "ticket.amended",
        "ticket.objected",
        "ticket.withdrawn",
        "ticket.commented",
        "ticket.visit_cancelled",
        "clock.warned",
        "clock.breached",
    }


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", sorted({occasion.kind for occasion in RESIDENT_HEARS}))
def test_no_word_to_a_resident_speaks_of_a_technician_or_a_repair(
    kind: Kind, language: Language
) -> None:
    for occasion in told(RESIDENT_HEARS, kind):
        said = in_words(occasion, language)
        words = f"{said.title}\n{said.text}"
        if kind in (Kind.TICKET_APPOINTED, Kind.TICKET_VISIT_CANCELLED):
            words = words.replace("上门", "")  # a visit is one

        assert not re.search(OF_A_TECHNICIAN[language], words), words


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", sorted({occasion.kind for occasion in DESK_HEARS}))
def test_no_word_to_the_desk_waits_for_a_technician(kind: Kind, language: Language) -> None:
    for occasion in told(DESK_HEARS, kind):
        said = in_words(occasion, language)
        words = f"{said.title}\n{said.text}"

        assert not re.search("right technician|looks for|that one comes|repair|fixed", words)
        assert not re.search("安排师傅|没有师傅|报修|修好|修复", words)


@pytest.mark.parametrize(
    ("nature", "english", "chinese"),
    [
        (Nature.COMPLAINT, "your complaint DEMO-1042-K", "您的投诉 DEMO-1042-K"),
        (Nature.PRAISE, "your praise DEMO-1042-K", "您的表扬 DEMO-1042-K"),
        (Nature.SUGGESTION, "your suggestion DEMO-1042-K", "您的建议 DEMO-1042-K"),
        (Nature.ENQUIRY, "your enquiry DEMO-1042-K", "您的咨询 DEMO-1042-K"),
        (Nature.REQUEST, "your request DEMO-1042-K", "您的服务申请 DEMO-1042-K"),
        (Nature.FAULT, "your request DEMO-1042-K", "您的报修 DEMO-1042-K"),
    ],
)
def test_what_was_received_is_called_what_it_is(nature: Nature, english: str, chinese: str) -> None:
    [received] = to_resident(of_the_desk(Story(NOON).ticket(), nature=nature))

    assert english in in_words(received, Language.ENGLISH).title
    assert chinese in in_words(received, Language.CHINESE).title


def test_a_complaint_is_received_with_the_time_of_its_answer() -> None:
    story = Story(NOON)
    clocks = story.clocks(story.clock(ClockKind.RESPONSE), story.clock(ClockKind.RESOLUTION))

    [received] = to_resident(of_the_desk(story.ticket()), clocks=clocks)

    assert in_words(received, Language.ENGLISH).text == (
        "Our staff will answer you by Sat 21 Nov, 14:00. It should be settled by Sat 21 Nov, 14:00."
    )
    assert in_words(received, Language.CHINESE).text.startswith(
        "我们会在 11月21日（周六）14:00 前答复您"
    )


def test_praise_is_thanked_for_and_promises_nothing() -> None:
    story = Story(NOON)
    ticket = of_the_desk(story.ticket(), nature=Nature.PRAISE)

    [received] = to_resident(ticket, clocks=story.clocks(story.clock(ClockKind.RESPONSE)))

    text = in_words(received, Language.ENGLISH).text
    assert text == "Thank you. Our staff will read it and pass it on."
    assert in_words(received, Language.CHINESE).text == "谢谢您的肯定，我们会转达给相关同事。"


def test_a_complaint_that_technicians_see_to_is_told_as_their_work() -> None:
    story = Story(NOON)
    ticket = of_the_desk(story.ticket(), classing(Road.DISPATCH))

    [received] = to_resident(ticket, clocks=story.clocks())

    assert "We are looking for a technician" in in_words(received, Language.ENGLISH).text
    assert to_desk(ticket) == []


def turned(*roads: Road) -> tuple[Classing, ...]:
    return tuple(classing(road, minutes=n) for n, road in enumerate(roads))


def test_who_was_told_of_a_technician_hears_that_none_comes() -> None:
    ticket = of_the_desk(Story(NOON).ticket(), *turned(Road.DISPATCH, Road.DESK))

    [turn] = told(to_resident(ticket), Kind.TICKET_REROUTED)

    assert (turn.at, turn.moot) == (NOON + MINUTE, None)
    assert "no longer holds" in in_words(turn, Language.ENGLISH).text
    assert "不再有效" in in_words(turn, Language.CHINESE).text
    assert {Kind.TICKET_REROUTED, Kind.TICKET_ASSIGNED} <= SUPERSEDED_BY[Kind.TICKET_RECEIVED]


def test_who_was_told_of_the_desk_hears_that_a_technician_is_looked_for() -> None:
    story = Story(NOON)
    ticket = of_the_desk(story.ticket(), *turned(Road.DESK, Road.DISPATCH))

    [turn] = told(to_resident(ticket, clocks=story.clocks()), Kind.TICKET_REROUTED)

    assert "Somebody will be there by" in in_words(turn, Language.ENGLISH).text
    assert "正在安排师傅" in in_words(turn, Language.CHINESE).text


def test_of_several_turns_only_the_newest_is_told() -> None:
    turns = turned(Road.DISPATCH, Road.DESK, Road.DISPATCH, Road.DESK)

    rerouted = told(to_resident(of_the_desk(Story(NOON).ticket(), *turns)), Kind.TICKET_REROUTED)

    assert [turn.moot for turn in rerouted] == ["superseded", "superseded", None]
    assert len({turn.cause for turn in rerouted}) == 3


def test_no_turn_is_told_while_a_technician_goes_on_with_the_work() -> None:
    story = Story(NOON)
    story.offered("wang")
    order = story.accepted("wang")
    turns = turned(Road.DISPATCH, Road.DESK)

    unheard = told(to_resident(of_the_desk(story.ticket(), *turns), order), Kind.TICKET_REROUTED)
    story.now += MINUTE
    ticket = of_the_desk(story.ticket(TicketState.ASSIGNED), *turns)
    heard = told(to_resident(ticket), Kind.TICKET_REROUTED)

    assert [turn.moot for turn in (*unheard, *heard)] == ["in_hand", "in_hand"]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", [JobState.WAITING, JobState.FOLLOW_UP])
def test_who_hears_that_the_technician_does_not_go_on_is_told_that_the_desk_does(
    state: JobState, language: Language
) -> None:
    story = Story(NOON)
    story.offered("wang")
    story.accepted("wang")
    story.now += MINUTE
    order = story.order(state, technician="wang", reason="no part")
    ticket = of_the_desk(story.ticket(), *turned(Road.DISPATCH, Road.DESK))
    kind = Kind.TICKET_UNASSIGNED if state is JobState.WAITING else Kind.TICKET_FOLLOW_UP

    [lost] = told(to_resident(ticket, order), kind)

    text = in_words(lost, language).text
    desk = {Language.ENGLISH: "Our staff see to", Language.CHINESE: "由我们的工作人员处理并答复您"}
    assert desk[language] in text
    assert not re.search("another technician|next visit|另行安排师傅|下一次上门", text)


def test_the_desk_hears_of_a_new_complaint_at_once_with_all_that_was_written() -> None:
    story = Story(NOON)
    ticket = of_the_desk(story.ticket(), title="Guards", description="They sleep. " * 300)

    [new] = to_desk(ticket)

    assert (new.kind, new.at, new.data["is_new"]) == (Kind.TICKET_OPENED_FOR_DESK, NOON, True)
    said = in_words(new, Language.ENGLISH)
    assert said.title == "New complaint DEMO-1042-K (normal)"
    assert ("They sleep. " * 300).strip() in said.text


def test_who_entered_it_themself_is_not_told_and_who_listens_since_later_neither() -> None:
    ticket = of_the_desk(Story(NOON).ticket(), entered_by=DESK.id)
    late = Staff(id=PersonId("new"), since=NOON + MINUTE)

    assert to_desk(ticket) == []
    assert for_staff(Known(ticket=of_the_desk(Story(NOON).ticket()), staff=(late,)), now=NOON) == []


def test_the_desk_hears_of_what_is_turned_to_it_each_time() -> None:
    story = Story(NOON)
    once = of_the_desk(story.ticket(), *turned(Road.DISPATCH, Road.DESK), entered_by=DESK.id)
    turns = turned(Road.DISPATCH, Road.DESK, Road.DISPATCH, Road.DESK)

    [first], [again] = to_desk(once), to_desk(of_the_desk(story.ticket(), *turns))

    assert (first.at, again.at) == (NOON + MINUTE, NOON + 3 * MINUTE)
    assert first.cause != again.cause
    assert in_words(first, Language.ENGLISH).title.startswith("Turned to the desk: complaint")


def test_a_technician_whom_the_desk_outran_is_theirs_to_call_back() -> None:
    story = Story(NOON)
    order = story.order(JobState.ACCEPTED, technician="wang", job={"holder_bars": ("at_desk",)})
    ticket = of_the_desk(story.ticket(TicketState.ASSIGNED), *turned(Road.DISPATCH, Road.DESK))

    [warned] = told(to_desk(ticket, order), Kind.JOB_INELIGIBLE)

    text = in_words(warned, Language.ENGLISH).text
    assert "the desk sees to it now" in text
    assert "assign" not in text
    assert "改派" not in in_words(warned, Language.CHINESE).text


def test_danger_on_a_complaint_is_told_to_the_desk_and_sends_a_technician() -> None:
    ticket = of_the_desk(
        Story(NOON).ticket(),
        *turned(Road.DESK, Road.DISPATCH),
        danger=(Danger(at=NOON + MINUTE, words=("燃气",), cause="resident-1"),),
    )

    [danger] = to_desk(ticket)

    assert danger.kind is Kind.TICKET_DANGER
    assert "see that a technician goes" in in_words(danger, Language.ENGLISH).text


# ---- what is asked


def missing(question: str, *, minutes: float = 0, **more: Any) -> MissingAnswer:
    plain: dict[str, Any] = {"why": Lack.UNANSWERED, "names": {"zh-CN": "在哪？", "en": "Where?"}}
    at = NOON + timedelta(minutes=minutes)
    return MissingAnswer(question=question, asked_at=at, **{**plain, **more})


def asked(*questions: MissingAnswer, **more: Any) -> list[Occasion]:
    ticket = Story(NOON).ticket().model_copy(update={"missing": questions, **more})
    return told(to_resident(ticket), Kind.TICKET_ASKED)


def test_a_resident_is_asked_in_their_language_and_told_what_does_not_fit() -> None:
    [question] = asked(
        missing("where"),
        missing("area", why=Lack.NOT_A_NUMBER, required=False, names={"zh-CN": "多大？"}),
        missing("valve", why=Lack.NOT_AN_OPTION, names={}),
    )

    assert in_words(question, Language.ENGLISH).text.splitlines()[1:] == [
        "- Where?",
        "- 多大？ (please answer with a number)",
        "- valve (please choose one of the answers)",
    ]
    assert in_words(question, Language.CHINESE).text.splitlines()[1:] == [
        "- 在哪？",
        "- 多大？（请填写数字）",
        "- valve（请从选项中选择）",
    ]


def test_what_was_asked_is_not_asked_again_and_what_is_new_is() -> None:
    [first] = asked(missing("where"), missing("area"))
    [fewer] = asked(missing("area", why=Lack.TOO_LARGE))
    [more] = asked(missing("area"), missing("photo", minutes=5))

    first_asked, fewer_asked, more_asked = (
        each.cause.partition("/")[2] for each in (first, fewer, more)
    )
    assert first_asked == fewer_asked != more_asked
    assert (more.at, len(more.data["questions"])) == (NOON + 5 * MINUTE, 2)  # type: ignore[arg-type]


def test_nothing_is_asked_where_nothing_required_is_missing() -> None:
    assert asked() == []
    assert asked(missing("area", required=False)) == []


def test_those_who_follow_a_ticket_are_not_asked() -> None:
    followed = asked(missing("where"), followers=("resident-2",))

    assert [occasion.recipient_id for occasion in followed] == ["resident-1"]


@pytest.mark.parametrize("sign", ["水", "\U0001f4a7", "\\"])
@pytest.mark.parametrize("language", Language)
def test_the_longest_questions_and_complaints_still_fit_into_a_webhook(
    language: Language, sign: str
) -> None:
    names = {"zh-CN": sign * 60, "en": sign * 60}
    [question] = asked(*(missing(f"{n:040}", why=Lack.TOO_SMALL, names=names) for n in range(20)))
    complaint = of_the_desk(Story(NOON).ticket(), title=sign * 200, description=sign * 4000)

    for occasion in (question, *to_desk(complaint)):
        assert len(envelope(in_words(occasion, language), {})) < MAX_BODY_BYTES
