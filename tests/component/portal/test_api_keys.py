"""API keys of integrations: made once, exchanged for tokens that the services take, revoked."""

import base64
import re
from typing import Any

import httpx
import pytest

from tests.component.portal.signing_in import rows_of
from tests.support.asgi_transport import StreamingTransport
from tests.support.portal import PUBLIC_URL, Browser, PortalUnderTest, hidden_fields

_PATH = "/ops/people/integrations"


async def _make(browser: Browser, name: str = "Patrols", *sites: str) -> str:
    page = await browser.submit(_PATH, {"name": name, "sites": list(sites) or ["demo"]}, at=_PATH)
    assert page.status_code == 200, page.text
    (key,) = re.findall(r"fettle_[\w-]{66}", page.text)
    return str(key)


async def _exchange(portal: PortalUnderTest, **how: Any) -> httpx.Response:
    transport = StreamingTransport(portal.app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        return await client.post("/token", **how)


async def test_a_key_is_exchanged_for_a_token_that_the_services_take(
    portal: PortalUnderTest,
) -> None:
    await portal.make_site()
    key = await _make(await portal.as_person("boss", ("admin", "demo")))

    answer = await _exchange(portal, json={"api_key": key})

    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 600)
    tickets = await portal.service("tickets")
    async with tickets.http(role=None) as http:
        http.headers["Authorization"] = f"Bearer {said['access_token']}"
        assert (await http.get("/v1/sites/demo")).status_code == 200
        assert (await http.get("/v1/sites/elsewhere")).status_code == 404


@pytest.mark.parametrize("credentials", ["fettle:{}", ":{}", "{}:", "{}"])
async def test_a_key_is_taken_by_basic_authentication_too(
    portal: PortalUnderTest, credentials: str
) -> None:
    key = await _make(await portal.as_person("boss", ("admin", "demo")))
    basic = base64.b64encode(credentials.format(key).encode()).decode()

    answer = await _exchange(portal, headers={"Authorization": f"Basic {basic}"})

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({}, 401),
        ({"json": {"api_key": "fettle_nonsense"}}, 401),
        ({"json": {"api_key": f"fettle_{'A' * 22}_{'A' * 43}"}}, 401),
        ({"json": {"api_key": 7}}, 422),
        ({"json": {}}, 422),
        ({"json": []}, 422),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"\xff", "headers": {"content-type": "application/json"}}, 400),
        ({"data": {"api_key": "x"}}, 415),
        ({"json": {"api_key": "x" * 5000}}, 413),
        ({"headers": {"Authorization": "Basic x"}}, 401),
        ({"headers": {"Authorization": "Basic w6k="}}, 401),
        ({"headers": {"Authorization": "Bearer x"}}, 401),
    ],
)
async def test_what_is_no_key_gets_no_token(
    portal: PortalUnderTest, how: dict[str, Any], status: int
) -> None:
    answer = await _exchange(portal, **how)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_key_that_is_revoked_gets_no_more_tokens(portal: PortalUnderTest) -> None:
    boss = await portal.as_person("boss", ("admin", "demo"))
    key = await _make(boss)
    assert (await _exchange(portal, json={"api_key": key})).status_code == 200
    (revoke,) = re.findall(rf'action="({_PATH}/[\w-]+/revoke)"', (await boss.get(_PATH)).text)

    answer = await boss.submit(revoke, at=_PATH)

    assert answer.status_code == 303
    assert (await _exchange(portal, json={"api_key": key})).status_code == 401
    assert "已废除" in (await boss.get(_PATH)).text
    assert (await boss.submit(revoke)).status_code == 303


async def test_a_key_is_shown_once_also_to_who_presses_twice(portal: PortalUnderTest) -> None:
    boss = await portal.as_person("boss", ("admin", "demo"))
    page = await boss.get(_PATH)
    data = {**hidden_fields(page.text, _PATH), "name": "Patrols", "sites": "demo"}

    first = await boss.client.post(_PATH, data=data)
    second = await boss.client.post(_PATH, data=data)

    assert (first.status_code, second.status_code) == (200, 409)
    assert "fettle_" not in second.text
    assert "fettle_" not in (await boss.get(_PATH)).text
    assert len(await rows_of(portal, "select * from api_keys")) == 1


async def test_only_the_hash_of_a_key_is_stored_and_when_it_was_used(
    portal: PortalUnderTest,
) -> None:
    boss = await portal.as_person("boss", ("admin", "demo"))
    key = await _make(boss)
    assert "还没有用过" in (await boss.get(_PATH)).text

    await _exchange(portal, json={"api_key": key})

    (row,) = await rows_of(portal, "select * from api_keys")
    assert key[-40:] not in str(row)
    assert row["last_used_at"] == portal.clock.now()
    assert "还没有用过" not in (await boss.get(_PATH)).text


@pytest.mark.parametrize(
    ("role", "sites", "status"),
    [
        ("admin", ["elsewhere"], 403),
        ("admin", ["demo", "elsewhere"], 403),
        ("admin", ["*"], 403),
        ("admin", [], 422),
        ("manager", ["demo"], 403),
        ("dispatcher", ["demo"], 403),
    ],
)
async def test_keys_are_made_by_the_admins_of_all_their_sites(
    portal: PortalUnderTest, role: str, sites: list[str], status: int
) -> None:
    browser = await portal.as_person("boss", (role, "demo"))

    answer = await browser.submit(_PATH, {"name": "Patrols", "sites": sites})

    assert answer.status_code == status
    assert await rows_of(portal, "select * from api_keys") == []


async def test_a_key_of_other_sites_is_not_there(portal: PortalUnderTest) -> None:
    chief = await portal.as_person("chief", ("admin", "*"))
    await _make(chief, "Everything", "*")
    (row,) = await rows_of(portal, "select id from api_keys")
    boss = await portal.as_person("boss", ("admin", "demo"))

    assert "Everything" not in (await boss.get(_PATH)).text
    assert (await boss.submit(f"{_PATH}/{row['id']}/revoke")).status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 81, "a\nb", "👩" * 5000])
async def test_a_key_has_a_name(portal: PortalUnderTest, name: str) -> None:
    boss = await portal.as_person("boss", ("admin", "demo"))

    answer = await boss.submit(_PATH, {"name": name, "sites": "demo"})

    assert answer.status_code == 422


async def test_keys_cannot_be_tried_for_long(portal: PortalUnderTest) -> None:
    answers = [
        (await _exchange(portal, json={"api_key": "fettle_nonsense"})).status_code
        for _ in range(31)
    ]

    assert answers == [401] * 30 + [429]
