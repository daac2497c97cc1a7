"""What residents and technicians say reaches whoever has the job, and else the desk."""

from datetime import timedelta
from typing import Any

import pytest

from services.notify.actions.tell import said_about
from services.notify.domain.envelope import MAX_BODY_BYTES, Said, envelope
from services.notify.domain.for_residents import for_residents
from services.notify.domain.for_staff import for_staff
from services.notify.domain.for_technicians import for_technicians
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known, Staff, ToldJob
from services.notify.domain.occasion import Occasion
from shared.contracts import CommentV1, TicketV1, WorkOrderV1
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Appointment, Deed, Note, Place, TicketState, TicketStep
from shared.contracts.words import Rating
from shared.ids import PersonId
from tests.unit.notify.stories import NOON, Story, a_technician

MINUTE = timedelta(minutes=1)
DESK = Staff(id=PersonId("desk"), since=NOON)


def known(
    story: Story, order: WorkOrderV1 | None = None, *, ticket: TicketV1 | None = None, **more: Any
) -> Known:
    return Known(
        ticket=ticket or story.ticket(),
        work_order=order,
        technicians={"wang": a_technician()},
        staff=(DESK,),
        **more,
    )


def told_of(story: Story, order: WorkOrderV1, *comments: CommentV1) -> tuple[ToldJob, ...]:
    """The technician was told that the job is theirs, when those comments were known."""
    accepted = next(
        each
        for each in for_technicians(known(story, order, comments=comments), now=story.now)
        if each.kind is Kind.JOB_ACCEPTED
    )
    job: Any = accepted.data["job"]
    return (ToldJob(technician_id="wang", job_id=str(story.job_id), job=job),)


def taken(story: Story) -> WorkOrderV1:
    story.now += MINUTE
    story.offered("wang")
    order = story.accepted("wang")
    story.now += MINUTE
    return order


def to_technician(known: Known, story: Story) -> list[Occasion]:
    return [
        each
        for each in for_technicians(known, now=story.now)
        if each.kind is Kind.JOB_CHANGED and each.stale(story.now) is None
    ]


def to_desk(known: Known, story: Story) -> list[Occasion]:
    return [each for each in for_staff(known, now=story.now) if each.stale(story.now) is None]


def kinds(occasions: list[Occasion]) -> list[str]:
    return [occasion.kind.value for occasion in occasions]


def test_words_of_a_resident_reach_the_technician_who_has_the_job_and_not_the_desk() -> None:
    story = Story(NOON)
    order = taken(story)
    told_jobs = told_of(story, order)
    said = story.said("Call first, the dog bites")

    everything = known(story, order, comments=(said,), told_jobs=told_jobs)

    [heard] = to_technician(everything, story)
    assert (heard.recipient_id, heard.cause, heard.at) == ("wang", str(said.id), said.at)
    assert heard.data["changed"] == ["comments"]
    assert heard.data["comment"] == {
        "id": str(said.id),
        "at": "2026-11-21T04:02:00Z",
        "by": "resident",
        "public": True,
        "text": "Call first, the dog bites",
    }
    assert to_desk(everything, story) == []


def test_words_that_no_technician_hears_reach_the_desk_whole() -> None:
    story = Story(NOON)
    story.now += MINUTE
    said = story.said("Still dripping. " * 200)

    [heard] = to_desk(known(story, story.offered("wang"), comments=(said,)), story)

    assert (heard.recipient_id, heard.kind, heard.cause) == (
        "desk",
        Kind.TICKET_COMMENTED,
        str(said.id),
    )
    assert heard.words == said.text


def test_what_is_said_while_no_technician_has_it_and_one_takes_it_at_once_is_in_their_job() -> None:
    story = Story(NOON)
    said = story.said("The bell is broken")
    order = taken(story)

    everything = known(story, order, comments=(said,), told_jobs=told_of(story, order, said))

    assert to_desk(everything, story) == []
    assert to_technician(everything, story) == []
    job: Any = everything.told_jobs[0].job
    assert [each["text"] for each in job["comments"]] == ["The bell is broken"]


def test_words_that_come_late_are_told_though_newer_ones_were_known() -> None:
    story = Story(NOON)
    late = story.said("The bell is broken")
    order = taken(story)
    newer = story.said("Are you coming?")

    heard = to_technician(
        known(story, order, comments=(late, newer), told_jobs=told_of(story, order, newer)), story
    )

    assert [each.cause for each in heard] == [str(late.id)]


def test_words_of_the_time_of_a_job_that_was_given_back_reach_the_desk() -> None:
    story = Story(NOON)
    taken(story)
    said = story.said("Ring twice")
    story.now += MINUTE
    given_back = story.order(JobState.WAITING, reason="car broke down")

    assert kinds(to_desk(known(story, given_back, comments=(said,)), story)) == ["ticket.commented"]


def test_words_of_a_finished_job_were_heard_and_later_ones_reach_the_desk() -> None:
    story = Story(NOON)
    taken(story)
    meanwhile = story.said("Ring twice")
    story.now += MINUTE
    done = story.order(JobState.COMPLETED, technician="wang")
    story.now += MINUTE
    later = story.said("It drips again")

    heard = to_desk(known(story, done, comments=(meanwhile, later)), story)

    assert [each.words for each in heard] == ["It drips again"]


def test_the_technician_hears_public_and_internal_words_of_staff_and_not_their_own() -> None:
    story = Story(NOON)
    order = taken(story)
    comments = (
        story.comment("Bring a ladder", public=False),
        story.comment("He comes at nine"),
        story.comment("nobody opens", author="wang", by_staff=False, by_technician=True),
    )

    everything = known(story, order, comments=comments, told_jobs=told_of(story, order))

    texts: list[Any] = [each.data["comment"] for each in to_technician(everything, story)]
    assert [(each["by"], each["text"]) for each in texts] == [
        ("staff", "Bring a ladder"),
        ("staff", "He comes at nine"),
    ]


def test_the_technicians_words_reach_the_desk_and_public_ones_the_resident_without_an_id() -> None:
    story = Story(NOON)
    order = taken(story)
    comments = tuple(
        story.comment(text, author="wang", by_staff=False, by_technician=True, public=public)
        for text, public in (("nobody opens", True), ("smells of gas here", False))
    )

    everything = known(story, order, comments=comments, told_jobs=told_of(story, order))

    assert [each.words for each in to_desk(everything, story)] == [
        "nobody opens",
        "smells of gas here",
    ]
    [answered] = [
        each
        for each in for_residents(everything, now=story.now)
        if each.kind is Kind.TICKET_ANSWERED
    ]
    assert (answered.words, answered.data["technician"]) == ("nobody opens", "王强")
    assert "wang" not in str(answered.data)


@pytest.mark.parametrize("how", ["ticket.commented", "ticket.amended", "ticket.appointed"])
def test_the_answer_to_a_question_of_staff_reaches_the_desk_though_a_technician_has_the_job(
    how: str,
) -> None:
    story = Story(NOON)
    order = taken(story)
    comments = (story.said("After six"),) if how == "ticket.commented" else ()
    amended = (story.deed(Deed.AMENDED, changed=("answers",)),) if how == "ticket.amended" else ()
    visit = Appointment(at=story.now, start=NOON, end=NOON + 60 * MINUTE, by="resident-1")
    appointed = (visit,) if how == "ticket.appointed" else ()
    story.ticket(TicketState.ON_HOLD, reason="waiting_resident")
    steps = (
        *story.ticket().steps,
        TicketStep(at=story.now, state=TicketState.ASSIGNED, cycle=1, cause="resident-1"),
    )
    ticket = story.ticket(activities=amended, appointments=appointed)
    ticket = ticket.model_copy(update={"steps": steps})

    assert kinds(to_desk(known(story, order, ticket=ticket, comments=comments), story)) == [how]


def test_words_of_staff_do_not_come_back_to_staff() -> None:
    story = Story(NOON)
    comments = (story.comment("We know"), story.said("mine", by="desk"))
    activities = (
        story.deed(Deed.URGED, by="dispatcher-1", by_staff=True),
        story.deed(Deed.AMENDED, by="desk", changed=("title",)),
    )

    ticket = story.ticket(activities=activities)

    assert to_desk(known(story, ticket=ticket, comments=comments), story) == []


def test_an_urge_reaches_the_technician_and_the_desk() -> None:
    story = Story(NOON)
    order = taken(story)
    told_jobs = told_of(story, order)
    ticket = story.ticket(urges=(story.now,), activities=(story.deed(Deed.URGED),))

    everything = known(story, order, ticket=ticket, told_jobs=told_jobs)

    [changed] = to_technician(everything, story)
    job: Any = changed.data["job"]
    assert changed.data["changed"] == ["urged"]
    assert job["urged"] == {"times": 1, "at": "2026-11-21T04:02:00Z"}
    [urged] = to_desk(everything, story)
    assert (urged.kind, urged.data["times"]) == (Kind.TICKET_URGED, 1)


@pytest.mark.parametrize("has_it", [True, False])
def test_an_amendment_reaches_the_technician_or_else_the_desk(has_it: bool) -> None:
    story = Story(NOON)
    order = taken(story) if has_it else story.offered("wang")
    told_jobs = told_of(story, order) if has_it else ()
    activity = story.deed(Deed.AMENDED, changed=("answers", "description"))
    story.description = "厨房水管爆裂，已关总阀"
    ticket = story.ticket(activities=(activity,), answers={"since": "昨天"})

    everything = known(story, order, ticket=ticket, told_jobs=told_jobs)

    assert [each.data["changed"] for each in to_technician(everything, story)] == (
        [["answers", "summary"]] if has_it else []
    )
    assert [each.data["changed"] for each in to_desk(everything, story)] == (
        [] if has_it else [["answers", "description"]]
    )


@pytest.mark.parametrize("has_it", [True, False])
def test_a_visit_that_a_resident_moved_reaches_the_technician_or_else_the_desk(
    has_it: bool,
) -> None:
    story = Story(NOON)
    order = taken(story) if has_it else story.offered("wang")
    told_jobs = told_of(story, order) if has_it else ()
    visit = Appointment(
        at=story.now, start=NOON + 60 * MINUTE, end=NOON + 120 * MINUTE, by="resident-1"
    )

    everything = known(
        story, order, ticket=story.ticket(appointments=(visit,)), told_jobs=told_jobs
    )

    assert [each.data["changed"] for each in to_technician(everything, story)] == (
        [["visit"]] if has_it else []
    )
    assert kinds(to_desk(everything, story)) == ([] if has_it else ["ticket.appointed"])


def test_a_visit_that_staff_proposed_is_told_to_the_technician_as_such() -> None:
    story = Story(NOON)
    order = taken(story)
    offered = Appointment(
        at=story.now, start=NOON + 60 * MINUTE, end=NOON + 120 * MINUTE, by="wu", proposed=True
    )
    agreed = offered.model_copy(update={"proposed": False})

    jobs = [
        known(
            story, order, ticket=story.ticket(appointments=visits), told_jobs=told_of(story, order)
        )
        for visits in ((offered,), (offered, agreed))
    ]

    told: list[Any] = [to_technician(each, story)[0].data["job"] for each in jobs]
    assert [each["visit"].get("proposed") for each in told] == [True, None]


def test_a_wish_to_cancel_reaches_the_technician_and_the_desk_until_it_is_decided() -> None:
    story = Story(NOON)
    order = taken(story)
    told_jobs = told_of(story, order)
    asked: Any = {
        "activities": (story.deed(Deed.CANCEL_REQUESTED),),
        "note": Note(at=story.now, text="It fixed itself"),
    }

    waiting = known(
        story,
        order,
        ticket=story.ticket(cancel_requested_at=story.now, **asked),
        told_jobs=told_jobs,
    )
    decided = known(story, order, ticket=story.ticket(**asked), told_jobs=told_jobs)

    assert [each.data["changed"] for each in to_technician(waiting, story)] == [
        ["cancel_requested_at"]
    ]
    assert [(each.kind.value, each.words) for each in to_desk(waiting, story)] == [
        ("ticket.cancel_requested", "It fixed itself")
    ]
    assert to_desk(decided, story) == []


def test_a_refusal_is_told_to_the_resident_and_the_technician() -> None:
    story = Story(NOON)
    order = taken(story)
    asked = known(story, order, ticket=story.ticket(cancel_requested_at=story.now))
    [told] = told_of(story, order)
    view: Any = {**told.job, "cancel_requested_at": asked.ticket.cancel_requested_at}
    refused = story.ticket(
        activities=(story.deed(Deed.CANCEL_REFUSED, by="dispatcher-1", by_staff=True),),
        note=Note(at=story.now, text="The wall is open already"),
    )

    everything = known(
        story,
        order,
        ticket=refused,
        told_jobs=(ToldJob(technician_id="wang", job_id=told.job_id, job=view),),
    )

    assert [each.data["changed"] for each in to_technician(everything, story)] == [
        ["cancel_requested_at"]
    ]
    said = for_residents(everything, now=story.now)
    assert (said[-1].kind, said[-1].words) == (
        Kind.TICKET_CANCEL_REFUSED,
        "The wall is open already",
    )


@pytest.mark.parametrize(
    ("deed", "kind"),
    [(Deed.REOPENED, "ticket.objected"), (Deed.CANCELLED, "ticket.withdrawn")],
)
def test_an_objection_and_a_cancellation_reach_the_desk_in_the_residents_words(
    deed: Deed, kind: str
) -> None:
    story = Story(NOON)
    ticket = story.ticket(activities=(story.deed(deed),), note=Note(at=story.now, text="still dry"))

    [heard] = to_desk(known(story, ticket=ticket), story)

    assert (heard.kind.value, heard.words) == (kind, "still dry")


@pytest.mark.parametrize(
    ("quality", "text", "heard"),
    [(5, "", []), (2, "", [True]), (5, "thank you", [False])],
)
def test_a_low_rating_and_one_in_words_reach_the_desk(
    quality: int, text: str, heard: list[bool]
) -> None:
    story = Story(NOON)
    rating = Rating(at=story.now, cycle=1, speed=5, quality=quality, manner=5, text=text)
    ticket = story.ticket(ratings=(rating,), activities=(story.deed(Deed.RATED),))

    told = to_desk(known(story, ticket=ticket), story)

    assert [each.data["call_back"] for each in told] == heard


def test_who_begins_to_listen_hears_nothing_of_what_was_said_before() -> None:
    story = Story(NOON)
    comments = (story.said("When?"),)
    ticket = story.ticket(activities=(story.deed(Deed.URGED),))
    newcomer = Staff(id=PersonId("new"), since=NOON + MINUTE)

    everything = Known(ticket=ticket, comments=comments, staff=(newcomer,))

    assert for_staff(everything, now=NOON) == []


@pytest.mark.parametrize("sign", ["\u0001", "水", "\U0001f4a7", "\\"])
def test_the_longest_change_still_fits_into_a_webhook(sign: str) -> None:
    story = Story(NOON)
    order = taken(story)
    told_jobs = told_of(story, order)
    story.description = sign * 4000
    more: Any = {
        "answers": {sign * 60: sign * 300, "b": sign * 300, "c": sign * 300},
        "place": Place(address=sign * 200),
        "urges": (story.now,),
        "cancel_requested_at": story.now,
    }
    comments = tuple(story.said(sign * 4000) for _ in range(5))
    ticket = story.ticket().model_copy(update=more)

    heard = to_technician(
        known(story, order, ticket=ticket, comments=comments, told_jobs=told_jobs), story
    )

    assert len(heard) == 6
    for each in heard:
        said: Said = said_about(each, Language.ENGLISH, zone=None, now=story.now)
        assert len(envelope(said, {"job_token": "x" * 1000})) < MAX_BODY_BYTES
