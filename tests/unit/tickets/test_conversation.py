"""Comments, urging, ratings."""

from dataclasses import replace

import pytest

from services.tickets.domain.conversation import (
    MAX_FOLLOWERS,
    MAX_LINES_TO_COMMENT,
    AlreadyRated,
    NotResolved,
    NotTheReporter,
    TooLateToRate,
    TooManyComments,
    TooManyFollowers,
    asks_for_call_back,
    demand_room_for_comments,
    rate,
    subscribe,
    told,
    unsubscribe,
    urge,
)
from services.tickets.domain.following import follow
from services.tickets.domain.joined import Joined
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import ENDED, IllegalStep, SettledByYourself, Verb
from shared.auth.caller import Caller, Role
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import HoldReason
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import (
    NEIGHBOUR,
    OTHER_ID,
    RESIDENT,
    STAFF,
    a_caller,
    a_job,
    a_ticket,
    after,
    an_order,
)

OTHER_STAFF = a_caller("dispatcher-2", Role.DISPATCHER)


def rated(
    ticket: Ticket,
    *,
    by: Caller = RESIDENT,
    speed: int = 5,
    quality: int = 5,
    manner: int = 5,
    days: float = 1,
    text: str = "",
) -> Ticket:
    return rate(
        ticket, by=by, at=after(days=days), speed=speed, quality=quality, manner=manner, text=text
    )


def test_the_first_word_of_staff_answers_a_ticket_and_each_is_told() -> None:
    once = told(a_ticket(State.OPEN), by=STAFF, at=after(hours=1))

    twice = told(once, by=STAFF, at=after(hours=2))

    assert (twice.answered_at, twice.told) == (after(hours=1), (after(hours=1), after(hours=2)))
    assert twice.version == 3


def test_the_words_of_staff_who_entered_a_ticket_are_told_and_answer_nothing() -> None:
    entered = replace(a_ticket(State.OPEN), entered_by=STAFF.id)

    told_by_them = told(entered, by=STAFF, at=after(hours=1))
    answered = told(told_by_them, by=OTHER_STAFF, at=after(hours=2))

    assert (told_by_them.answered_at, told_by_them.told) == (None, (after(hours=1),))
    assert (answered.answered_at, len(answered.told)) == (after(hours=2), 2)


def test_a_timeline_has_room_for_so_many_comments() -> None:
    ticket = a_ticket(State.OPEN)

    demand_room_for_comments(replace(ticket, entries=MAX_LINES_TO_COMMENT - 1))
    with pytest.raises(TooManyComments):
        demand_room_for_comments(replace(ticket, entries=MAX_LINES_TO_COMMENT))


def test_urging_counts_once_an_hour() -> None:
    once = urge(a_ticket(State.OPEN), by=RESIDENT, at=after(hours=1))

    assert urge(once, by=RESIDENT, at=after(hours=1, minutes=59)) is once
    assert urge(once, by=RESIDENT, at=after(hours=2)).urges == (after(hours=1), after(hours=2))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_is_not_urged(state: State) -> None:
    with pytest.raises(IllegalStep):
        urge(a_ticket(state), by=RESIDENT, at=after(hours=1))


def test_a_resolution_is_rated_once() -> None:
    once = rated(a_ticket(State.RESOLVED))

    with pytest.raises(AlreadyRated):
        rated(once)

    assert [(rating.cycle, rating.speed) for rating in once.ratings] == [(1, 5)]


def test_the_next_resolution_is_rated_anew() -> None:
    once = rated(a_ticket(State.RESOLVED), text="quick")
    again = once.reopen(by=RESIDENT, at=after(days=2), reason="drips").resolve(
        by=STAFF, at=after(days=3), note="sealed"
    )

    twice = rated(again, days=4, text="at last")

    assert [(rating.cycle, rating.text) for rating in twice.ratings] == [(1, ""), (2, "at last")]


def test_only_the_reporter_rates() -> None:
    for other in (NEIGHBOUR, STAFF):
        with pytest.raises(NotTheReporter):
            rated(a_ticket(State.CLOSED), by=other)


@pytest.mark.parametrize(
    "state", [State.OPEN, State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD, State.CANCELLED]
)
def test_what_is_not_resolved_is_not_rated(state: State) -> None:
    with pytest.raises(NotResolved):
        rated(a_ticket(state))


def test_rating_ends_thirty_days_after_the_resolution() -> None:
    with pytest.raises(TooLateToRate):
        rated(a_ticket(State.CLOSED), days=30.01)

    assert rated(a_ticket(State.CLOSED), days=29.9).ratings


@pytest.mark.parametrize(("lowest", "call"), [(1, True), (2, True), (3, False)])
def test_a_low_mark_asks_for_a_call(lowest: int, call: bool) -> None:
    assert asks_for_call_back(rated(a_ticket(State.RESOLVED), quality=lowest)) is call


def test_following_is_said_once_and_never_by_the_reporter() -> None:
    ticket = a_ticket(State.OPEN)

    followed = subscribe(ticket, "resident-2", RESIDENT.id, "resident-2")

    assert followed.followers == ("resident-2",)
    assert subscribe(followed, "resident-2") is followed
    assert unsubscribe(followed, "resident-2").followers == ()
    assert unsubscribe(ticket, "resident-2") is ticket


def test_a_ticket_has_so_many_followers_at_most() -> None:
    crowd = subscribe(
        a_ticket(State.OPEN), *(f"resident-{n}" for n in range(10, 10 + MAX_FOLLOWERS))
    )

    with pytest.raises(TooManyFollowers):
        subscribe(crowd, "resident-2")


def test_what_staff_reported_and_settled_themselves_they_neither_confirm_nor_rate() -> None:
    own = replace(a_ticket(State.OPEN), reporter_id=STAFF.id, entered_by=STAFF.id)
    resolved = own.resolve(by=STAFF, at=after(hours=1), note="done")

    assert Verb.CONFIRM not in resolved.legal_for(STAFF)
    assert Verb.CONFIRM in resolved.legal_for(OTHER_STAFF)
    with pytest.raises(SettledByYourself):
        resolved.confirm(by=STAFF, at=after(hours=2))
    with pytest.raises(SettledByYourself):
        rated(resolved, by=STAFF)


def test_what_another_settled_its_reporter_confirms_and_rates_though_they_are_staff() -> None:
    own = replace(a_ticket(State.OPEN), reporter_id=STAFF.id, entered_by=STAFF.id)
    resolved = own.resolve(by=OTHER_STAFF, at=after(hours=1), note="done")

    assert rated(resolved, by=STAFF).ratings[-1].speed == 5
    assert resolved.confirm(by=STAFF, at=after(hours=2)).state is State.CLOSED


def test_of_a_resolution_of_before_the_settler_was_written_down_its_step_says_who() -> None:
    resolved = replace(
        a_ticket(State.OPEN).resolve(by=STAFF, at=after(hours=1), note="done"), settled_by=None
    )

    assert resolved.was_settled_by(STAFF)
    assert not resolved.was_settled_by(RESIDENT)


def test_a_technician_does_not_rate_the_work_that_they_did_at_home() -> None:
    ticket = a_ticket(State.OPEN)
    done = a_job(JobState.COMPLETED, at=after(hours=1)).model_copy(
        update={"technician_id": RESIDENT.id}
    )

    resolved, _ = follow(ticket, an_order(WorkOrderState.DONE, done, version=9), at=after(hours=1))

    with pytest.raises(SettledByYourself):
        rated(resolved)
    with pytest.raises(SettledByYourself):
        resolved.confirm(by=RESIDENT, at=after(hours=2))


def test_on_what_is_theirs_staff_do_not_speak_as_staff() -> None:
    at_home = a_caller(STAFF.id, Role.DISPATCHER, Role.RESIDENT)
    own = replace(a_ticket(State.OPEN), reporter_id=STAFF.id)
    merged = replace(
        a_ticket(State.OPEN), joined=(Joined(ticket_id=OTHER_ID, people=(STAFF.id, RESIDENT.id)),)
    )

    assert own.speaks_as_staff(OTHER_STAFF)
    assert not own.speaks_as_staff(STAFF)
    assert not merged.speaks_as_staff(at_home)
    assert not a_ticket(State.OPEN).speaks_as_staff(RESIDENT)


def test_staff_who_followed_a_duplicate_of_it_speak_as_staff() -> None:
    merged = replace(a_ticket(State.OPEN), joined=(Joined(ticket_id=OTHER_ID, people=(STAFF.id,)),))
    asked = merged.put_on_hold(
        by=OTHER_STAFF, at=after(hours=1), reason=HoldReason.WAITING_RESIDENT
    )

    assert merged.speaks_as_staff(STAFF)
    assert asked.answered_by_resident(by=STAFF, at=after(hours=2)) is asked


def test_what_staff_do_about_their_own_report_is_a_residents_deed() -> None:
    own = replace(a_ticket(State.OPEN), reporter_id=STAFF.id)

    [urged] = urge(own, by=STAFF, at=after(hours=1)).activities

    assert not urged.by_staff
