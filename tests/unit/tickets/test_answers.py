"""Answers that are written around a ticket's own JSON are what their schemas say."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from pydantic import BaseModel

from services.tickets.actions.open_ticket import Opened
from services.tickets.actions.read_tickets import TicketWithView
from services.tickets.api.schemas import OpenedOut, TicketOut, TicketViewOut
from services.tickets.domain.duplicates import Earlier
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.work_view import DueView, WorkView
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.sla import ClockState
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import OTHER_ID, RESIDENT, STAFF, a_ticket, after


def as_described(schema: type[BaseModel], answer: bytes) -> Any:
    """The answer read and written again by its schema; what the schema does not know would be lost
    by it.
    """
    return schema.model_validate_json(answer).model_dump(mode="json")


def of_schema(ticket: Ticket, by: Any) -> Any:
    return TicketOut.of(ticket, by).model_dump(mode="json")


def an_earlier(state: State) -> Earlier:
    ticket = a_ticket(state)
    return Earlier(**{field.name: getattr(ticket, field.name) for field in fields(Earlier)})


@pytest.mark.parametrize("by", [RESIDENT, STAFF])
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("duplicates", [(), (an_earlier(State.OPEN), an_earlier(State.ASSIGNED))])
def test_a_new_ticket_is_answered_as_described(
    by: Any, full: bool, duplicates: tuple[Earlier, ...]
) -> None:
    ticket = a_ticket(State.OPEN)

    answer = OpenedOut.written(
        Opened(
            ticket=ticket,
            category_asked="lfit",
            duplicates=duplicates,
            repeated=frozenset(),
            full=full,
        ),
        by,
    )

    assert json.loads(answer) == as_described(OpenedOut, answer)
    assert json.loads(answer).items() >= of_schema(ticket, by).items()
    assert [each["state"] is not None for each in json.loads(answer)["possible_duplicates"]] == [
        full
    ] * len(duplicates)


def test_what_the_caller_has_just_said_is_shown_in_full_beside_what_others_did() -> None:
    own, other = an_earlier(State.OPEN), replace(an_earlier(State.OPEN), id=OTHER_ID)
    opened = Opened(
        ticket=a_ticket(State.OPEN),
        category_asked=None,
        duplicates=(own, other),
        repeated=frozenset({own.id}),
        full=False,
    )

    answer = json.loads(OpenedOut.written(opened, RESIDENT))

    assert [each["id"] for each in answer["possible_duplicates"]] == [str(own.id), None]


@pytest.mark.parametrize(("by", "shown"), [(STAFF, ["3-1202"]), (RESIDENT, [])])
def test_what_may_have_been_meant_is_shown_to_staff_alone(by: Any, shown: list[str]) -> None:
    place = Place(address="1202", unit_said="1202", candidates=("3-1202",))
    ticket = replace(a_ticket(State.OPEN), place=place)
    view = TicketWithView(ticket=ticket, work=None, clocks=())

    answers = [of_schema(ticket, by), json.loads(TicketViewOut.written(view, by))]

    assert [answer["place"]["candidates"] for answer in answers] == [shown, shown]
    assert {answer["place"]["unit_said"] for answer in answers} == {"1202"}


@pytest.mark.parametrize("state", list(State))
def test_a_ticket_with_its_view_is_answered_as_described(state: State) -> None:
    ticket = a_ticket(state)
    work = WorkView(
        state=WorkOrderState.ACCEPTED,
        job_id="j",
        job_state=JobState.ACCEPTED,
        technician="Li",
        planned_arrival=after(minutes=5),
    )
    clock = DueView(
        kind="arrival",
        state=ClockState.RUNNING,
        due_at=after(hours=1),
        stopped_at=None,
        breached=False,
    )

    answer = TicketViewOut.written(TicketWithView(ticket=ticket, work=work, clocks=(clock,)), STAFF)

    assert json.loads(answer) == as_described(TicketViewOut, answer)
    assert json.loads(answer).items() >= of_schema(ticket, STAFF).items()
