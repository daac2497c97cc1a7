"""Files put on tickets, as the tests send them."""

from collections.abc import Mapping
from typing import Any

import httpx

from tests.component.tickets.arranging import Tickets


async def send(
    tickets: Tickets,
    ticket_id: str,
    data: bytes,
    *,
    as_: str = "resident",
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    name: str = "photo.jpg",
    query: str = "",
    raw: bool = False,
    **who: Any,
) -> httpx.Response:
    """Send the file, in a form or as the body itself; `token` is a job's."""
    given = {**(headers or {}), **({"Authorization": f"Job {token}"} if token else {})}
    url = f"/v1/tickets/{ticket_id}/attachments{query}"
    async with tickets.component.http(role=as_, **{"id": f"{as_}-1", **who}) as client:
        if raw:
            return await client.post(url, content=data, headers=given)
        return await client.post(url, files={"file": (name, data)}, headers=given)


async def attach(tickets: Tickets, ticket_id: str, data: bytes, **how: Any) -> Any:
    """The attachment as it was answered."""
    answer = await send(tickets, ticket_id, data, **how)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def refused(tickets: Tickets, ticket_id: str, data: bytes, **how: Any) -> tuple[int, str]:
    """Status and code of a file that is not taken."""
    answer = await send(tickets, ticket_id, data, **how)
    return answer.status_code, answer.json()["code"]


async def fetch(
    tickets: Tickets,
    url: str,
    *,
    as_: str = "resident",
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    **who: Any,
) -> httpx.Response:
    given = {**(headers or {}), **({"Authorization": f"Job {token}"} if token else {})}
    async with tickets.component.http(role=as_, **{"id": f"{as_}-1", **who}) as client:
        return await client.request(method, url, headers=given)
