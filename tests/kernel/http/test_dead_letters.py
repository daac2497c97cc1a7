"""What nobody could handle, through the API: looked at, retried after the repair, dropped."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text

from tests.kernel.http.toy_app import ToyApp
from tests.kernel.toy import a_ticket
from tests.support.component import as_stored, received
from tests.support.issuer import token

_REPAIR = text(
    "update dead_letters set body = convert_to(replace(convert_from(body, 'UTF8'), 'poison', "
    "'mended'), 'UTF8')"
)
CREATED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def admin(toy: ToyApp) -> httpx.AsyncClient:
    return toy.http(token("ada", [("admin", "*")]))


async def test_what_is_a_dead_letter_can_be_listed_shown_retried_and_dropped(
    toy: ToyApp, admin: httpx.AsyncClient
) -> None:
    consumer = toy.service.consumers["toy-tickets"]
    poison, bad = (
        received(a_ticket(title="poison")),
        as_stored(seq=1, type="tickets.ticket.opened.v1", headers={}, body=b"\xff{"),
    )
    await consumer.apply([poison, bad], created=CREATED)

    listed = (await admin.get("/v1/dead-letters")).json()["items"]
    shown = [(await admin.get(f"/v1/dead-letters/{item['id']}")).json() for item in listed]
    retried = [await admin.post(f"/v1/dead-letters/{item['id']}/retry") for item in listed]
    dropped = [await admin.delete(f"/v1/dead-letters/{item['id']}") for item in listed]
    gone = [await admin.post(f"/v1/dead-letters/{item['id']}/retry") for item in listed]

    assert [item["reason"].split(":")[0] for item in listed] == ["Malformed", "ValueError"]
    assert [item["code"] for item in (*listed, *shown)] == ["malformed", "failed"] * 2
    assert "in count" in shown[1]["stack"]
    assert [answer.status_code for answer in retried] == [409, 409]
    assert retried[1].json()["code"] == "retry_failed"
    assert retried[1].json()["reason"] == "failed_again"
    assert "cannot be handled" in retried[1].json()["detail"]
    assert [answer.status_code for answer in dropped] == [204, 204]
    assert [answer.status_code for answer in gone] == [404, 404]


async def test_what_was_repaired_is_handled_by_a_retry(
    toy: ToyApp, admin: httpx.AsyncClient
) -> None:
    consumer = toy.service.consumers["toy-tickets"]
    fact = received(a_ticket(title="poison"))
    await consumer.apply([fact], created=CREATED)
    async with toy.service.database.transaction() as tx:
        await tx.execute(_REPAIR)
    [dead_letter] = (await admin.get("/v1/dead-letters")).json()["items"]

    answer = await admin.post(f"/v1/dead-letters/{dead_letter['id']}/retry")

    assert answer.status_code == 204
    assert (await admin.get("/v1/dead-letters")).json()["items"] == []
    assert await toy.count("counted") == 1


async def test_only_an_admin_of_every_site_sees_dead_letters(toy: ToyApp) -> None:
    assert (
        await toy.http(token("ada", [("admin", "demo")])).get("/v1/dead-letters")
    ).status_code == 403
    assert (await toy.http().get("/v1/dead-letters")).status_code == 403
    assert (await toy.http("").get("/v1/dead-letters")).status_code == 401
