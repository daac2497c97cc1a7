"""Who may see what."""

from dataclasses import replace

import pytest

from services.tickets.domain.ticket import Ticket
from services.tickets.domain.visibility import Viewer, may_see, reads_internal
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from tests.unit.tickets.arranging import RESIDENT, SHARING_SITE, SITE, a_ticket, after

NOW = after(hours=1)
TICKET = replace(a_ticket(State.OPEN), place=Place(building="3", unit="1202"), entered_by="robot-1")


def sees(viewer: Viewer, ticket: Ticket = TICKET) -> bool:
    return may_see(viewer, ticket, SITE, now=NOW)


@pytest.mark.parametrize(
    ("viewer", "seen"),
    [
        (Viewer(id="anyone"), False),
        (Viewer(id="dispatcher-1", is_staff=True), True),
        (Viewer(id=RESIDENT.id, is_resident=True), True),
        (Viewer(id=RESIDENT.id), False),
        (Viewer(id="resident-2", is_resident=True), False),
        (Viewer(id="resident-2", is_resident=True, units=frozenset({"3-1202"})), False),
        (Viewer(id="robot-1", is_integration=True), True),
        (Viewer(id="robot-2", is_integration=True), False),
        (Viewer(id="tech-1", is_technician=True), False),
    ],
)
def test_each_sees_what_is_theirs(viewer: Viewer, seen: bool) -> None:
    assert sees(viewer) is seen


def test_those_of_the_unit_see_it_where_the_site_allows() -> None:
    neighbour = Viewer(id="resident-2", is_resident=True, units=frozenset({"3-1202"}))
    outdoors = replace(TICKET, place=Place())

    assert may_see(neighbour, TICKET, SHARING_SITE, now=NOW)
    assert not may_see(
        replace(neighbour, units=frozenset({"3-1201"})), TICKET, SHARING_SITE, now=NOW
    )
    assert not may_see(neighbour, outdoors, SHARING_SITE, now=NOW)


def test_a_technician_sees_it_while_admitted() -> None:
    holding = replace(TICKET, admitted={"tech-1": None})
    offered = replace(TICKET, admitted={"tech-1": after(hours=1, seconds=1)})
    over = replace(TICKET, admitted={"tech-1": NOW})
    technician = Viewer(id="tech-1", is_technician=True)

    assert sees(technician, holding)
    assert sees(technician, offered)
    assert not sees(technician, over)
    assert not sees(Viewer(id="tech-1", is_resident=True), holding)


def test_what_is_internal_is_for_staff_and_for_the_technician_who_has_the_job_or_an_offer() -> None:
    holding = replace(TICKET, admitted={"tech-1": None})
    over = replace(TICKET, admitted={"tech-1": NOW})
    technician = Viewer(id="tech-1", is_technician=True)
    reports_at_home = Viewer(id=RESIDENT.id, is_resident=True, is_technician=True)

    assert reads_internal(Viewer(id="dispatcher-1", is_staff=True), TICKET, now=NOW)
    assert reads_internal(technician, holding, now=NOW)
    assert not reads_internal(technician, over, now=NOW)
    assert not reads_internal(reports_at_home, holding, now=NOW)
    assert not reads_internal(Viewer(id="robot-1", is_integration=True), TICKET, now=NOW)
