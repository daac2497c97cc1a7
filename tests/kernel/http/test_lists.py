"""Lists go on where they stopped: no row twice, none skipped, whatever is written meanwhile."""

import re

import httpx

from tests.kernel.http.toy_app import ToyApp


async def test_every_row_is_shown_once_while_others_are_inserted(toy: ToyApp) -> None:
    client = toy.http()
    there = [
        (await client.post("/v1/notes", json={"words": str(n)})).json()["id"] for n in range(23)
    ]
    seen: list[str] = []
    url: str | None = "/v1/notes?limit=5"

    while url is not None:
        answer = await client.get(url)
        seen += [item["id"] for item in answer.json()["items"]]
        await client.post("/v1/notes", json={"words": "newer"})
        url = _next(answer)

    assert seen == sorted(there, reverse=True)


async def test_a_cursor_under_another_filter_is_400(toy: ToyApp) -> None:
    for n in range(3):
        await toy.http().post("/v1/notes", json={"words": str(n), "kind": "urgent"})
    url = _next(await toy.http().get("/v1/notes?limit=1&kind=urgent"))
    assert url is not None

    answer = await toy.http().get(url.replace("kind=urgent", "kind=plain"))

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")
    assert (await toy.http().get(url.replace("limit=1", "limit=2"))).status_code == 200


async def test_the_last_page_has_no_next(toy: ToyApp) -> None:
    for n in range(4):
        await toy.http().post("/v1/notes", json={"words": str(n)})

    answer = await toy.http().get("/v1/notes?limit=4")

    assert len(answer.json()["items"]) == 4
    assert _next(answer) is None


def _next(answer: httpx.Response) -> str | None:
    found = re.fullmatch('<(.*)>; rel="next"', answer.headers.get("link", ""))
    return found and found[1]
