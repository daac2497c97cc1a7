"""A token that is narrowed to one ticket (`only: ticket:ID`)."""

import pytest

from tests.component.tickets.arranging import Tickets


async def test_what_the_token_is_for_is_there_and_nothing_else(tickets: Tickets) -> None:
    this, other = await tickets.open(), await tickets.open(title="another")
    url, another = f"/v1/tickets/{this['id']}", f"/v1/tickets/{other['id']}"

    async with tickets.component.http(only=f"ticket:{this['id']}") as client:
        seen = [
            await client.get(url),
            await client.get(f"{url}/timeline"),
            await client.post(f"{url}/comments", json={"text": "please"}),
        ]
        hidden = [
            await client.get(another),
            await client.get(f"{another}/timeline"),
            await client.post(f"{another}/comments", json={"text": "please"}),
            await client.get("/v1/tickets"),
            await client.get("/v1/sites/demo"),
            await client.post("/v1/tickets", json={"site_id": "demo", "category": "plumbing"}),
        ]

    assert [each.status_code for each in seen] == [200, 200, 201], seen[-1].text
    assert [each.status_code for each in hidden] == [404] * 6


async def test_a_body_does_not_name_another_ticket(tickets: Tickets) -> None:
    this, other = await tickets.open(), await tickets.open(title="another")
    body = {"duplicate_of": other["id"]}

    async with tickets.component.http(role="dispatcher", only=f"ticket:{this['id']}") as client:
        merged = await client.post(f"/v1/tickets/{this['id']}/merge", json=body)

    assert (merged.status_code, merged.json()["field"]) == (422, "/duplicate_of")


@pytest.mark.parametrize("only", ["ticket:", "ticket:7", "site:demo", "", 7, ["ticket"], False])
async def test_a_token_that_is_narrowed_to_what_is_not_understood_is_no_token(
    tickets: Tickets, only: object
) -> None:
    async with tickets.component.http(only=only) as client:
        answer = await client.get("/v1/tickets")

    assert answer.status_code == 401
