"""A resident's way through the portal, as tests go it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tests.support.eventually import eventually
from tests.support.portal import SITE, Browser, PortalUnderTest, Sent, hidden_fields

RESIDENT = "demo-resident"
REPORT = {"category": "plumbing", "place": "3-1202", "text": "厨房水管漏水", "lang": "zh-CN"}


def photo(content: bytes, name: str = "photo.jpg", field: str = "photo") -> tuple[Any, ...]:
    return field, (name, content, "image/jpeg")


async def report(
    browser: Browser, fields: Mapping[str, str] | None = None, files: Sent = ()
) -> httpx.Response:
    """Send the form of a report, as it stands on its page; once more where it was not taken in
    time.
    """
    page = await eventually(lambda: _found(browser, "/r/report"))
    form = {**hidden_fields(page.text, "/r/report"), **REPORT, **(fields or {})}

    async def sent() -> httpx.Response | None:
        answer = await browser.client.post("/r/report", data=form, files=list(files))
        return None if answer.status_code == 503 else answer

    answer = await eventually(sent)
    assert answer is not None
    return answer


async def _found(browser: Browser, path: str) -> httpx.Response:
    """Return the page; not yet while a service does not answer in time."""
    page = await browser.get(path)
    assert page.status_code == 200, page.text
    return page


async def reported(
    browser: Browser, fields: Mapping[str, str] | None = None, files: Sent = ()
) -> str:
    """Return the path of the page of a new ticket."""
    answer = await report(browser, fields, files)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def ticket_at(portal: PortalUnderTest, path: str) -> dict[str, Any]:
    """Return the ticket of a page, as staff read it."""
    return await as_staff(portal, "GET", f"/v1/tickets/{path.rpartition('/')[2]}")


async def tickets_of(portal: PortalUnderTest) -> list[dict[str, Any]]:
    """Return all tickets of the site."""
    found = await as_staff(portal, "GET", f"/v1/tickets?site={SITE}")
    items: list[dict[str, Any]] = found["items"]
    return items


async def as_staff(
    portal: PortalUnderTest, method: str, path: str, body: Any = None, *, service: str = "tickets"
) -> dict[str, Any]:
    """Do what the desk does."""
    component = await portal.service(service)
    async with component.http(role="dispatcher", id="wang", site=SITE) as http:
        answer = await http.request(method, path, json=body)
    assert answer.status_code < 300, answer.text
    done: dict[str, Any] = answer.json() if answer.content else {}
    return done


async def change_site(portal: PortalUnderTest, **changes: Any) -> None:
    """Say the site anew, with these differences."""
    tickets = await portal.service("tickets")
    async with tickets.http(role="admin", id="admin", site=SITE) as http:
        now = await http.get(f"/v1/sites/{SITE}")
        body = {
            name: value
            for name, value in now.json().items()
            if name not in ("id", "version", "removed_at")
        }
        answer = await http.put(
            f"/v1/sites/{SITE}", json={**body, **changes}, headers={"If-Match": now.headers["etag"]}
        )
    assert answer.status_code == 200, answer.text


async def place_code(portal: PortalUnderTest, kind: str, **named: str) -> str:
    """Return the code of the first such place, as it stands on its label."""
    found = await as_staff(portal, "GET", f"/v1/sites/{SITE}/places?kind={kind}&limit=200")
    return next(
        str(each["code"])
        for each in found["items"]
        if all(each[name] == value for name, value in named.items())
    )


def words(html: str) -> str:
    """Return what is to be read on a page, in one line."""
    body = re.sub(r"(?s)<(head|script|nav)\b.*?</\1>", " ", html)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def marked(html: str, test: str) -> str:
    """Return the words of the element that carries this `data-test`."""
    found = re.search(rf'(?s)<(\w+)[^>]*\bdata-test="{test}"[^>]*>(.*?)</\1>', html)
    assert found is not None, f"nothing is marked {test}"
    return words(found[2]).strip()


def fields_of(html: str, names: Sequence[str]) -> dict[str, str]:
    """Return what stands in the text fields of these names."""
    found = {}
    for name in names:
        area = re.search(rf'(?s)<textarea[^>]*\bname="{name}"[^>]*>\n?(.*?)</textarea>', html)
        value = re.search(rf'<input[^>]*\bname="{name}"[^>]*\bvalue="([^"]*)"', html)
        found[name] = area[1] if area else value[1] if value else ""
    return found


def as_json(answer: httpx.Response) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(answer.text)
    return parsed
