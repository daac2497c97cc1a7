"""Who may see, act on and manage what of dispatch, as rules over a caller and a row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.dispatch.domain.access import (
    Bearer,
    demand_technicians,
    is_theirs,
    may_act,
    may_answer,
    may_manage,
    may_manage_all,
    may_see,
    may_see_technician,
    offers_seen,
    sites_listed,
    sites_managed,
)
from services.dispatch.domain.job import Job, Offer
from services.dispatch.domain.need import Need
from services.dispatch.domain.technician import Technician
from services.dispatch.domain.work_order import WorkOrder
from shared.auth.caller import EVERY_SITE, Caller, Credential, Grant, Role, WorkScheme
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority
from shared.errors import Forbidden
from shared.ids import JobId, OfferId, PersonId, SiteId, TechnicianId, TicketId, new_id

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
DEMO, OTHER = SiteId("demo"), SiteId("other")
LI, WANG = TechnicianId("li"), TechnicianId("wang")


def caller(id: str, role: Role, site: str = "demo") -> Caller:
    return Caller(id=PersonId(id), roles=(Grant(role=role, site=SiteId(site)),))


def token_of(technician_id: TechnicianId) -> Credential:
    return Credential(
        scheme=WorkScheme.JOB,
        id=new_id(),
        ticket_id=TicketId(new_id()),
        technician_id=technician_id,
    )


OFFER = Offer(
    id=OfferId(new_id()),
    technician_id=LI,
    state=OfferState.OPEN,
    offered_at=AT,
    expires_at=AT + timedelta(seconds=90),
)
OFFERED = Job(id=JobId(new_id()), cycle=1, number=1, state=JobState.OFFERED, offers=(OFFER,))
TAKEN = replace(OFFERED, state=JobState.ACCEPTED, technician_id=WANG, offers=())
ORDER = WorkOrder(
    id=TicketId(new_id()),
    version=1,
    observed=1,
    site_id=DEMO,
    cycle=1,
    need=Need(category="plumbing", priority=Priority.NORMAL),
    jobs=(OFFERED,),
)


@pytest.mark.parametrize(
    ("by", "offered", "taken"),
    [
        (caller("chen", Role.DISPATCHER), True, True),
        (caller("root", Role.ADMIN, EVERY_SITE), True, True),
        (caller("chen", Role.DISPATCHER, "other"), False, False),
        (caller("li", Role.TECHNICIAN), True, False),
        (caller("wang", Role.TECHNICIAN), False, True),
    ],
)
def test_a_job_is_seen_by_its_sites_staff_its_technician_and_those_it_is_offered_to(
    by: Caller, offered: bool, taken: bool
) -> None:
    jobs = (OFFERED, TAKEN)

    seen = [may_see(by, ORDER, job) for job in jobs]

    assert seen == [offered, taken]


def test_an_offer_that_is_decided_shows_the_job_no_longer() -> None:
    declined = replace(OFFERED, offers=(replace(OFFER, state=OfferState.DECLINED),))

    theirs = is_theirs(LI, declined)

    assert not theirs


def test_technicians_are_shown_their_own_offers_alone() -> None:
    callers = (caller("chen", Role.DISPATCHER), caller("li", Role.TECHNICIAN))

    shown = [offers_seen(by, DEMO) for by in callers]

    assert shown == [None, LI]


@pytest.mark.parametrize(
    ("bearer", "answers", "acts", "acts_after"),
    [
        (caller("li", Role.TECHNICIAN), True, False, True),
        (token_of(LI), True, False, True),
        (caller("wang", Role.TECHNICIAN), False, True, True),
        (token_of(WANG), False, True, True),
        (token_of(TechnicianId("zhou")), False, False, False),
    ],
)
def test_a_token_of_ones_own_and_one_for_the_work_alone_open_the_same(
    bearer: Bearer, answers: bool, acts: bool, acts_after: bool
) -> None:
    past = {LI, WANG}

    found = (
        may_answer(bearer, OFFER),
        may_act(bearer, TAKEN),
        may_act(bearer, TAKEN, past_assignees=past),
    )

    assert found == (answers, acts, acts_after)


def test_a_site_is_managed_by_its_staff_and_all_sites_by_an_admin_of_every_site() -> None:
    callers = (
        caller("chen", Role.DISPATCHER),
        caller("crm", Role.INTEGRATION),
        caller("root", Role.ADMIN, EVERY_SITE),
    )

    found = [
        (may_manage(by, DEMO), may_manage(by, OTHER), sites_managed(by), may_manage_all(by))
        for by in callers
    ]

    assert found == [
        (True, False, frozenset({DEMO}), False),
        (False, False, frozenset(), False),
        (True, True, None, True),
    ]


def test_technicians_are_managed_at_all_of_their_sites_or_not_at_all() -> None:
    integration = caller("crm", Role.INTEGRATION)

    demand_technicians(integration, {DEMO})
    with pytest.raises(Forbidden) as refused:
        demand_technicians(integration, {DEMO, OTHER})

    assert refused.value.details == {"sites": ["other"]}


def test_technicians_are_listed_of_the_callers_sites_and_of_no_other() -> None:
    integration, admin = caller("crm", Role.INTEGRATION), caller("root", Role.ADMIN, EVERY_SITE)

    listed = [sites_listed(by, site) for by in (integration, admin) for site in (None, DEMO, OTHER)]

    assert listed == [
        frozenset({DEMO}),
        frozenset({DEMO}),
        frozenset(),
        None,
        frozenset({DEMO}),
        frozenset({OTHER}),
    ]


def test_a_technician_is_seen_by_themself_and_the_staff_of_one_of_their_sites() -> None:
    technician = Technician(id=LI, version=1, name="Li", sites=(DEMO, OTHER))
    callers = (
        caller("li", Role.TECHNICIAN),
        caller("wang", Role.TECHNICIAN),
        caller("chen", Role.DISPATCHER, "other"),
        caller("crm", Role.INTEGRATION),
    )

    seen = [may_see_technician(by, technician) for by in callers]

    assert seen == [True, False, True, False]
