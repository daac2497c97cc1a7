"""Two reports of one thing become one, and two again; their people come along."""

from dataclasses import replace

import pytest

from services.tickets.domain.conversation import (
    MAX_FOLLOWERS,
    AlreadyRated,
    NotTheReporter,
    TooManyFollowers,
    asks_for_call_back,
    rate,
    subscribe,
    unsubscribe,
)
from services.tickets.domain.joined import Joined
from services.tickets.domain.limits import MAX_BYTES, TicketFull
from services.tickets.domain.merging import (
    MAX_DUPLICATES,
    TooManyDuplicates,
    along,
    bring_people,
    let_people_go,
    merge_into,
    unmerge,
)
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.verbs import LIVING, IllegalStep, Verb
from shared.auth.caller import Role
from shared.contracts.tickets import HoldReason
from shared.contracts.tickets import TicketState as State
from shared.errors import Invalid
from shared.ids import TicketId, new_id
from tests.unit.tickets.arranging import (
    NEIGHBOUR,
    OTHER_ID,
    RESIDENT,
    STAFF,
    a_caller,
    a_new_ticket,
    a_ticket,
    after,
)

LATER = after(hours=1)


def a_report(by: str, *followers: str, id: TicketId | None = None) -> Ticket:
    ticket = replace(a_new_ticket(id or TicketId(new_id())), reporter_id=by, entered_by=by)
    return replace(ticket, reference=f"DEMO-{by}", followers=followers)


def people(ticket: Ticket) -> set[str]:
    return {ticket.reporter_id, *ticket.followers}


@pytest.mark.parametrize("state", sorted(LIVING))
def test_a_duplicate_is_cancelled_and_says_what_goes_on(state: State) -> None:
    target = a_ticket(State.OPEN)

    merged = merge_into(a_ticket(state, OTHER_ID), target, by=STAFF, at=LATER)

    assert (merged.state, merged.duplicate_of) == (State.CANCELLED, target.id)
    assert (merged.steps[-1].merged_into, merged.steps[-1].reason) == (target.reference, None)
    assert merged.legal_for(STAFF) == {Verb.UNMERGE}
    assert merged.legal_for(RESIDENT) == frozenset()


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_what_has_ended_is_not_merged(state: State) -> None:
    with pytest.raises(IllegalStep):
        merge_into(a_ticket(state, OTHER_ID), a_ticket(State.OPEN), by=STAFF, at=LATER)


def test_nothing_is_merged_into_a_cancelled_ticket_nor_into_itself() -> None:
    ticket = a_ticket(State.OPEN)

    with pytest.raises(IllegalStep):
        merge_into(ticket, a_ticket(State.CANCELLED, OTHER_ID), by=STAFF, at=LATER)
    with pytest.raises(Invalid):
        merge_into(ticket, ticket, by=STAFF, at=LATER)
    elsewhere = replace(a_ticket(State.OPEN, OTHER_ID), site_id="park")
    with pytest.raises(Invalid):
        merge_into(ticket, elsewhere, by=STAFF, at=LATER)


@pytest.mark.parametrize("state", sorted(LIVING))
def test_an_undone_merge_is_open_in_the_next_cycle_wherever_it_was(state: State) -> None:
    merged = merge_into(a_ticket(state, OTHER_ID), a_ticket(State.OPEN), by=STAFF, at=LATER)

    again = unmerge(merged, by=STAFF, at=after(hours=2), reason="another pipe")

    assert (again.state, again.cycle, again.duplicate_of) == (State.OPEN, 2, None)
    assert (again.hold, again.before, again.version) == (None, None, merged.version + 1)
    assert (again.steps[-1].cycle, again.steps[-1].reason) == (2, "another pipe")
    assert merge_into(again, a_ticket(State.OPEN), by=STAFF, at=after(hours=3)).duplicate_of


@pytest.mark.parametrize("state", sorted(State))
def test_what_is_no_duplicate_is_not_unmerged(state: State) -> None:
    with pytest.raises(IllegalStep) as refused:
        unmerge(a_ticket(state), by=STAFF, at=LATER, reason=None)

    assert "unmerge" not in str(refused.value.details["legal"])


def test_residents_do_not_undo_a_merge() -> None:
    merged = merge_into(a_ticket(State.OPEN, OTHER_ID), a_ticket(State.OPEN), by=STAFF, at=LATER)

    with pytest.raises(IllegalStep):
        unmerge(merged, by=RESIDENT, at=LATER, reason=None)


def test_the_people_of_a_duplicate_come_along_once() -> None:
    target = a_report("anna", "cleo")

    followed = bring_people(target, a_report("ben", "cleo", "anna", "dora"))

    assert followed.followers == ("cleo", "ben", "dora")
    assert followed.joined_people == {"ben", "dora"}
    assert followed.version == target.version + 1
    assert bring_people(followed, a_report("ben")).followers == followed.followers


def test_they_go_with_it_but_those_who_came_by_another_way_stay() -> None:
    one, other = a_report("ben", "cleo", "dora"), a_report("cleo")
    target = bring_people(bring_people(a_report("anna", "dora"), one), other)

    left = let_people_go(target, one.id)

    assert left.followers == ("dora", "cleo")
    assert left.joined_people == {"cleo"}
    assert let_people_go(left, other.id).followers == ("dora",)


def test_who_left_the_ticket_is_not_brought_back_by_another_change() -> None:
    duplicate = a_report("ben")
    target = unsubscribe(bring_people(a_report("anna"), duplicate), "ben")

    changed = bring_people(target, replace(duplicate, followers=("eva",)))

    assert changed.followers == ("eva",)
    assert subscribe(changed, "ben").followers == ("eva", "ben")


def test_people_come_along_a_whole_line_and_leave_it_together() -> None:
    first, second, third = a_report("anna"), a_report("ben"), a_report("cleo")
    second = bring_people(second, first)
    third = bring_people(third, second)
    assert people(third) == {"anna", "ben", "cleo"}

    followed = along([first, second, third], lambda ticket: subscribe(ticket, "dora"))
    left = along(followed, lambda ticket: unsubscribe(ticket, "dora"))

    assert [people(ticket) for ticket in followed] == [
        {"anna", "dora"},
        {"anna", "ben", "dora"},
        {"anna", "ben", "cleo", "dora"},
    ]
    assert [people(ticket) for ticket in left] == [
        {"anna"},
        {"anna", "ben"},
        {"anna", "ben", "cleo"},
    ]


def test_people_who_come_back_along_the_line_are_told_again() -> None:
    first, second = a_report("anna"), a_report("ben")
    line = [first, bring_people(second, first)]
    left = along(line, lambda ticket: unsubscribe(ticket, "anna"))
    assert left[1].followers == ()

    again = along(left, lambda ticket: subscribe(ticket, "anna"))

    assert again[1].followers == ("anna",)
    assert again[1].joined_people == {"anna"}


def test_a_merge_that_is_undone_in_the_middle_of_a_line_takes_its_people_from_all_after_it() -> (
    None
):
    first, second, third = a_report("anna"), a_report("ben"), a_report("cleo")
    second = bring_people(second, first)
    third = bring_people(third, second)

    left = along([let_people_go(second, first.id), third], lambda ticket: ticket)

    assert [people(ticket) for ticket in left] == [{"ben"}, {"ben", "cleo"}]


def test_more_followers_or_duplicates_than_a_ticket_takes_are_refused() -> None:
    crowd = a_report("anna", *(f"resident-{n}" for n in range(MAX_FOLLOWERS)))
    with pytest.raises(TooManyFollowers):
        bring_people(crowd, a_report("ben"))

    many = tuple(Joined(ticket_id=TicketId(new_id())) for _ in range(MAX_DUPLICATES))
    full = replace(a_report("anna"), joined=many)
    with pytest.raises(TooManyDuplicates):
        bring_people(full, a_report("anna"))
    assert bring_people(replace(full, joined=many[1:]), a_report("ben")).followers == ("ben",)


# ---- what those who came along may do ----


def a_shared_ticket(state: State = State.RESOLVED) -> Ticket:
    """Of RESIDENT; NEIGHBOUR came along with a duplicate."""
    return bring_people(a_ticket(state), a_report(NEIGHBOUR.id))


def rated(ticket: Ticket, by: str, mark: int = 5, text: str = "") -> Ticket:
    caller = a_caller(by, Role.RESIDENT)
    return rate(ticket, by=caller, at=LATER, speed=mark, quality=5, manner=5, text=text)


def test_each_of_those_who_reported_it_rates_once() -> None:
    one = rated(a_shared_ticket(), RESIDENT.id, mark=1, text="late")

    both = rated(one, NEIGHBOUR.id, text="quick")

    assert [(each.by, each.speed, each.text) for each in both.ratings] == [
        (None, 1, "late"),
        (NEIGHBOUR.id, 5, "quick"),
    ]
    assert asks_for_call_back(both)
    for again in (RESIDENT.id, NEIGHBOUR.id):
        with pytest.raises(AlreadyRated):
            rated(both, again)


def test_who_only_follows_or_has_left_and_staff_do_not_rate() -> None:
    shared = subscribe(a_shared_ticket(), "manager-1")
    undone = let_people_go(shared, shared.joined[0].ticket_id)

    with pytest.raises(NotTheReporter):
        rated(shared, "manager-1")
    with pytest.raises(NotTheReporter):
        rated(undone, NEIGHBOUR.id)
    both = a_caller(NEIGHBOUR.id, Role.RESIDENT, Role.DISPATCHER)
    with pytest.raises(NotTheReporter):
        rate(shared, by=both, at=LATER, speed=5, quality=5, manner=5, text="")


def test_a_full_ticket_keeps_its_room_for_the_reporters_rating() -> None:
    full = replace(a_shared_ticket(), description="x" * MAX_BYTES)

    with pytest.raises(TicketFull):
        rated(full, NEIGHBOUR.id)

    assert rated(full, RESIDENT.id).ratings


def test_the_answer_of_any_who_reported_it_ends_a_hold_that_waits_for_it() -> None:
    held = a_shared_ticket(State.OPEN).put_on_hold(
        by=STAFF, at=LATER, reason=HoldReason.WAITING_RESIDENT
    )
    passer_by = a_caller("resident-9", Role.RESIDENT)

    assert held.answered_by_resident(by=NEIGHBOUR, at=LATER).state is State.OPEN
    assert held.answered_by_resident(by=passer_by, at=LATER) is held
