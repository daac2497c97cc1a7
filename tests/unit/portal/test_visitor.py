"""What a visitor may, and where their work begins."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.portal.domain.visitor import Visitor, stranger
from shared.auth.caller import Grant, Role
from shared.ids import PersonId, SiteId, TicketId


def _visitor(*grants: tuple[Role, str]) -> Visitor:
    return replace(
        stranger("en"),
        person_id=PersonId("li"),
        grants=tuple(Grant(role, SiteId(site)) for role, site in grants),
        session_id=uuid4(),
    )


@pytest.mark.parametrize(
    ("grants", "page"),
    [
        ([(Role.RESIDENT, "demo")], "/r"),
        ([(Role.TECHNICIAN, "demo")], "/w"),
        ([(Role.DISPATCHER, "demo")], "/ops"),
        ([(Role.MANAGER, "*")], "/m"),
        ([(Role.ADMIN, "*")], "/ops"),
        ([(Role.RESIDENT, "demo"), (Role.DISPATCHER, "east")], "/ops"),
        ([(Role.RESIDENT, "demo"), (Role.TECHNICIAN, "demo")], "/w"),
        ([(Role.INTEGRATION, "*")], "/login"),
        ([], "/login"),
    ],
)
def test_work_begins_on_the_page_of_the_role(grants: list[tuple[Role, str]], page: str) -> None:
    assert _visitor(*grants).first_page == page


def test_a_role_counts_at_its_own_site_and_one_for_all_at_each() -> None:
    visitor = _visitor((Role.DISPATCHER, "demo"), (Role.MANAGER, "*"))

    assert visitor.has(Role.DISPATCHER, site="demo")
    assert not visitor.has(Role.DISPATCHER, site="east")
    assert visitor.has(Role.MANAGER, site="east")
    assert visitor.has(Role.ADMIN, Role.DISPATCHER)
    assert visitor.sites(Role.DISPATCHER) == frozenset({"demo"})
    assert visitor.sites(Role.DISPATCHER, Role.MANAGER) is None
    assert visitor.sites(Role.ADMIN) == frozenset()


def test_a_stranger_and_the_bearer_of_a_link_begin_at_the_sign_in() -> None:
    with_link = replace(_visitor((Role.RESIDENT, "demo")), only=TicketId(uuid4()))

    assert stranger("en").first_page == with_link.first_page == "/login"
    assert not stranger("en").is_signed_in
