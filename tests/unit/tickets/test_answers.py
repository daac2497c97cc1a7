"""Answers that are written around a ticket's own JSON are what their schemas say."""

import json
from dataclasses import fields
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
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import RESIDENT, STAFF, a_ticket, after


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
        Opened(ticket=ticket, category_asked="lfit", duplicates=duplicates, full=full), by
    )

    assert json.loads(answer) == as_described(OpenedOut, answer)
    assert json.loads(answer).items() >= of_schema(ticket, by).items()
    assert [each["state"] is not None for each in json.loads(answer)["possible_duplicates"]] == [
        full
    ] * len(duplicates)


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
