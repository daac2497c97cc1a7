"""A resident's word waits until they hear something: from staff, the technician, or by a step."""

from services.tickets.domain.cancelling import refuse_cancel, request_cancel
from services.tickets.domain.conversation import after_words, told, unheard, urge
from services.tickets.domain.following import follow
from services.tickets.domain.visits import agree_visit
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import HoldReason
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import RESIDENT, STAFF, a_job, a_ticket, after, an_order

SAID = after(minutes=10)


def test_a_word_waits_from_when_it_was_said_and_a_second_one_no_longer() -> None:
    once = after_words(a_ticket(State.OPEN), public=True, by_staff=False, at=SAID)
    twice = after_words(once, public=True, by_staff=False, at=after(minutes=20))

    assert (once.unheard_since, twice.unheard_since) == (SAID, SAID)
    assert once.version == a_ticket(State.OPEN).version


def test_an_urge_and_a_wish_to_cancel_wait_too_but_not_those_of_staff() -> None:
    working = a_ticket(State.IN_PROGRESS)

    assert urge(working, by=RESIDENT, at=SAID).unheard_since == SAID
    assert urge(working, by=STAFF, at=SAID).unheard_since is None
    asked = request_cancel(working, by=RESIDENT, at=SAID, reason=None)
    assert asked.unheard_since == SAID
    refused = refuse_cancel(asked, by=STAFF, at=after(minutes=20), reason="almost done")
    assert refused.unheard_since is None


def test_what_staff_say_ends_the_waiting_inside_and_out() -> None:
    waiting = unheard(a_ticket(State.OPEN), at=SAID)

    assert told(waiting, by=STAFF, at=after(minutes=20)).unheard_since is None
    inside = after_words(waiting, public=False, by_staff=True, at=after(minutes=20))
    assert inside.unheard_since is None


def test_what_a_technician_writes_for_staff_alone_is_no_answer() -> None:
    waiting = unheard(a_ticket(State.ASSIGNED), at=SAID)

    after_it = after_words(waiting, public=False, by_staff=False, at=after(minutes=20))

    assert after_it.unheard_since == SAID


def test_a_step_that_the_resident_is_told_of_ends_the_waiting() -> None:
    waiting = unheard(a_ticket(State.OPEN), at=SAID)
    order = an_order(WorkOrderState.ACCEPTED, a_job(JobState.ACCEPTED, at=after(minutes=20)))

    assigned, _ = follow(waiting, order, at=after(minutes=20))
    held = waiting.put_on_hold(by=STAFF, at=after(minutes=20), reason=HoldReason.WAITING_PARTS)

    assert (assigned.state, assigned.unheard_since) == (State.ASSIGNED, None)
    assert held.unheard_since is None


def test_a_visit_that_staff_set_is_an_answer_and_one_that_the_resident_sets_is_none() -> None:
    waiting = unheard(a_ticket(State.OPEN), at=SAID)
    at, start, end = after(minutes=20), after(hours=2), after(hours=3)

    by_staff = agree_visit(waiting, by=STAFF, at=at, start=start, end=end)
    by_resident = agree_visit(waiting, by=RESIDENT, at=at, start=start, end=end)

    assert (by_staff.unheard_since, by_resident.unheard_since) == (None, SAID)


def test_nothing_waits_on_a_ticket_that_has_ended() -> None:
    for state in (State.RESOLVED, State.CLOSED, State.CANCELLED):
        assert unheard(a_ticket(state), at=SAID).unheard_since is None
