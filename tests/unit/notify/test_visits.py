"""What residents hear of a visit is true, and what was said before gives way to it."""

from datetime import timedelta
from typing import Any

import pytest

from services.notify.actions.tell import said_about
from services.notify.domain.envelope import MAX_BODY_BYTES, envelope
from services.notify.domain.for_residents import for_residents
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known
from services.notify.domain.occasion import Occasion
from services.notify.domain.superseding import SUPERSEDED_BY, SUPERSEDES
from shared.contracts import Window, WorkOrderV1
from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Appointment, Note, TicketState
from shared.contracts.words import Rating
from shared.shortening import printable
from tests.unit.notify.stories import NOON, Story, a_technician

MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)


def heard(story: Story, order: WorkOrderV1 | None, *kinds: Kind) -> list[Occasion]:
    """Of these kinds, what the reporter is told now."""
    known = Known(ticket=story.ticket(), work_order=order, technicians={"wang": a_technician()})
    return [
        each
        for each in for_residents(known, now=story.now)
        if each.kind in kinds and each.stale(story.now) is None
    ]


def travelling(story: Story) -> WorkOrderV1:
    for state in (JobState.ACCEPTED, JobState.TRAVELLING):
        story.now += MINUTE
        order = story.order(state, technician="wang")
    return order


@pytest.mark.parametrize("reason", ["car broke down", "withdrawn_by_staff", "technician_gone"])
def test_a_job_that_was_given_back_or_taken_away_is_told(reason: str) -> None:
    story = Story(NOON)
    travelling(story)
    story.now += MINUTE
    order = story.order(JobState.WAITING, reason=reason)

    [lost] = heard(story, order, Kind.TICKET_UNASSIGNED)

    assert (lost.data["technician"], lost.data["held"], lost.at) == ("王强", False, story.now)
    assert reason not in str(lost.data)


def test_of_a_visit_that_is_off_already_nothing_else_is_told() -> None:
    story = Story(NOON)
    story.ticket(TicketState.ASSIGNED)
    travelling(story)
    story.now += MINUTE
    story.ticket(TicketState.OPEN)
    order = story.order(JobState.WAITING, reason="ill")

    assert not heard(story, order, Kind.TECHNICIAN_TRAVELLING, Kind.TICKET_ASSIGNED)


def test_an_assignment_is_not_told_once_the_work_order_has_lost_its_technician() -> None:
    story = Story(NOON)
    story.now += MINUTE
    story.ticket(TicketState.ASSIGNED)
    had = story.order(JobState.ACCEPTED, technician="wang")
    story.now += MINUTE
    lost = story.order(JobState.WAITING, technician="wang", reason="ill")

    assert len(heard(story, had, Kind.TICKET_ASSIGNED)) == 1
    assert heard(story, lost, Kind.TICKET_ASSIGNED) == []


def test_the_next_technician_is_told_though_the_last_one_was_lost() -> None:
    story = Story(NOON)
    story.now += MINUTE
    story.ticket(TicketState.ASSIGNED)
    story.order(JobState.ACCEPTED, technician="li")
    story.now += MINUTE
    story.ticket(TicketState.OPEN)
    story.order(JobState.WAITING, technician="li", reason="ill")
    story.now += MINUTE
    story.ticket(TicketState.ASSIGNED)
    order = story.order(JobState.ACCEPTED, technician="wang")

    [assigned] = heard(story, order, Kind.TICKET_ASSIGNED)

    assert (assigned.at, assigned.data["technician"]) == (story.now, "王强")


@pytest.mark.parametrize(
    ("state", "was_there"),
    [
        (JobState.TRAVELLING, False),
        (JobState.ON_SITE, True),
        (JobState.WORKING, True),
        (JobState.PAUSED, True),
    ],
)
def test_who_was_there_and_does_not_go_on_is_not_said_never_to_come(
    state: JobState, was_there: bool
) -> None:
    story = Story(NOON)
    travelling(story)
    story.now += MINUTE
    story.order(state, technician="wang")
    story.now += MINUTE
    order = story.order(JobState.WAITING, technician="wang", reason="no parts")

    [lost] = heard(story, order, Kind.TICKET_UNASSIGNED)

    assert lost.data["was_there"] is was_there
    said = said_about(lost, Language.ENGLISH, zone=None, now=story.now)
    assert ("They were there" in said.text, "cannot come" in said.title) == (
        was_there,
        not was_there,
    )


def test_who_asked_to_cancel_hears_once_that_it_is_cancelled_when_the_technician_is_lost() -> None:
    story = Story(NOON)
    travelling(story)
    wish: Any = {"cancel_requested_at": NOON + MINUTE}
    before = story.ticket(TicketState.IN_PROGRESS, **wish)
    story.now += MINUTE
    order = story.order(JobState.WAITING, technician="wang", reason="ill")
    story.now += MINUTE
    story.ticket(TicketState.OPEN)
    cancelled = story.ticket(TicketState.CANCELLED, cause=story.reporter)

    told = [
        [
            each.kind
            for each in for_residents(Known(ticket=ticket, work_order=order), now=story.now)
            if each.at > before.steps[-1].at and each.stale(story.now) is None
        ]
        for ticket in (before, cancelled)
    ]

    assert told == [[], [Kind.TICKET_CANCELLED]]


@pytest.mark.parametrize("asked", [True, False])
def test_who_asked_to_cancel_hears_that_they_can_where_it_goes_on_without_a_technician(
    asked: bool,
) -> None:
    story = Story(NOON)
    travelling(story)
    story.now += MINUTE
    order = story.order(JobState.WAITING, technician="wang", reason="ill")
    wish: Any = {"cancel_requested_at": NOON + MINUTE if asked else None}
    ticket = story.ticket(TicketState.OPEN, **wish)

    [lost] = [
        each
        for each in for_residents(Known(ticket=ticket, work_order=order), now=story.now)
        if each.kind is Kind.TICKET_UNASSIGNED
    ]

    text = said_about(lost, Language.ENGLISH, zone=None, now=story.now).text
    assert ("now you can do so yourself" in text) is asked


def test_a_planned_arrival_that_is_over_is_not_told_when_the_technician_sets_out() -> None:
    story = Story(NOON)
    story.now += MINUTE
    job = {"planned_arrival": story.now + 2 * MINUTE, "planned_at": story.now}
    story.order(JobState.ACCEPTED, technician="wang", job=job)
    story.now += 5 * MINUTE
    late = story.order(JobState.TRAVELLING, technician="wang", job=job)
    in_time = {"planned_arrival": story.now + MINUTE, "planned_at": story.now}

    [told_late] = heard(story, late, Kind.TECHNICIAN_TRAVELLING)
    again = story.order(technician="wang", job=in_time)
    [told] = heard(story, again, Kind.TECHNICIAN_TRAVELLING)

    assert told_late.data["planned_arrival"] is None
    assert told.data["planned_arrival"] is not None


@pytest.mark.parametrize(
    ("hours", "planned", "reminded"),
    [(24, None, True), (0.5, None, False), (24, 24.5, False), (24, 2, True)],
)
def test_a_resident_who_asked_for_another_time_reads_it_when_the_technician_sets_out(
    hours: float, planned: float | None, reminded: bool
) -> None:
    story = Story(NOON)
    order = travelling(story)
    if planned is not None:
        arrival = NOON + timedelta(hours=planned)
        order = story.order(technician="wang", job={"planned_arrival": arrival})
    start = NOON + timedelta(hours=hours)
    windows = (Window(start=start, end=start + timedelta(hours=2)),)
    known = Known(ticket=story.ticket(preferred_windows=windows), work_order=order)

    [told] = [
        each
        for each in for_residents(known, now=story.now)
        if each.kind is Kind.TECHNICIAN_TRAVELLING
    ]

    text = said_about(told, Language.ENGLISH, zone=None, now=story.now).text
    assert ("You asked for" in text) is reminded


@pytest.mark.parametrize("rated", [True, False])
def test_who_has_rated_already_is_not_asked_to(rated: bool) -> None:
    story = Story(NOON)
    story.ticket(TicketState.RESOLVED)
    story.now += MINUTE
    story.ticket(TicketState.CLOSED)
    rating = Rating(at=story.now, cycle=1, speed=5, quality=5, manner=5)
    known = Known(ticket=story.ticket(ratings=(rating,) if rated else ()))

    [closed] = [
        each for each in for_residents(known, now=story.now) if each.kind is Kind.TICKET_CLOSED
    ]

    text = said_about(closed, Language.ENGLISH, zone=None, now=story.now).text
    assert ("Within 30 days" in text) is not rated


def test_a_merge_that_is_undone_says_of_which_ticket_no_more_is_theirs() -> None:
    story = Story(NOON)
    story.now += MINUTE
    story.ticket(TicketState.CANCELLED, merged_into="DEMO-1001-A")
    story.now += MINUTE
    story.ticket(TicketState.OPEN, cycle=2)

    [undone] = heard(story, None, Kind.TICKET_UNMERGED)

    assert undone.data["merged_into"] == "DEMO-1001-A"


def test_an_offer_that_came_to_nothing_is_not_told() -> None:
    story = Story(NOON)
    story.offered("wang")
    order = story.order(JobState.WAITING)

    assert not heard(story, order, Kind.TICKET_UNASSIGNED)


def test_a_second_visit_is_told_with_what_was_done_at_the_first_whole() -> None:
    story = Story(NOON)
    travelling(story)
    note = "Isolated the valve. " * 100
    order = story.order(
        JobState.FOLLOW_UP, technician="wang", reason="needs a part", job={"note": note}
    )

    [again] = heard(story, order, Kind.TICKET_FOLLOW_UP)

    assert again.words == f"{note}\nneeds a part"
    assert str(again.data["note"]).endswith("valve.…")


@pytest.mark.parametrize("sign", ["\u0001", "水", "\U0001f4a7", '"'])
@pytest.mark.parametrize("language", Language)
def test_the_longest_note_is_whole_and_fits_into_a_webhook(sign: str, language: Language) -> None:
    story = Story(NOON)
    travelling(story)
    order = story.order(
        JobState.FOLLOW_UP, technician="wang", reason=sign * 500, job={"note": sign * 4000}
    )

    [again] = heard(story, order, Kind.TICKET_FOLLOW_UP)
    said = said_about(again, language, zone=None, now=story.now)

    assert printable(sign * 4000).strip() in said.text
    assert len(envelope(said, {})) < MAX_BODY_BYTES


def test_visits_that_others_agreed_are_told_and_only_the_newest_counts() -> None:
    story = Story(NOON)
    first, moved = (
        Appointment(
            at=NOON + n * MINUTE,
            start=NOON + timedelta(days=n + 1),
            end=NOON + timedelta(days=n + 1, hours=2),
            by="dispatcher-1",
            by_staff=True,
        )
        for n in range(2)
    )
    known = Known(ticket=story.ticket(appointments=(first, moved)))

    told = [each for each in for_residents(known, now=LATER) if each.kind is Kind.TICKET_APPOINTED]

    assert [(each.data["start"], each.data["moved"], each.stale(LATER)) for each in told] == [
        ("2026-11-22T04:00:00Z", False, "superseded"),
        ("2026-11-23T04:00:00Z", True, None),
    ]
    assert len({each.key for each in told}) == 2


def test_a_visit_that_staff_set_is_told_as_an_offer_and_one_that_is_off_as_that() -> None:
    story = Story(NOON)
    offered = Appointment(
        at=NOON,
        start=NOON + timedelta(days=2),
        end=NOON + timedelta(days=2, hours=2),
        by="dispatcher-1",
        by_staff=True,
        proposed=True,
        stands_at=NOON + timedelta(days=1),
    )
    off = offered.model_copy(
        update={"at": NOON + MINUTE, "cancelled": True, "proposed": False, "stands_at": None}
    )

    [proposed] = [
        each
        for each in for_residents(Known(ticket=story.ticket(appointments=(offered,))), now=LATER)
        if each.kind is Kind.TICKET_APPOINTED
    ]
    [cancelled] = [
        each
        for each in for_residents(
            Known(ticket=story.ticket(appointments=(offered, off))), now=LATER
        )
        if each.kind is Kind.TICKET_VISIT_CANCELLED
    ]

    said = said_about(proposed, Language.ENGLISH, zone="Asia/Shanghai", now=NOON)
    assert said.title == "We propose a visit for DEMO-1042-K"
    assert "on Mon 23 Nov, 12:00 to 14:00" in said.text
    assert "If we hear nothing by Sun 22 Nov, 12:00, it stands." in said.text
    assert cancelled.stale(LATER) is None
    assert Kind.TICKET_APPOINTED in SUPERSEDES[Kind.TICKET_VISIT_CANCELLED]


def test_who_set_a_visit_is_not_told_of_it_and_others_are() -> None:
    story = Story(NOON)
    story.followers = ("neighbour",)
    visit = Appointment(
        at=NOON, start=NOON + timedelta(days=1), end=NOON + timedelta(days=2), by="resident-1"
    )

    told = for_residents(Known(ticket=story.ticket(appointments=(visit,))), now=LATER)

    assert [
        (each.recipient_id, each.stale(LATER))
        for each in told
        if each.kind is Kind.TICKET_APPOINTED
    ] == [("resident-1", "own"), ("neighbour", None)]


def test_another_planned_arrival_is_told_for_itself_and_the_first_with_the_assignment() -> None:
    story = Story(NOON)
    travelling(story)
    with_the_step = story.order(
        technician="wang", job={"planned_arrival": LATER, "planned_at": story.now}
    )
    story.now += MINUTE
    for_itself = story.order(
        technician="wang", job={"planned_arrival": LATER, "planned_at": story.now}
    )

    assert not heard(story, with_the_step, Kind.TECHNICIAN_RESCHEDULED)
    [moved] = heard(story, for_itself, Kind.TECHNICIAN_RESCHEDULED)
    assert moved.data["planned_arrival"] == "2026-11-21T05:00:00Z"
    said = said_about(moved, Language.ENGLISH, zone="Asia/Shanghai", now=story.now)
    assert "Now expected on Sat 21 Nov, 13:00" in said.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.CHINESE, "师傅途中被派去处理紧急情况"),
        (Language.ENGLISH, "They were called to an emergency on the way"),
    ],
)
def test_that_a_technician_was_called_to_an_emergency_on_the_way_is_told_as_that(
    language: Language, words: str
) -> None:
    story = Story(NOON)
    story.ticket(TicketState.ASSIGNED)
    travelling(story)
    story.ticket(TicketState.IN_PROGRESS)
    story.now += MINUTE
    story.ticket(TicketState.ASSIGNED)
    order = story.order(JobState.ACCEPTED, technician="wang", reason="interrupted")

    [later] = heard(story, order, Kind.TECHNICIAN_RESCHEDULED)
    assigned = heard(story, order, Kind.TICKET_ASSIGNED)
    said = said_about(later, language, zone="Asia/Shanghai", now=story.now)

    assert (later.at, later.data["technician"]) == (story.now, "王强")
    assert words in said.text
    assert [each.at for each in assigned] == [NOON]
    assert Kind.TECHNICIAN_RESCHEDULED in SUPERSEDED_BY[Kind.TECHNICIAN_TRAVELLING]


def test_the_end_of_a_hold_is_told_but_not_to_who_ended_it() -> None:
    story = Story(NOON, reporter="system")
    story.followers = ("neighbour",)
    story.ticket(TicketState.ON_HOLD, reason="waiting_resident")
    story.now += MINUTE
    ticket = story.ticket(TicketState.OPEN)

    told = for_residents(Known(ticket=ticket), now=LATER)

    assert [
        (each.recipient_id, each.stale(LATER)) for each in told if each.kind is Kind.TICKET_RELEASED
    ] == [("system", "own"), ("neighbour", None)]


def test_a_hold_that_ends_because_the_job_was_given_back_is_told_as_that_alone() -> None:
    story = Story(NOON)
    story.ticket(TicketState.ASSIGNED)
    story.ticket(TicketState.ON_HOLD, reason="waiting_parts")
    travelling(story)
    story.now += MINUTE
    story.ticket(TicketState.OPEN)
    order = story.order(JobState.WAITING, reason="ill")

    told = heard(story, order, Kind.TICKET_UNASSIGNED, Kind.TICKET_RELEASED)

    assert [each.kind for each in told] == [Kind.TICKET_UNASSIGNED]


def test_a_hold_is_told_with_what_staff_ask() -> None:
    story = Story(NOON)
    story.now += MINUTE
    story.ticket(TicketState.ON_HOLD, reason="waiting_resident")
    ticket = story.ticket(note=Note(at=story.now, text="Which of the two taps?"))

    [held] = [
        each
        for each in for_residents(Known(ticket=ticket), now=LATER)
        if each.kind is Kind.TICKET_HELD
    ]

    assert held.words == "Which of the two taps?"


def test_what_staff_wrote_when_they_resolved_it_is_told_whole() -> None:
    story = Story(NOON)
    story.now += MINUTE
    story.ticket(TicketState.RESOLVED, reason="do not drink…")
    whole = "do not drink the water " * 40
    ticket = story.ticket(note=Note(at=story.now, text=whole))

    said = for_residents(Known(ticket=ticket), now=LATER)

    assert (said[-1].kind, said[-1].words) == (Kind.TICKET_RESOLVED, whole)


def test_what_the_technician_did_is_told_once_the_work_order_is_known() -> None:
    story = Story(NOON)
    travelling(story)
    before = story.order(JobState.WORKING, technician="wang")
    story.now += MINUTE
    done = story.order(JobState.COMPLETED, technician="wang", job={"note": "NOTE-A valve shut"})
    ticket = story.ticket(TicketState.RESOLVED, observed=done.version)
    steps = (*ticket.steps[:-1], ticket.steps[-1].model_copy(update={"cause": "job:1"}))
    ticket = ticket.model_copy(update={"steps": steps})

    early, late = (
        [
            each.words
            for each in for_residents(Known(ticket=ticket, work_order=order), now=LATER)
            if each.kind is Kind.TICKET_RESOLVED
        ]
        for order in (before, done)
    )

    assert early == []
    assert late == ["NOTE-A valve shut"]


def test_what_was_promised_of_a_visit_no_longer_stands_once_it_is_off() -> None:
    ahead = {
        Kind.TICKET_ASSIGNED,
        Kind.TECHNICIAN_RESCHEDULED,
        Kind.TECHNICIAN_TRAVELLING,
        Kind.TECHNICIAN_ARRIVED,
    }

    offs = (Kind.TICKET_UNASSIGNED, Kind.TICKET_FOLLOW_UP, Kind.TICKET_CANCELLED)
    for off in (*offs, Kind.TICKET_MERGED):
        assert ahead <= SUPERSEDES[off]
    assert Kind.TICKET_APPOINTED not in SUPERSEDES[Kind.TICKET_ASSIGNED]
    assert SUPERSEDED_BY[Kind.TICKET_APPOINTED] >= {Kind.TICKET_APPOINTED, Kind.TICKET_CLOSED}
    assert Kind.TICKET_ANSWERED not in SUPERSEDED_BY


def test_that_a_ticket_is_merged_stands_until_the_merge_is_undone() -> None:
    assert SUPERSEDED_BY[Kind.TICKET_MERGED] == {Kind.TICKET_UNMERGED}
    assert Kind.TICKET_ASSIGNED in SUPERSEDED_BY[Kind.TICKET_UNMERGED]
