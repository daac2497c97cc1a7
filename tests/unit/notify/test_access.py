"""Who may see and manage what of notify, as rules over a caller and a row."""

from datetime import UTC, datetime

import pytest

from services.notify.domain.access import (
    demand_audience,
    may_manage,
    may_manage_audience,
    may_see,
    roles_told,
    sites_managed,
    sites_seen,
)
from services.notify.domain.endpoint import Endpoint, Secret
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.recipient import Listening, Recipient
from shared.auth.caller import EVERY_SITE, STAFF, Caller, Grant, Role
from shared.errors import Forbidden
from shared.ids import PersonId, SiteId, new_id

AT = datetime(2026, 11, 21, 8, tzinfo=UTC)
DEMO, OTHER = SiteId("demo"), SiteId("other")
WANG = PersonId("wang")


def caller(id: str, *grants: tuple[Role, str]) -> Caller:
    return Caller(
        id=PersonId(id), roles=tuple(Grant(role=role, site=SiteId(site)) for role, site in grants)
    )


def endpoint_of(owner: str, sites: frozenset[SiteId] | None) -> Endpoint:
    return Endpoint(
        id=new_id(),
        owner=PersonId(owner),
        url="https://example.com",
        kinds=None,
        sites=sites,
        secrets=(Secret(value="whsec_"),),
        version=1,
        created_at=AT,
    )


OWNER = caller("wang", (Role.TECHNICIAN, "demo"))
STRANGER = caller("li", (Role.TECHNICIAN, "demo"), (Role.RESIDENT, "demo"))
DISPATCHER = caller("chen", (Role.DISPATCHER, "demo"))
INTEGRATION = caller("crm", (Role.INTEGRATION, "demo"))
ADMIN = caller("root", (Role.ADMIN, EVERY_SITE))


@pytest.mark.parametrize(
    ("by", "sites"),
    [
        (OWNER, None),
        (STRANGER, frozenset()),
        (DISPATCHER, frozenset({DEMO})),
        (INTEGRATION, frozenset({DEMO})),
        (ADMIN, None),
    ],
)
def test_a_persons_messages_are_managed_by_them_and_within_sites_by_staff_and_integrations(
    by: Caller, sites: frozenset[SiteId] | None
) -> None:
    managed = sites_managed(by, WANG)

    seen = may_see(by, WANG)

    assert (managed, seen) == (sites, sites != frozenset())


@pytest.mark.parametrize(
    ("by", "sites", "may"),
    [
        (OWNER, frozenset({OTHER}), True),
        (OWNER, None, True),
        (STRANGER, frozenset({DEMO}), False),
        (DISPATCHER, frozenset({DEMO}), True),
        (DISPATCHER, frozenset({DEMO, OTHER}), False),
        (DISPATCHER, None, False),
        (INTEGRATION, frozenset({DEMO}), True),
        (ADMIN, None, True),
    ],
)
def test_an_endpoint_is_managed_by_its_owner_and_by_those_who_may_see_all_that_is_sent_to_it(
    by: Caller, sites: frozenset[SiteId] | None, may: bool
) -> None:
    endpoint = endpoint_of("wang", sites)

    managed = may_manage(by, endpoint)

    assert managed is may


def test_all_that_was_said_about_a_ticket_is_seen_by_staff_alone() -> None:
    callers = (OWNER, INTEGRATION, DISPATCHER, ADMIN)

    seen = [sites_seen(by) for by in callers]

    assert seen == [frozenset(), frozenset(), frozenset({DEMO}), None]


def test_who_hears_of_a_site_is_said_by_its_staff_and_integrations() -> None:
    callers = (OWNER, DISPATCHER, INTEGRATION, ADMIN)

    here, elsewhere = ([may_manage_audience(by, site) for by in callers] for site in (DEMO, OTHER))

    assert here == [False, True, True, True]
    assert elsewhere == [False, False, False, True]


def test_only_what_differs_of_an_audience_has_to_be_the_callers_to_change() -> None:
    listening = Listening(role="manager", site=OTHER, since=AT)
    before = Recipient(id=WANG, version=1, language=Language.ENGLISH, audience=(listening,))

    demand_audience(DISPATCHER, before, frozenset({("manager", OTHER), ("manager", DEMO)}))
    with pytest.raises(Forbidden) as refused:
        demand_audience(DISPATCHER, before, frozenset({("manager", DEMO)}))

    assert refused.value.details == {"site": "other"}


def test_what_changed_of_a_job_is_for_technicians_like_the_job() -> None:
    of_work = ("job.", "offer.", "reply.")
    told = {kind: roles_told(kind) for kind in Kind if kind.startswith(of_work)}

    of_desk = (Kind.JOB_UNASSIGNABLE, Kind.JOB_TO_ASSIGN, Kind.JOB_INELIGIBLE)
    staff = {told.pop(kind) for kind in of_desk}
    assert staff == {(*STAFF, Role.INTEGRATION)}
    assert set(told.values()) == {(Role.TECHNICIAN,)}
