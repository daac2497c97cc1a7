"""Links to one ticket: who has one sees that ticket, and nothing else anywhere."""

from typing import Any
from uuid import UUID

import pytest

from services.portal.actions.limits import TooManyTries
from services.portal.actions.open_ticket_link import (
    NEEDLESS_ENDS,
    NoSuchLink,
    open_ticket_link,
)
from services.portal.actions.shut_accounts import disable_account, enable_account
from services.portal.adapters.ticket_links import TicketLinks
from services.portal.domain.ticket_links import VALID_FOR, TicketLink
from services.portal.domain.visitor import Visitor
from services.portal.store.ticket_links import end_ticket_links
from shared.auth.caller import Grant, Role
from shared.ids import PersonId, SiteId, TicketId, new_id
from tests.component.portal.signing_in import make_account, rows_of
from tests.support.portal import PortalUnderTest

TICKET = TicketId(new_id())
ADMIN = Visitor(
    person_id=PersonId("root"),
    name="",
    grants=(Grant(Role.ADMIN, SiteId("*")),),
    units=frozenset(),
    only=None,
    language="en",
    session_id=None,
)


def _link(portal: PortalUnderTest, person: str | None = "li") -> str:
    who = None if person is None else PersonId(person)
    return portal.state.ways_in.ticket_links.make_ticket_link(TICKET, SiteId("demo"), who)


async def _open(portal: PortalUnderTest, text: str) -> tuple[TicketLink, Visitor]:
    return await open_ticket_link(
        portal.state.database,
        portal.state.ways_in.ticket_links,
        text,
        address="203.0.113.0/24",
        language="zh-CN",
    )


@pytest.mark.parametrize("person", ["li", None])
async def test_its_bearer_is_a_resident_for_whom_there_is_one_ticket(
    portal: PortalUnderTest, person: str | None
) -> None:
    await make_account(portal, "li", ("resident", "demo"), ("manager", "demo"))

    link, visitor = await _open(portal, _link(portal, person))

    assert (link.ticket_id, link.site_id, link.person_id) == (TICKET, "demo", person)
    assert visitor.only == TICKET
    assert visitor.grants == (Grant(Role.RESIDENT, SiteId("demo")),)
    assert visitor.name == ""
    assert visitor.person_id is not None


async def test_the_services_show_its_bearer_nothing_else(portal: PortalUnderTest) -> None:
    await portal.make_site()
    tickets = await portal.service("tickets")
    async with tickets.http(id="li", units=["3-1202"]) as http:
        made = [await http.post("/v1/tickets", json=_report(n)) for n in range(2)]
    mine, other = (TicketId(UUID(each.json()["id"])) for each in made)
    text = portal.state.ways_in.ticket_links.make_ticket_link(mine, SiteId("demo"), PersonId("li"))

    _, visitor = await _open(portal, text)
    token = portal.state.apis_of(visitor).tickets._token()

    async with tickets.http(role=None) as http:
        http.headers["Authorization"] = f"Bearer {token}"
        seen = await http.get(f"/v1/tickets/{mine}")
        hidden = [
            await http.get(path)
            for path in (f"/v1/tickets/{other}", "/v1/tickets", "/v1/sites", "/v1/sites/demo")
        ]
    assert seen.status_code == 200, seen.text
    assert [each.status_code for each in hidden] == [404] * 4


def _report(n: int) -> dict[str, Any]:
    return {"site_id": "demo", "category": "plumbing", "description": f"{n}", "unit": "3-1202"}


@pytest.mark.parametrize("cut", [1, 10, 60])
async def test_a_link_that_was_cut_opens_nothing(portal: PortalUnderTest, cut: int) -> None:
    with pytest.raises(NoSuchLink):
        await _open(portal, _link(portal)[:-cut])


async def test_a_link_of_another_portal_opens_nothing(portal: PortalUnderTest) -> None:
    elsewhere = TicketLinks([("other", b"another-portals-seed-32-bytes!!!")], portal.clock)

    with pytest.raises(NoSuchLink):
        await _open(portal, elsewhere.make_ticket_link(TICKET, SiteId("demo"), PersonId("li")))


async def test_a_link_ends_with_the_account_and_does_not_come_back(
    portal: PortalUnderTest,
) -> None:
    await make_account(portal, "li", ("resident", "demo"))
    text = _link(portal)
    await _open(portal, text)

    async with portal.state.database.transaction(actor="test") as tx:
        await disable_account(tx, "li", by=ADMIN)
    with pytest.raises(NoSuchLink):
        await _open(portal, text)

    async with portal.state.database.transaction(actor="test") as tx:
        await enable_account(tx, "li", by=ADMIN)
    with pytest.raises(NoSuchLink):
        await _open(portal, text)
    portal.clock.move(seconds=2)
    await _open(portal, _link(portal))


async def test_a_link_of_a_person_who_was_erased_opens_nothing(portal: PortalUnderTest) -> None:
    text = _link(portal, "gone")
    await _open(portal, text)  # people need no account to have a link

    async with portal.state.database.transaction(actor="test") as tx:
        end_ticket_links(tx, PersonId("gone"))

    with pytest.raises(NoSuchLink):
        await _open(portal, text)


async def test_links_cannot_be_tried_for_long_and_good_ones_go_on(
    portal: PortalUnderTest,
) -> None:
    for _ in range(60):
        with pytest.raises(NoSuchLink):
            await _open(portal, "nonsense")

    with pytest.raises(TooManyTries):
        await _open(portal, "nonsense")
    await _open(portal, _link(portal))


async def test_that_links_were_ended_is_forgotten_when_they_are_over(
    portal: PortalUnderTest,
) -> None:
    async with portal.state.database.transaction(actor="test") as tx:
        end_ticket_links(tx, PersonId("li"))
    portal.clock.move(days=VALID_FOR.days + 1)
    worker = portal.app.state.service.due_workers[NEEDLESS_ENDS.name]

    assert await worker.run_due() == 1
    assert await rows_of(portal, "select * from ended_ticket_links") == []
