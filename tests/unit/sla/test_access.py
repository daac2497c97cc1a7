"""Who may see and change what."""

import pytest

from services.sla.domain.access import (
    may_manage,
    may_see_board,
    may_see_clocks,
    may_see_terms,
)
from services.sla.domain.held import HeldTicket, HeldWork
from shared.auth.caller import EVERY_SITE, STAFF, Caller, Grant, Role
from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import OfferState, OfferV1
from shared.ids import PersonId, SiteId
from tests.unit.sla.tickets import a_ticket, a_work_order, after

TICKET = a_ticket(followers=("resident-7",))
OUTSIDERS = [role for role in Role if role not in STAFF]


def a_caller(role: Role, site: str = "demo", *, id: str = "someone") -> Caller:
    return Caller(PersonId(id), (Grant(role, SiteId(site)),))


def sees(caller: Caller, work_order: WorkOrderV1 | None = None) -> bool:
    ticket = HeldTicket.model_validate(TICKET)
    work = None if work_order is None else HeldWork.model_validate(work_order)
    return may_see_clocks(caller, "demo", ticket, work)


@pytest.mark.parametrize("role", STAFF)
def test_staff_see_what_is_of_their_site_or_of_all_and_nothing_of_others(role: Role) -> None:
    caller = a_caller(role)

    assert may_see_terms(caller, "demo")
    assert may_see_terms(caller, None)
    assert may_see_board(caller, "demo")
    assert sees(caller)
    assert not may_see_terms(caller, "park")
    assert not may_see_board(caller, "park")
    assert not sees(a_caller(role, "park"))


@pytest.mark.parametrize("role", OUTSIDERS)
def test_terms_and_boards_are_for_staff_alone(role: Role) -> None:
    caller = a_caller(role)

    assert not may_see_terms(caller, "demo")
    assert not may_see_terms(caller, None)
    assert not may_see_board(caller, "demo")


@pytest.mark.parametrize("role", list(Role))
def test_managers_and_admins_write_the_terms_of_their_sites(role: Role) -> None:
    manages = role in (Role.MANAGER, Role.ADMIN)

    assert may_manage(a_caller(role), "demo") is manages
    assert may_manage(a_caller(role, EVERY_SITE), "demo") is manages
    assert may_manage(a_caller(role, EVERY_SITE), None) is manages
    assert not may_manage(a_caller(role), "park")
    assert not may_manage(a_caller(role), None)


@pytest.mark.parametrize(
    ("caller", "seen"),
    [
        (a_caller(Role.RESIDENT, id="resident-1"), True),
        (a_caller(Role.RESIDENT, id="resident-7"), True),
        (a_caller(Role.RESIDENT, id="resident-8"), False),
        (a_caller(Role.RESIDENT, "park", id="resident-1"), False),
        (a_caller(Role.TECHNICIAN, id="resident-1"), False),
        (a_caller(Role.INTEGRATION), True),
        (a_caller(Role.INTEGRATION, "park"), False),
    ],
)
def test_clocks_are_seen_by_those_whose_ticket_it_is(caller: Caller, seen: bool) -> None:
    assert sees(caller) is seen


def test_clocks_are_seen_by_technicians_with_the_job_or_an_open_offer() -> None:
    taken = a_work_order(TICKET, ("accepted", after(minutes=5)))
    [job] = taken.jobs
    asked = job.model_copy(
        update={
            "technician_id": None,
            "offers": (
                OfferV1(
                    id=job.id,
                    technician_id="tech-9",
                    state=OfferState.OPEN,
                    offered_at=after(minutes=1),
                    expires_at=after(minutes=2),
                ),
            ),
        }
    )
    offered = taken.model_copy(update={"jobs": (asked,)})

    assert sees(a_caller(Role.TECHNICIAN, id=str(job.technician_id)), taken)
    assert sees(a_caller(Role.TECHNICIAN, id="tech-9"), offered)
    assert not sees(a_caller(Role.TECHNICIAN, id="tech-9"), taken)
    assert not sees(a_caller(Role.TECHNICIAN, "park", id="tech-9"), offered)


def test_clocks_of_a_forgotten_ticket_are_seen_by_staff_and_integrations() -> None:
    seen = {role for role in Role if may_see_clocks(a_caller(role, id="r"), "demo", None, None)}

    assert seen == {*STAFF, Role.INTEGRATION}
