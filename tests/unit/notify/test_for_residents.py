"""What the reporter and the followers of a ticket hear."""

from datetime import timedelta

import pytest

from services.notify.adapters.wording import words_for
from services.notify.domain.envelope import MAX_BODY_BYTES, Said, envelope
from services.notify.domain.for_residents import for_residents
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.known import Known
from services.notify.domain.occasion import Occasion
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import TicketState
from shared.ids import new_id
from tests.unit.notify.stories import NOON, Story, a_technician

MINUTE = timedelta(minutes=1)
LATER = NOON + MINUTE


def kinds(occasions: list[Occasion]) -> list[str]:
    return [occasion.kind.value for occasion in occasions]


def test_a_new_ticket_is_received_with_the_promised_arrival() -> None:
    story = Story(NOON)
    known = Known(ticket=story.ticket(), clocks=story.clocks())

    (occasion,) = for_residents(known, now=LATER)

    assert (occasion.kind, occasion.recipient_id, occasion.cause) == (
        Kind.TICKET_RECEIVED,
        "resident-1",
        str(story.ticket_id),
    )
    assert occasion.data["due"] == {"arrival": "2026-11-21T06:00:00Z"}


def test_the_first_word_waits_two_seconds_for_the_promises() -> None:
    story = Story(NOON)
    alone, with_clocks = (
        Known(ticket=story.ticket()),
        Known(ticket=story.ticket(), clocks=story.clocks()),
    )

    assert kinds(for_residents(alone, now=NOON + timedelta(seconds=1.9))) == []
    assert kinds(for_residents(alone, now=NOON + timedelta(seconds=2))) == ["ticket.received"]
    assert kinds(for_residents(with_clocks, now=NOON)) == ["ticket.received"]


def test_a_whole_road_is_told_step_by_step() -> None:
    story = Story(NOON)
    for state in (
        TicketState.ASSIGNED,
        TicketState.IN_PROGRESS,
        TicketState.RESOLVED,
        TicketState.CLOSED,
    ):
        story.now += MINUTE
        ticket = story.ticket(state)
    story.now = NOON + MINUTE
    story.offered("wang")
    story.accepted("wang")
    story.now += timedelta(seconds=10)
    story.order(JobState.TRAVELLING, technician="wang")
    story.now += timedelta(seconds=10)
    story.order(JobState.ON_SITE, technician="wang")
    story.now += timedelta(seconds=10)
    order = story.order(JobState.WORKING, technician="wang")

    said = for_residents(
        Known(ticket=ticket, work_order=order, technicians={"wang": a_technician()}), now=LATER
    )

    assert kinds(said) == [
        "ticket.received",
        "ticket.assigned",
        "technician.travelling",
        "technician.arrived",
        "ticket.resolved",
        "ticket.closed",
    ]
    assert said[1].data["technician"] == "王强"


def test_steps_that_were_skipped_are_not_told() -> None:
    story = Story(NOON)
    ticket = story.ticket()
    story.accepted("wang")
    story.now += MINUTE
    for state in (JobState.TRAVELLING, JobState.ON_SITE, JobState.WORKING, JobState.COMPLETED):
        order = story.order(state, technician="wang")

    assert kinds(for_residents(Known(ticket=ticket, work_order=order), now=LATER)) == [
        "ticket.received"
    ]


def test_the_end_of_a_hold_with_the_same_technician_is_no_new_assignment() -> None:
    story = Story(NOON)
    story.ticket(TicketState.ASSIGNED)
    story.now += MINUTE
    story.ticket(TicketState.ON_HOLD, reason="waiting_parts")
    story.now += MINUTE
    ticket = story.ticket(TicketState.ASSIGNED)

    assert kinds(for_residents(Known(ticket=ticket), now=LATER)) == [
        "ticket.received",
        "ticket.assigned",
        "ticket.held",
        "ticket.released",
    ]


def test_another_technician_is_told() -> None:
    story = Story(NOON)
    for state in (TicketState.ASSIGNED, TicketState.OPEN, TicketState.ASSIGNED):
        story.now += MINUTE
        ticket = story.ticket(state)

    assert kinds(for_residents(Known(ticket=ticket), now=LATER)) == [
        "ticket.received",
        "ticket.assigned",
        "ticket.assigned",
    ]


def test_every_reopening_is_told_once() -> None:
    story = Story(NOON)
    for cycle in (2, 3):
        story.now += MINUTE
        story.ticket(TicketState.RESOLVED)
        story.now += MINUTE
        ticket = story.ticket(TicketState.OPEN, reason="still drips", cycle=cycle)

    said = for_residents(Known(ticket=ticket), now=LATER)

    assert kinds(said)[1:] == ["ticket.resolved", "ticket.reopened"] * 2
    assert len({occasion.key for occasion in said}) == 5


def test_only_public_words_of_staff_are_told_and_not_to_who_wrote_them() -> None:
    story = Story(NOON)
    story.followers = ("dispatcher-1",)
    comments = (
        story.comment("Tomorrow at nine"),
        story.comment("internal", public=False),
        story.comment("mine", author="resident-1", by_staff=False),
    )

    said = [
        each
        for each in for_residents(Known(ticket=story.ticket(), comments=comments), now=LATER)
        if each.kind is Kind.TICKET_ANSWERED
    ]

    assert [(each.recipient_id, each.data["words"]) for each in said] == [
        ("resident-1", "Tomorrow at nine")
    ]


def test_a_breach_is_told_while_it_lasts() -> None:
    story = Story(NOON)
    breach = story.announcement(ClockKind.ARRIVAL, 100)
    warning = story.announcement(ClockKind.ARRIVAL, 75)
    skipped = story.announcement(ClockKind.RESOLUTION, 100, skipped=True)
    late = story.clock(ClockKind.ARRIVAL, state=ClockState.BREACHED, breached_at=NOON)
    ended = story.clock(
        ClockKind.ARRIVAL, state=ClockState.BREACHED, breached_at=NOON, stopped_at=NOON + MINUTE
    )
    ticket = story.ticket()

    now = for_residents(
        Known(ticket=ticket, clocks=story.clocks(late, announced=(breach, warning, skipped))),
        now=LATER,
    )
    after = for_residents(Known(ticket=ticket, clocks=story.clocks(ended)), now=LATER)

    assert kinds(now) == ["ticket.received", "ticket.late"]
    assert now[1].stale(NOON) is None
    assert after[1].key == now[1].key
    assert after[1].stale(NOON) == "no_longer_late"


def test_a_breach_is_no_longer_told_once_the_technician_is_there_though_sla_has_not_said_so() -> (
    None
):
    story = Story(NOON)
    late = story.clock(ClockKind.ARRIVAL, state=ClockState.BREACHED, breached_at=NOON)
    clocks = story.clocks(late, announced=(story.announcement(ClockKind.ARRIVAL, 100),))
    story.now += MINUTE
    arrived = story.order(JobState.ON_SITE, technician="wang")

    told = for_residents(Known(ticket=story.ticket(), clocks=clocks, work_order=arrived), now=LATER)

    assert [occasion.stale(LATER) for occasion in told if occasion.kind is Kind.TICKET_LATE] == [
        "no_longer_late"
    ]


def test_what_is_still_promised_is_told_by_what_the_ticket_itself_has_kept() -> None:
    story = Story(NOON)
    clocks = story.clocks(*(story.clock(kind) for kind in ClockKind))

    said = for_residents(Known(ticket=story.ticket(TicketState.ASSIGNED), clocks=clocks), now=LATER)

    assert said[-1].kind is Kind.TICKET_ASSIGNED
    assert said[-1].data["due"] == {
        "arrival": "2026-11-21T06:00:00Z",
        "resolution": "2026-11-21T06:00:00Z",
    }


def test_who_begins_to_follow_hears_the_newest_and_then_everything() -> None:
    story = Story(NOON)
    story.ticket(TicketState.ASSIGNED)
    story.followers = ("neighbour",)
    story.now += MINUTE
    ticket = story.ticket(TicketState.RESOLVED)

    def heard(known: Known) -> list[Occasion]:
        return [
            each for each in for_residents(known, now=LATER) if each.recipient_id == "neighbour"
        ]

    first = heard(Known(ticket=ticket))
    later = heard(Known(ticket=ticket, heard=frozenset({"neighbour"})))

    assert [each.stale(story.now) for each in first] == [
        "before_following",
        "before_following",
        None,
    ]
    assert [each.stale(story.now) for each in later] == [None, None, None]


def test_a_merge_is_told_as_such_and_so_is_its_end_however_often_it_is_worked_out() -> None:
    story = Story(NOON)
    story.followers = ("neighbour",)
    story.now += MINUTE
    merged = story.ticket(TicketState.CANCELLED, merged_into="DEMO-1001-A", cause="dispatcher-1")
    first = for_residents(Known(ticket=merged), now=LATER)
    story.now += MINUTE
    alone = story.ticket(TicketState.OPEN, cycle=2, cause="dispatcher-1")
    unmerged = for_residents(Known(ticket=alone, clocks=story.clocks()), now=story.now)
    story.now += MINUTE
    again = story.ticket(TicketState.CANCELLED, merged_into="DEMO-1002-B", cause="dispatcher-1")

    said = for_residents(Known(ticket=again, clocks=story.clocks()), now=story.now)

    assert kinds(first) == ["ticket.received", "ticket.merged"] * 2
    assert first[1].data["merged_into"] == "DEMO-1001-A"
    assert kinds(said)[1:4] == ["ticket.merged", "ticket.unmerged", "ticket.merged"]
    assert said[1].key == first[1].key
    assert unmerged[2].key == said[2].key
    assert unmerged[2].data["due"] == {"arrival": "2026-11-21T06:02:00Z"}
    assert said[3].data["merged_into"] == "DEMO-1002-B"
    assert len({occasion.key for occasion in said}) == 8


@pytest.mark.parametrize("state", [TicketState.OPEN, TicketState.CANCELLED])
def test_why_a_resident_did_it_is_for_themselves_and_why_staff_did_for_all(
    state: TicketState,
) -> None:
    def reasons(cause: str) -> dict[str, object]:
        story = Story(NOON)
        story.followers = ("neighbour",)
        story.now += MINUTE
        if state is TicketState.OPEN:
            story.ticket(TicketState.RESOLVED)
            story.now += MINUTE
        cycle = 2 if state is TicketState.OPEN else 1
        ticket = story.ticket(state, reason="ring me at home", cycle=cycle, cause=cause)
        said = for_residents(Known(ticket=ticket), now=LATER)
        return {
            each.recipient_id: each.data["reason"]
            for each in said
            if each.kind in {Kind.TICKET_REOPENED, Kind.TICKET_CANCELLED}
        }

    assert reasons("resident-1") == {"resident-1": "ring me at home", "neighbour": None}
    assert reasons("neighbour") == {"resident-1": None, "neighbour": "ring me at home"}
    assert reasons("dispatcher-1") == {
        "resident-1": "ring me at home",
        "neighbour": "ring me at home",
    }


def test_a_follower_who_has_not_said_which_language_they_like_is_told_in_the_sites() -> None:
    story = Story(NOON, language="en")
    story.followers = ("neighbour",)

    said = for_residents(Known(ticket=story.ticket(), site_language="zh-CN"), now=LATER)

    assert [(each.recipient_id, each.language) for each in said] == [
        ("resident-1", "en"),
        ("neighbour", "zh-CN"),
    ]


def test_who_begins_to_follow_is_not_told_that_a_report_of_theirs_was_received() -> None:
    story = Story(NOON)
    story.followers = ("neighbour",)

    said = for_residents(Known(ticket=story.ticket()), now=LATER)

    assert [(each.recipient_id, each.stale(LATER)) for each in said] == [
        ("resident-1", None),
        ("neighbour", "before_following"),
    ]


@pytest.mark.parametrize(
    ("age", "stale"), [(timedelta(hours=23), None), (timedelta(hours=25), "too_old")]
)
def test_what_is_older_than_a_day_is_not_worth_saying(age: timedelta, stale: str | None) -> None:
    (occasion,) = for_residents(Known(ticket=Story(NOON).ticket()), now=LATER)

    assert occasion.stale(NOON + age) == stale


def test_the_longest_answer_still_fits_into_a_webhook() -> None:
    story = Story(NOON)
    comments = (story.comment("\u0001" * 4000),)
    (answered,) = [
        each
        for each in for_residents(Known(ticket=story.ticket(), comments=comments), now=NOON)
        if each.data.get("words")
    ]
    title, text = words_for(answered.kind, Language.ENGLISH, answered.data, zone=None)

    body = envelope(
        Said(
            id=new_id(),
            kind=answered.kind,
            at=NOON,
            data=answered.data,
            title=title,
            text=text,
            language="en",
        ),
        {},
    )

    assert len(body) < MAX_BODY_BYTES
