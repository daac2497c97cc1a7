"""Forms: whose they are, and what is taken of hostile ones."""

import asyncio
import os
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from fastapi import Response
from fastapi.responses import JSONResponse

from services.portal.pages.page import SignedIn, page_router
from tests.component.portal import probe
from tests.component.portal.signing_in import stranger_at
from tests.support.eventually import eventually
from tests.support.portal import Browser, MakePortal, PortalUnderTest, hidden_fields

_FORM = "/probe/form"
_URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
async def browser(portal: PortalUnderTest) -> Browser:
    portal.app.include(probe.router)  # type: ignore[attr-defined] # the kernel's Application
    return await portal.as_("resident")


async def test_a_form_comes_with_all_that_was_filled_in(browser: Browser) -> None:
    answer = await browser.submit(
        _FORM,
        {"text": "漏水 🔧", "state": ["open", "held"]},
        [("photo", ("me.jpg", b"x" * 100, "image/jpeg"))],
    )

    came = answer.json()
    assert came["fields"] == {"text": "漏水 🔧", "state": "held"}
    assert came["lists"]["state"] == ["open", "held"]
    assert came["files"] == [["photo", "me.jpg", 100]]
    assert not any(map(os.path.exists, came["paths"]))


async def test_a_burst_of_one_visitors_pages_stands_in_its_own_queue(
    make_portal: MakePortal,
) -> None:
    portal = await make_portal(requests_per_caller=32)
    begun: list[str] = []
    gate, router = asyncio.Event(), page_router()

    @router.get("/probe/gate")
    async def at_the_gate(page: SignedIn) -> Response:
        begun.append(page.visitor.name)
        await gate.wait()
        return JSONResponse({})

    async def have_begun(number: int) -> bool:
        return len(begun) == number

    portal.app.include(router)  # type: ignore[attr-defined] # the kernel's Application
    people = {name: await portal.as_person(name, name=name) for name in ("zhang", "li")}
    for each in people.values():
        await each.get("/me")  # whose session is found counts for themself

    burst = [asyncio.create_task(people["zhang"].get("/probe/gate")) for _ in range(5)]
    await eventually(partial(have_begun, 2))
    other = asyncio.create_task(people["li"].get("/probe/gate"))
    await eventually(partial(have_begun, 3))

    assert begun == ["zhang", "zhang", "li"]
    gate.set()
    assert [(await each).status_code for each in (*burst, other)] == [200] * 6


async def test_a_form_of_another_session_or_of_none_is_not_taken(
    portal: PortalUnderTest, browser: Browser
) -> None:
    other = await portal.as_("dispatcher")
    token = await browser.csrf()

    for sent in ({"a": "b"}, {"_csrf": ""}, {"_csrf": "x" * 44}, {"_csrf": await other.csrf()}):
        answer = await browser.client.post(_FORM, data=sent)
        assert answer.status_code == 403, sent
        assert "text/html" in answer.headers["content-type"]
    assert (await browser.client.post(_FORM, data={"_csrf": token})).status_code == 200
    assert (await browser.client.post(_FORM, data={"a": "b"}, headers={"X-CSRF": token})).is_success


async def test_a_form_that_another_site_sends_is_not_taken_even_with_a_token(
    browser: Browser,
) -> None:
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
        answer = await browser.submit(_FORM, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status, site


async def test_a_stranger_has_forms_of_their_own(portal: PortalUnderTest, browser: Browser) -> None:
    one, other = portal.stranger(), portal.stranger()

    assert (await one.submit(_FORM)).status_code == 200
    assert (await one.client.post(_FORM, data={"_csrf": await other.csrf()})).status_code == 403


async def test_no_two_answers_have_the_same_token_and_each_form_has_its_key(
    browser: Browser,
) -> None:
    pages = [(await browser.get("/no-such-page")).text for _ in range(2)]

    tokens = [hidden_fields(page, "/language")["_csrf"] for page in pages]

    assert tokens[0] != tokens[1]


async def test_the_key_is_the_headers_or_the_forms_or_a_fresh_one(browser: Browser) -> None:
    key = "0198-aaaa-bbbb"

    by_field = await browser.submit(_FORM, {"_key": key})
    by_header = await browser.submit(_FORM, {"_key": key}, headers={"Idempotency-Key": "head-er-1"})
    fresh = [(await browser.submit(_FORM, {"_key": sent})).json()["key"] for sent in ("", "\u00e9")]

    assert by_field.json()["key"] == key
    assert by_header.json()["key"] == "head-er-1"
    assert len({*fresh}) == 2


async def test_a_photo_that_is_too_large_is_told_and_the_rest_is_taken(browser: Browser) -> None:
    large = b"x" * (12 * 1024 * 1024 + 1)

    answer = await browser.submit(
        _FORM,
        {"text": "leak"},
        [
            ("photo", ("large.jpg", large, "image/jpeg")),
            ("photo", ("ok.jpg", b"y", "image/jpeg")),
        ],
    )

    came = answer.json()
    assert came["lost"] == [["large.jpg", "too-large"]]
    assert came["files"] == [["photo", "ok.jpg", 1]]
    assert came["fields"] == {"text": "leak"}


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        (_URLENCODED, b"text=a%00b", 400),
        (_URLENCODED, b"text=%FF", 400),
        (_URLENCODED, b"a=1&" * 10_000, 400),
        (_URLENCODED, b"text=" + b"x" * 2_000_000, 400),
        ("multipart/form-data", b"--b\r\n", 400),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disp", 400),
        ("application/json", b"{}", 415),
        ("text/plain", b"_csrf=a", 415),
        ("", b"a=b", 415),
    ],
)
async def test_a_hostile_form_is_refused_in_words(
    browser: Browser, content_type: str, body: bytes, status: int
) -> None:
    headers = {"X-CSRF": await browser.csrf(), "Content-Type": content_type}

    answer = await browser.client.post(_FORM, content=body, headers=headers)

    assert answer.status_code == status
    assert "<h1>" in answer.text


async def test_five_thousand_emoji_are_a_text_like_any_other(browser: Browser) -> None:
    answer = await browser.submit(_FORM, {"text": "🔧" * 5000})

    assert len(answer.json()["fields"]["text"]) == 5000


async def test_a_form_that_says_it_is_a_gigabyte_is_refused_before_it_comes(
    browser: Browser,
) -> None:
    token, asked = await browser.csrf(), 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal asked
        asked += 1
        yield b"x"
        await asyncio.Event().wait()

    answer = await browser.client.post(
        _FORM,
        content=body(),
        headers={
            "X-CSRF": token,
            "Content-Type": "multipart/form-data; boundary=b",
            "Content-Length": str(1024**3),
        },
    )

    assert answer.status_code == 413
    assert asked == 0


async def test_a_script_is_told_the_same_as_json(browser: Browser) -> None:
    as_script = {"Accept": "application/json"}

    refused = await browser.submit("/probe/refused", headers=as_script)
    done = await browser.submit("/probe/done", {"next": "/r"}, headers=as_script)
    foreign = await browser.client.post(_FORM, data={"_csrf": "x"}, headers=as_script)

    assert refused.status_code == 409
    assert refused.json()["code"] == "probe_refused"
    assert refused.json()["until"] == "07:49"
    assert refused.json()["said"]
    assert (done.status_code, done.json()["location"]) == (200, "/r")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_form")


async def test_a_page_that_was_refused_is_shown_again_with_the_status_of_the_refusal(
    browser: Browser,
) -> None:
    answer = await browser.submit("/probe/refused")

    assert answer.status_code == 409
    assert "text/html" in answer.headers["content-type"]


async def test_no_form_leads_to_another_site(browser: Browser) -> None:
    for next in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = await browser.submit("/probe/done", {"next": next})
        assert answer.headers["location"] == "/"


async def test_what_was_done_is_said_once(browser: Browser) -> None:
    await browser.submit("/probe/done", {"next": "/probe/said"})

    first, second = await browser.get("/probe/said"), await browser.get("/probe/said")

    assert "已退出登录" in first.text
    assert "已退出登录" not in second.text


async def test_what_was_done_is_not_used_up_by_a_script_that_fetches_a_page(
    browser: Browser,
) -> None:
    await browser.submit("/probe/done", {"next": "/probe/said"})

    await browser.get("/probe/said", x_parts="1")

    assert "已退出登录" in (await browser.get("/probe/said")).text


async def test_one_visitor_sends_eight_large_forms_at_once_and_others_send_theirs(
    portal: PortalUnderTest, browser: Browser
) -> None:
    other, let_go = await portal.as_("dispatcher"), asyncio.Event()
    headers = {
        "X-CSRF": await browser.csrf(),
        "Content-Type": "application/x-www-form-urlencoded",
    }

    async def body() -> AsyncIterator[bytes]:
        yield b"a=b"
        await let_go.wait()

    async def send() -> int:
        return (await browser.client.post(_FORM, content=body(), headers=headers)).status_code

    async with asyncio.TaskGroup() as group:
        sent = [group.create_task(send()) for _ in range(8)]

        async def are_coming() -> bool:
            return portal.state.forms_under_way.coming.total() == 8

        await eventually(are_coming)
        assert await send() == 429
        assert (await other.submit(_FORM, {}, [("photo", ("a", b"x" * 70_000, ""))])).is_success
        let_go.set()

    assert {each.result() for each in sent} == {200}
    assert not portal.state.forms_under_way.coming


async def test_strangers_of_one_network_hold_no_more_than_one_full_report(
    portal: PortalUnderTest, browser: Browser
) -> None:
    one, neighbour = portal.stranger(), portal.stranger()
    elsewhere, let_go = stranger_at(portal, "203.0.113.9"), asyncio.Event()
    forms = portal.state.forms_under_way

    async def send(sender: Browser, megabytes: int, until: asyncio.Event | None = None) -> Any:
        async def body() -> AsyncIterator[bytes]:
            yield b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
            for _ in range(megabytes):
                yield b"x" * 1024 * 1024
            if until is not None:
                await until.wait()
            yield b"\r\n--b--\r\n"

        headers = {
            "X-CSRF": await sender.csrf(),
            "Content-Type": "multipart/form-data; boundary=b",
        }
        return await sender.client.post(_FORM, content=body(), headers=headers)

    first = asyncio.create_task(send(one, 90, let_go))

    async def is_held() -> bool:
        return forms.strangers_bytes > 89 * 1024 * 1024

    await eventually(is_held)
    too_much, alone = await send(neighbour, 10), await send(elsewhere, 10)
    small, known = await neighbour.submit(_FORM, {"text": "leak"}), await send(browser, 10)
    let_go.set()

    assert too_much.status_code == 429
    assert "同一网络里还有表单正在发送" in too_much.text
    assert [each.status_code for each in (alone, small, known)] == [200, 200, 200]
    assert (await first).status_code == 200
    assert not forms.held_bytes
    assert forms.strangers_bytes == 0
    assert (await send(neighbour, 10)).status_code == 200


async def test_a_strangers_form_that_is_larger_than_any_report_is_refused_before_it_comes(
    portal: PortalUnderTest, browser: Browser
) -> None:
    stranger = portal.stranger()
    for sender, status in ((stranger, 413), (browser, 400)):
        headers = {
            "X-CSRF": await sender.csrf(),
            "Content-Type": "multipart/form-data; boundary=b",
            "Content-Length": str(100 * 1024 * 1024),
        }
        answer = await sender.client.post(_FORM, content=b"--b", headers=headers)
        assert answer.status_code == status
