"""Forms that are sent after their session has ended: their words come back to who wrote them."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.portal.adapters.cookies import SESSION_COOKIE
from services.portal.pages.error_pages import is_written
from tests.component.portal.signing_in import PASSWORD
from tests.support.images import an_image
from tests.support.portal import Browser, PortalUnderTest, hidden_fields
from tests.support.residents import REPORT, photo, tickets_of, words

_OURS = {"sec-fetch-site": "same-origin"}
_TEMPLATES = Path(__file__).parents[3] / "services/portal/templates"


@pytest.fixture
async def browser(portal: PortalUnderTest) -> Browser:
    await portal.make_site()
    return await portal.as_("resident")


async def _filled(browser: Browser, path: str = "/r/report", **fields: str) -> dict[str, Any]:
    """Return what the page's form sends, filled in."""
    page = await browser.get(path)
    return {**hidden_fields(page.text, path), **fields}


async def _send(
    browser: Browser, data: dict[str, Any], path: str = "/r/report", **more: Any
) -> httpx.Response:
    return await browser.client.post(path, data=data, headers=_OURS, **more)


def _sign_out(browser: Browser) -> None:
    browser.client.cookies.delete(SESSION_COOKIE)


async def _sign_in(browser: Browser, as_: str = "resident") -> None:
    assert (await browser.get(f"/login/demo?as={as_}")).status_code == 303


async def test_who_was_signed_out_sends_the_same_words_after_signing_in(
    portal: PortalUnderTest, browser: Browser
) -> None:
    form = await _filled(browser, **{**REPORT, "text": "厨房水管漏水"})
    _sign_out(browser)

    lost = await _send(browser, form)
    await _sign_in(browser)
    again = await _send(browser, hidden_fields(lost.text, "/r/report"))
    last = hidden_fields(again.text, "/r/report")
    sent = [await _send(browser, last) for _ in range(2)]

    assert (lost.status_code, again.status_code) == (401, 403)
    for page in (lost, again):
        assert "厨房水管漏水" in words(page.text)
    assert "现在登录的是" in words(again.text)
    assert last["_key"] == form["_key"]
    assert [each.status_code for each in sent] == [303, 303]
    [ticket] = await tickets_of(portal)
    assert ticket["description"] == "厨房水管漏水"


async def test_photos_are_chosen_again(browser: Browser) -> None:
    form = await _filled(browser, **{**REPORT, "text": "漏水"})
    _sign_out(browser)

    lost = await _send(browser, form, files=[photo(an_image("JPEG"))])

    assert lost.status_code == 401
    assert "照片要重新选" in words(lost.text)
    assert '<input type="file" name="photo"' in lost.text


async def test_who_signed_in_with_another_role_keeps_the_words(
    portal: PortalUnderTest, browser: Browser
) -> None:
    form = await _filled(browser, **{**REPORT, "text": "厨房水管漏水"})
    await _sign_in(browser, "technician")

    lost = await _send(browser, form)
    await _sign_in(browser)
    again = await _send(browser, hidden_fields(lost.text, "/r/report"))
    sent = await _send(browser, hidden_fields(again.text, "/r/report"))

    assert (lost.status_code, again.status_code, sent.status_code) == (403, 403, 303)
    assert "厨房水管漏水" in words(lost.text)
    assert "不归现在登录的账号办" in words(lost.text)
    [ticket] = await tickets_of(portal)
    assert ticket["description"] == "厨房水管漏水"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
async def test_nothing_comes_back_that_another_site_may_have_sent(
    browser: Browser, site: str
) -> None:
    headers = {"sec-fetch-site": site} if site else {}
    form = await _filled(browser, text="拨打这个号码")

    foreign = await browser.client.post("/r/report", data={**form, "_csrf": ""}, headers=headers)
    _sign_out(browser)
    signed_out = await browser.client.post("/r/report", data=form, headers=headers)

    assert (foreign.status_code, signed_out.status_code) == (403, 303)
    assert signed_out.headers["location"] == "/login"
    assert "拨打这个号码" not in foreign.text


async def test_a_password_stands_on_no_page(portal: PortalUnderTest) -> None:
    browser = await portal.as_("dispatcher")
    form = {"_csrf": await browser.csrf(), "new": PASSWORD, "again": PASSWORD, "text": "x"}

    foreign = await _send(browser, {**form, "_csrf": ""}, "/me/password")
    _sign_out(browser)
    signed_out = await _send(browser, form, "/me/password")

    assert (foreign.status_code, signed_out.status_code) == (403, 303)
    assert PASSWORD not in foreign.text


async def test_where_nothing_was_written_the_sign_in_follows(browser: Browser) -> None:
    _sign_out(browser)

    answer = await _send(browser, {"text": " ", "kind": "urge"})
    unreadable = await browser.client.post("/r/report", content=b"{}", headers=_OURS)

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert (unreadable.status_code, unreadable.headers["location"]) == (303, "/login")


def test_all_that_is_written_in_many_lines_is_shown() -> None:
    templates = "".join(path.read_text() for path in _TEMPLATES.rglob("*.html"))
    areas = set(re.findall(r'(?:parts\.area\(|<textarea [^>]*name=)"([a-z_]+)"', templates))

    assert {"text", "description", "words"} <= areas
    assert [name for name in areas if not is_written(name)] == []
