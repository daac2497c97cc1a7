"""Exports: read page by page, as slowly as the caller reads, and never half without saying so."""

import asyncio
import csv
import json
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import httpx
import pytest
import structlog
from joserfc.jwk import OKPKey
from sqlalchemy import AsyncAdaptedQueuePool

from shared.db.transaction import Transaction
from shared.http.export import MAX_EXPORTS
from shared.sheets.writing import Part
from tests.kernel.http.toy_app import NoteLine, ToyApp
from tests.support.eventually import eventually
from tests.support.issuer import token

_TABLE = "/v1/notes/table"


class _Download:
    """A client that takes a chunk only when it is told to."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.is_whole = False
        self._taken = asyncio.Semaphore(0)
        self.offered = 0

    def takes(self, chunks: int) -> None:
        for _ in range(chunks):
            self._taken.release()

    async def sent(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        self.offered += 1
        await self._taken.acquire()
        self.body += message.get("body", b"")
        self.is_whole = not message.get("more_body", False)

    async def is_offered(self, chunks: int) -> None:
        async def look() -> bool:
            return self.offered >= chunks

        await eventually(look)


@asynccontextmanager
async def _downloading(
    toy: ToyApp, url: str = _TABLE, *, id: str = "dora"
) -> AsyncIterator[tuple[_Download, asyncio.Task[None]]]:
    """The client inside the block, which goes away with it, and what serves it."""
    download, leaves, asked = _Download(), asyncio.Event(), False
    headers = {"host": "here", "authorization": f"Bearer {token(id, [('dispatcher', 'demo')])}"}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": urlsplit(url).path,
        "raw_path": urlsplit(url).path.encode(),
        "query_string": urlsplit(url).query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def receive() -> MutableMapping[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await leaves.wait()
        return {"type": "http.disconnect"}

    connection = asyncio.create_task(toy.app(scope, receive, download.sent))
    try:
        yield download, connection
    finally:
        leaves.set()
        await asyncio.gather(connection, return_exceptions=True)


async def _write(toy: ToyApp, count: int) -> list[str]:
    client = toy.http()
    return [
        (await client.post("/v1/notes", json={"words": f"note {n}"})).json()["id"]
        for n in range(count)
    ]


def _rows(answer: httpx.Response | _Download) -> list[dict[str, str]]:
    body = answer.content if isinstance(answer, httpx.Response) else answer.body
    return list(csv.DictReader(body.decode("utf-8-sig").splitlines()))


@pytest.mark.parametrize("count", [0, 4, 5, 12])
async def test_every_row_is_sent_once_in_either_format(toy: ToyApp, count: int) -> None:
    ids = await _write(toy, count)

    table = await toy.http().get(_TABLE)
    lines = await toy.http().get(f"{_TABLE}?format=jsonl")

    assert [row["id"] for row in _rows(table)] == ids
    assert [json.loads(line)["id"] for line in lines.text.splitlines()] == ids
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert lines.headers["content-type"] == "application/jsonl"
    assert table.headers["content-disposition"].startswith('attachment; filename="notes-20')
    assert table.headers["content-disposition"].endswith('.csv"')
    assert lines.headers["content-disposition"].endswith('.jsonl"')


async def test_a_slow_caller_holds_no_session_and_no_more_than_a_page(toy: ToyApp) -> None:
    ids = await _write(toy, 23)

    async with _downloading(toy) as (download, _):
        await download.is_offered(1)
        for taken in range(1, 5):
            download.takes(1)
            await download.is_offered(taken + 1)
            await eventually(_nothing_checked_out(toy))
        meanwhile = await _write(toy, 1)
        download.takes(99)
        await eventually(_whole(download))

    assert [row["id"] for row in _rows(download)] == [*ids, *meanwhile]


async def test_of_a_hundred_thousand_rows_two_pages_are_held_at_most(toy: ToyApp) -> None:
    pages, size = 200, 500
    alive, most = 0, 0

    def let_go() -> None:
        nonlocal alive
        alive -= 1

    async def read(_: Transaction, after: UUID | None) -> Part[NoteLine, UUID]:
        nonlocal alive, most
        page = 0 if after is None else after.int
        rows = [NoteLine(id=UUID(int=page), words="水" * 40, version=n) for n in range(size)]
        for row in rows:
            weakref.finalize(row, let_go)
        alive += size
        most = max(most, alive)
        return Part(rows=rows, last=UUID(int=page + 1) if page + 1 < pages else None)

    toy.app.state.read_page = read

    async with _downloading(toy) as (download, _):
        download.takes(pages + 10)
        await eventually(_whole(download))

    assert len(_rows(download)) == pages * size
    assert size <= most <= 2 * size
    assert alive <= 2 * size


async def test_a_caller_has_so_many_exports_at_once_and_again_when_one_has_ended(
    toy: ToyApp,
) -> None:
    async with _downloading(toy) as (first, _), _downloading(toy) as (second, _):
        for download in (first, second):
            await download.is_offered(1)

        refused = await toy.http().get(_TABLE)
        async with _downloading(toy, id="emma") as (another, _):
            another.takes(9)
            await eventually(_whole(another))
        first.takes(9)
        await eventually(_whole(first))
        await eventually(_under_way(toy, 1))
        again = await toy.http().get(_TABLE)

    assert MAX_EXPORTS == 2
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")
    assert "retry-after" in refused.headers
    assert again.status_code == 200
    assert not toy.app.state.exports


async def test_a_client_that_leaves_ends_its_export_and_leaves_no_error_behind(
    toy: ToyApp, caplog: pytest.LogCaptureFixture
) -> None:
    await _write(toy, 23)

    with structlog.testing.capture_logs() as logs:
        async with _downloading(toy) as (download, _):
            download.takes(2)
            await download.is_offered(3)
            under_way = dict(toy.app.state.exports)

    assert (under_way, dict(toy.app.state.exports)) == ({"dora": 1}, {})
    assert not download.is_whole
    assert [each for each in logs if each["log_level"] in ("warning", "error")] == []
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []
    await eventually(_nothing_checked_out(toy))


async def test_a_page_is_tried_again_while_the_database_does_not_answer(toy: ToyApp) -> None:
    ids = await _write(toy, 12)
    plain, failures = await toy.http().get(_TABLE), 0

    async def read(tx: Transaction, after: UUID | None) -> Part[NoteLine, UUID]:
        nonlocal failures
        if after is not None and failures < 2:
            failures += 1
            raise asyncpg.ConnectionDoesNotExistError("the database restarts")
        place = 0 if after is None else after.int
        rows = [NoteLine(id=UUID(id), words="", version=1) for id in ids[place : place + 5]]
        return Part(rows=rows, last=UUID(int=place + 5) if place + 5 < len(ids) else None)

    toy.app.state.read_page = read
    table = await toy.http().get(_TABLE)

    assert failures == 2
    assert [row["id"] for row in _rows(table)] == [row["id"] for row in _rows(plain)]


async def test_an_export_ends_with_its_token_and_never_seems_whole(toy: ToyApp) -> None:
    await _write(toy, 12)

    with structlog.testing.capture_logs() as logs:
        async with _downloading(toy) as (download, connection):
            download.takes(1)
            await download.is_offered(2)
            await _distrust(toy)
            download.takes(9)
            await connection

    assert (len(_rows(download)), download.is_whole) == (5, False)
    assert [each["event"] for each in logs if each["log_level"] == "warning"] == [
        "export_broken_off"
    ]
    assert dict(toy.app.state.exports) == {}


async def test_a_fault_breaks_an_export_off_and_is_logged(toy: ToyApp) -> None:
    async def read(tx: Transaction, after: UUID | None) -> Part[NoteLine, UUID]:
        if after is not None:
            raise ValueError("a row that cannot be read")
        return Part(rows=[NoteLine(id=UUID(int=1), words="", version=1)], last=UUID(int=1))

    toy.app.state.read_page = read
    with structlog.testing.capture_logs() as logs:
        async with _downloading(toy) as (download, connection):
            download.takes(9)
            with pytest.raises(ValueError, match="a row that cannot be read"):
                await connection

    assert (len(_rows(download)), download.is_whole) == (1, False)
    assert "error" in {each["log_level"] for each in logs}
    assert dict(toy.app.state.exports) == {}


async def _distrust(toy: ToyApp) -> None:
    """Have the issuer's keys changed."""
    stranger = OKPKey.generate_key(
        "Ed25519", parameters={"kid": "another", "alg": "Ed25519", "use": "sig"}
    )
    toy.jwks.write_text(json.dumps({"keys": [stranger.as_dict(private=False)]}))
    await toy.service.bearer_tokens.refresh()


async def test_what_the_first_page_refuses_is_the_answer_and_takes_no_place(toy: ToyApp) -> None:
    foreign = await toy.http().get(f"{_TABLE}?site=elsewhere")
    wrong = [
        await toy.http().get(f"{_TABLE}?{query}")
        for query in ("format=xml", "from=yesterday", "to=7", "site=a b", "limit=3")
    ]

    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert {answer.status_code for answer in wrong} == {422}
    assert dict(toy.app.state.exports) == {}


async def test_the_head_of_an_export_is_answered_without_one(toy: ToyApp) -> None:
    await _write(toy, 2)
    async with _downloading(toy) as (first, _), _downloading(toy) as (second, _):
        for download in (first, second):
            await download.is_offered(1)

        head = await toy.http().head(_TABLE)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "text/csv; charset=utf-8"


async def test_an_export_is_for_those_who_may_alone(toy: ToyApp) -> None:
    stranger = await toy.http("").get(_TABLE)
    resident = await toy.http(token("rosa", [("resident", "demo")])).get(_TABLE)

    assert (stranger.status_code, resident.status_code) == (401, 403)


def _whole(download: _Download) -> Callable[[], Awaitable[bool]]:
    async def whole() -> bool:
        return download.is_whole

    return whole


def _under_way(toy: ToyApp, count: int) -> Callable[[], Awaitable[bool]]:
    async def under_way() -> bool:
        return sum(dict(toy.app.state.exports).values()) == count

    return under_way


def _nothing_checked_out(toy: ToyApp) -> Callable[[], Awaitable[bool]]:
    async def nothing() -> bool:
        pool = toy.service.database.engine.pool
        return isinstance(pool, AsyncAdaptedQueuePool) and pool.checkedout() == 0

    return nothing
