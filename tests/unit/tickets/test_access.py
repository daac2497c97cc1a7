"""Who may see, do and change what."""

from dataclasses import replace

import pytest

from services.tickets.domain.access import (
    demand_staff,
    may_act,
    may_leave,
    may_manage,
    may_manage_all,
    may_open,
    may_read_internal,
    may_report_for_others,
    may_see,
    may_see_site,
)
from services.tickets.domain.ticket import Ticket
from shared.auth.caller import EVERY_SITE, STAFF, Caller, Grant, Role
from shared.contracts.tickets import Place
from shared.contracts.tickets import TicketState as State
from shared.errors import Forbidden
from shared.ids import PersonId, SiteId
from tests.unit.tickets.arranging import RESIDENT, SHARING_SITE, SITE, a_caller, a_ticket, after

NOW = after(hours=1)
TICKET = replace(a_ticket(State.OPEN), place=Place(building="3", unit="1202"), entered_by="robot-1")
THEIR_UNIT = frozenset({"3-1202"})


def sees(caller: Caller, ticket: Ticket = TICKET) -> bool:
    return may_see(caller, SITE, ticket, now=NOW)


def elsewhere(id: str, role: Role, site: str = "park") -> Caller:
    return Caller(PersonId(id), (Grant(role, SiteId(site)),))


@pytest.mark.parametrize(
    ("caller", "seen"),
    [
        (a_caller("anyone"), False),
        (a_caller("dispatcher-1", Role.DISPATCHER), True),
        (elsewhere("dispatcher-1", Role.DISPATCHER), False),
        (elsewhere("dispatcher-1", Role.DISPATCHER, EVERY_SITE), True),
        (RESIDENT, True),
        (a_caller(RESIDENT.id), False),
        (elsewhere(RESIDENT.id, Role.RESIDENT), False),
        (a_caller("resident-2", Role.RESIDENT), False),
        (a_caller("resident-2", Role.RESIDENT, units=THEIR_UNIT), False),
        (a_caller("robot-1", Role.INTEGRATION), True),
        (a_caller("robot-2", Role.INTEGRATION), False),
        (a_caller("tech-1", Role.TECHNICIAN), False),
    ],
)
def test_each_sees_what_is_theirs(caller: Caller, seen: bool) -> None:
    assert sees(caller) is seen


def test_those_of_the_unit_see_it_where_the_site_allows() -> None:
    neighbour = a_caller("resident-2", Role.RESIDENT, units=THEIR_UNIT)
    others = a_caller("resident-3", Role.RESIDENT, units=frozenset({"3-1201"}))
    outdoors = replace(TICKET, place=Place())

    assert may_see(neighbour, SHARING_SITE, TICKET, now=NOW)
    assert may_act(neighbour, SHARING_SITE, TICKET)
    assert not may_see(neighbour, None, TICKET, now=NOW)
    assert not may_see(others, SHARING_SITE, TICKET, now=NOW)
    assert not may_see(neighbour, SHARING_SITE, outdoors, now=NOW)


def test_a_technician_sees_it_while_admitted() -> None:
    holding = replace(TICKET, admitted={"tech-1": None})
    offered = replace(TICKET, admitted={"tech-1": after(hours=1, seconds=1)})
    over = replace(TICKET, admitted={"tech-1": NOW})
    technician = a_caller("tech-1", Role.TECHNICIAN)

    assert sees(technician, holding)
    assert sees(technician, offered)
    assert not sees(technician, over)
    assert not sees(a_caller("tech-1", Role.RESIDENT), holding)


@pytest.mark.parametrize(
    ("caller", "acts"),
    [
        *((a_caller("staff-1", role), True) for role in STAFF),
        (RESIDENT, True),
        (a_caller("resident-2", Role.RESIDENT), False),
        (a_caller("robot-1", Role.INTEGRATION), False),
        (a_caller("tech-1", Role.TECHNICIAN), False),
        (a_caller(RESIDENT.id, Role.TECHNICIAN), False),
    ],
)
def test_a_ticket_is_acted_on_by_staff_and_by_whom_it_is_for(caller: Caller, acts: bool) -> None:
    assert may_act(caller, SITE, replace(TICKET, admitted={"tech-1": None})) is acts


def test_what_is_internal_is_for_staff_and_for_the_technician_who_has_the_job_or_an_offer() -> None:
    holding = replace(TICKET, admitted={"tech-1": None})
    over = replace(TICKET, admitted={"tech-1": NOW})
    technician = a_caller("tech-1", Role.TECHNICIAN)
    reports_at_home = a_caller(RESIDENT.id, Role.RESIDENT, Role.TECHNICIAN)

    assert may_read_internal(a_caller("dispatcher-1", Role.DISPATCHER), TICKET, now=NOW)
    assert may_read_internal(technician, holding, now=NOW)
    assert not may_read_internal(technician, over, now=NOW)
    assert not may_read_internal(reports_at_home, holding, now=NOW)
    assert not may_read_internal(a_caller("robot-1", Role.INTEGRATION), TICKET, now=NOW)


def test_a_follower_may_leave_what_they_do_not_see() -> None:
    follower = a_caller("resident-7", Role.RESIDENT)
    followed = replace(TICKET, followers=("resident-7",))

    assert not sees(follower, followed)
    assert may_leave(follower, followed)
    assert not may_leave(follower, TICKET)


def test_at_a_site_each_role_may_what_is_its_own() -> None:
    asked = (may_see_site, may_open, may_report_for_others, may_manage)

    may = {
        role: {each.__name__ for each in asked if each(a_caller("someone", role), "demo")}
        for role in Role
    }

    assert may == {
        Role.RESIDENT: {"may_see_site", "may_open"},
        Role.TECHNICIAN: {"may_see_site"},
        Role.INTEGRATION: {"may_see_site", "may_open", "may_report_for_others"},
        Role.DISPATCHER: {"may_see_site", "may_open", "may_report_for_others"},
        Role.MANAGER: {each.__name__ for each in asked},
        Role.ADMIN: {each.__name__ for each in asked},
    }
    assert not any(each(elsewhere("someone", Role.ADMIN), "demo") for each in asked)


def test_all_sites_are_managed_by_an_admin_of_every_one() -> None:
    assert may_manage_all(elsewhere("root", Role.ADMIN, EVERY_SITE))
    assert not may_manage_all(a_caller("admin-1", Role.ADMIN))
    assert not may_manage_all(elsewhere("boss", Role.MANAGER, EVERY_SITE))


def test_what_only_staff_do_is_refused_to_others_in_words() -> None:
    demand_staff(a_caller("dispatcher-1", Role.DISPATCHER), "demo", "merge tickets")

    with pytest.raises(Forbidden, match="Only staff merge tickets"):
        demand_staff(RESIDENT, "demo", "merge tickets")
