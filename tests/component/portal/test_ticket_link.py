"""A link to one ticket: it opens that and nothing else, names no person, and may be cut, changed,
over, or in another browser.
"""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.ids import PersonId, SiteId, TicketId
from tests.support.images import an_image
from tests.support.portal import Browser, PortalUnderTest, hidden_fields
from tests.support.residents import (
    RESIDENT,
    as_staff,
    marked,
    photo,
    reported,
    ticket_at,
    words,
)


@pytest.fixture
async def site(portal: PortalUnderTest) -> PortalUnderTest:
    await portal.make_site()
    await portal.service("sla")
    return portal


@pytest.fixture
async def path(site: PortalUnderTest) -> str:
    """The page of a new ticket of the resident."""
    return await reported(await site.as_("resident"), files=[photo(an_image("JPEG"))])


@pytest.fixture
def link(site: PortalUnderTest, path: str) -> str:
    return _link(site, path)


def _link(portal: PortalUnderTest, path: str, person: str | None = RESIDENT) -> str:
    links = portal.state.ways_in.ticket_links
    ticket = TicketId(UUID(path.rpartition("/")[2]))
    return f"/t/{links.make_ticket_link(ticket, SiteId('demo'), PersonId(person or '') or None)}"


async def test_it_opens_in_a_browser_that_is_not_signed_in(
    site: PortalUnderTest, path: str, link: str
) -> None:
    page = await site.stranger().get(link)

    assert page.status_code == 200
    assert (await ticket_at(site, path))["reference"] in words(page.text)
    assert "正在安排师傅" in marked(page.text, "ticket-who")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


async def test_it_leaves_who_is_signed_in_signed_in(site: PortalUnderTest, link: str) -> None:
    other = await site.as_person("someone", ("resident", "demo"))

    assert (await other.get(link)).status_code == 200
    assert (await other.get("/r")).status_code == 200
    assert (await other.get(link.replace("/t/", "/r/tickets/"))).status_code == 404


async def test_it_names_no_person(site: PortalUnderTest, link: str) -> None:
    page = await site.stranger().get(link)

    assert "陈静" not in page.text
    assert RESIDENT not in page.text


async def test_it_does_what_its_person_may(site: PortalUnderTest, path: str, link: str) -> None:
    browser = site.stranger()

    commented = await browser.submit(f"{link}/comments", {"text": "门开着"}, at=link)
    urged = await browser.submit(f"{link}/urge", at=link)
    await as_staff(
        site, "POST", f"/v1/tickets/{path.rpartition('/')[2]}/resolve", {"note": "修好了"}
    )
    confirmed = await browser.submit(f"{link}/confirm", at=link)
    rated = await browser.submit(f"{link}/rating", {"speed": "5", "quality": "5", "manner": "5"})

    assert {each.status_code for each in (commented, urged, confirmed, rated)} == {303}
    assert {each.headers["location"] for each in (commented, urged, confirmed, rated)} == {link}
    ticket = await ticket_at(site, path)
    assert ticket["state"] == "closed"
    assert len(ticket["ratings"]) == 1


async def test_its_photos_are_shown_and_no_others(
    site: PortalUnderTest, path: str, link: str
) -> None:
    other = await reported(await site.as_("resident"), {"text": "灯"}, [photo(an_image("PNG"))])
    theirs = (await ticket_at(site, other))["attachments"][0]["id"]
    own = (await ticket_at(site, path))["attachments"][0]["id"]
    browser = site.stranger()

    page = await browser.get(link)

    assert f'src="{link}/files/{own}/thumbnail"' in page.text
    assert (await browser.get(f"{link}/files/{own}")).headers["content-type"] == "image/jpeg"
    assert (await browser.get(f"{link}/files/{theirs}")).status_code == 404
    assert (await browser.get(f"/files/{own}")).status_code == 303


async def test_a_form_of_another_browser_is_not_taken(site: PortalUnderTest, link: str) -> None:
    form = hidden_fields((await site.stranger().get(link)).text, f"{link}/comments")

    answer = await site.stranger().client.post(f"{link}/comments", data={**form, "text": "x"})

    assert answer.status_code == 403


@pytest.mark.parametrize("change", ["cut", "altered", "long", "nonsense", "words", "empty"])
async def test_a_link_that_is_none_says_so(site: PortalUnderTest, link: str, change: str) -> None:
    token = link.removeprefix("/t/")
    middle = len(token) // 2
    altered = "A" if token[middle] != "A" else "B"
    tried = {
        "cut": token[:-5],
        "altered": f"{token[:middle]}{altered}{token[middle + 1 :]}",
        "long": token + "x" * 4000,
        "nonsense": "%00%ff",
        "words": "%E6%8A%A5%E4%BF%AE",
        "empty": "%20",
    }[change]
    browser = site.stranger()

    page = await browser.get(f"/t/{tried}")
    deed = await browser.submit(f"/t/{tried}/urge")

    assert page.status_code == 404
    assert "链接失效了" in words(page.text)
    assert deed.status_code == 404


async def test_it_is_over_after_ninety_days(site: PortalUnderTest, path: str, link: str) -> None:
    site.clock.move(days=91)

    assert (await site.stranger().get(link)).status_code == 404


async def test_it_ends_with_its_persons_account(site: PortalUnderTest, link: str) -> None:
    async with site.state.database.transaction(actor="test") as tx:
        await tx.execute(
            text("update accounts set disabled_at = now() where person_id = :id"), id=RESIDENT
        )

    assert (await site.stranger().get(link)).status_code == 404


async def test_of_a_ticket_that_is_not_there_any_more_nothing_is_shown(
    site: PortalUnderTest,
) -> None:
    gone = _link(site, f"/r/tickets/{uuid4()}")

    assert (await site.stranger().get(gone)).status_code == 404


async def test_another_persons_link_shows_another_persons_ticket_to_no_one(
    site: PortalUnderTest, path: str
) -> None:
    foreign = _link(site, path, "someone")

    assert (await site.stranger().get(foreign)).status_code == 404


async def test_many_links_that_are_none_are_too_many(site: PortalUnderTest, link: str) -> None:
    browser = site.stranger()

    statuses = [(await browser.get(f"/t/no-link-{n}")).status_code for n in range(61)]

    assert statuses[:60] == [404] * 60
    assert statuses[60] == 429
    assert (await browser.get(link)).status_code == 200


async def test_a_resident_gives_a_link_to_those_at_home(site: PortalUnderTest, path: str) -> None:
    browser = await site.as_("resident")

    page = await browser.get(f"{path}/link")
    found = re.search(r"http://127\.0\.0\.1:8000(/t/[^\s<]+)", page.text)

    assert found is not None
    assert (await site.stranger().get(found[1])).status_code == 200
    assert (await site.stranger().get(f"{found[1]}/link")).status_code == 404


async def test_it_hears_of_news(site: PortalUnderTest, path: str, link: str) -> None:
    browser: Browser = site.stranger()
    page = await browser.get(link)
    assert f'data-live-at="{link}/live"' in page.text

    async with browser.client.stream("GET", f"{link}/live") as answer:
        assert answer.status_code == 200
        await as_staff(
            site, "POST", f"/v1/tickets/{path.rpartition('/')[2]}/comments", {"text": "收到"}
        )
        async for line in answer.aiter_lines():
            if line == "event: changed":
                break
    assert (await browser.get("/t/no-link/live")).status_code == 404


async def test_its_visit_goes_into_a_calendar(site: PortalUnderTest, link: str) -> None:
    day = (site.clock.now() + timedelta(days=2)).date().isoformat()
    browser = site.stranger()

    await browser.submit(f"{link}/appointment", {"day": day, "from": "09:00", "to": "11:00"})
    calendar = await browser.get(f"{link}/visit.ics")

    assert "BEGIN:VEVENT" in calendar.text
    assert "LOCATION:示范小区 3号楼 1202" in calendar.text
