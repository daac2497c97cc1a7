"""Exports: tables that are sent as they are read, page by page.

Each page is a look of its own, by the id behind which it begins: no transaction and no snapshot
lasts longer than a page, and no more than a page is held in memory, however slow the caller reads.
"""

import asyncio
import contextlib
import weakref
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.auth.caller import Caller
from shared.backoff import Backoff
from shared.db.failures import first_line, is_transient
from shared.db.transaction import Kind, Transaction
from shared.errors import NotFound, TooMany
from shared.http.declared import refuses
from shared.http.fields import Identifier, MomentBound
from shared.http.head import is_head
from shared.http.requests import identity_of, is_still_good
from shared.http.state import AppState, state_of
from shared.sheets.writing import Format, Part, Selection, Writing
from shared.telemetry import get_logger

log = get_logger(__name__)

R = TypeVar("R")
K = TypeVar("K")

MAX_EXPORTS = 2
"""Exports that one caller may have under way on one instance."""
_TRIES = 6
"""How often a page is tried while the database does not answer: some ten seconds."""
_MIN_PAUSE_S, _MAX_PAUSE_S = 0.2, 4.0


class TooManyExports(TooMany):
    code = "too_many_exports"


class ExportStream(Response):
    """What a route answers with that is described by `exporting`; its type is said there."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an export is asked for."""

    format: Format
    site: str | None
    since: datetime | None
    until: datetime | None

    def of(self, sites: Collection[str] | None) -> Selection:
        """Return what is wanted of the sites whose staff the caller is (None: of all). Raises
        NotFound where they ask for another.
        """
        if self.site is not None:
            if sites is not None and self.site not in sites:
                raise NotFound("There is no such site.")
            sites = frozenset({self.site})
        return Selection(sites=sites, since=self.since, until=self.until)


@refuses(TooManyExports)
async def _wanted(
    format: Annotated[
        Format, Query(description="`csv`: UTF-8 with a mark; `jsonl`: an object on each line.")
    ] = Format.CSV,
    site: Annotated[
        Identifier | None, Query(description="One site; left out, all whose staff you are.")
    ] = None,
    from_: Annotated[MomentBound | None, Query(alias="from")] = None,
    to: Annotated[MomentBound | None, Query(description="That moment itself left out.")] = None,
) -> Wanted:
    return Wanted(format=format, site=site, since=from_, until=to)


ExportWanted = Annotated[Wanted, Depends(_wanted)]


def exporting(row: type[Any]) -> dict[str, Any]:
    """Return what a route that answers with `export` says of itself: `@router.get(path,
    **exporting(TicketLine))`.
    """
    columns = ", ".join(f"`{each.name}`" for each in fields(row))
    said = {
        Format.CSV: "A line with the names of the columns, then one for each row. Before a text "
        "that begins as a formula does (`=`, `+`, `-`, `@`) stands `'`.",
        Format.JSONL: "An object for each row, whose members are the columns.",
    }
    content = {
        format.media_type.partition(";")[0]: {"schema": {"type": "string", "description": text}}
        for format, text in said.items()
    }
    return {
        "response_class": ExportStream,
        "responses": {200: {"description": f"The columns are {columns}.", "content": content}},
    }


Read = Callable[[Transaction, K | None], Awaitable[Part[R, K]]]
"""Returns the rows behind a key, the first ones if there is none."""


async def export(
    request: Request,
    tx: Transaction,
    read: Read[K, R],
    *,
    wanted: Wanted,
    row: type[R],
    name: str,
    by: Caller,
) -> Response:
    """Return an answer that sends all that `read` finds, as a file called after `name` and the day.

    The first page is read in the request's transaction and authorises the export: what it raises is
    the answer. An export that cannot go on, because the database is gone for long or the caller's
    token has ended, breaks off its connection: it never ends as if it were whole.

    Raises TooManyExports.
    """
    writing = Writing(wanted.format, row)
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{tx.now:%Y-%m-%d}.{wanted.format}"',
        "X-Accel-Buffering": "no",
    }
    if is_head(request.scope):
        await read(tx, None)
        return Response(headers=headers, media_type=wanted.format.media_type)
    with contextlib.ExitStack() as held:
        held.enter_context(_slot(state_of(request, AppState).exports, by))
        first = await read(tx, None)
        pages = _Pages(request, read, writing, name, by)
        return _ExportResponse(pages, first, held.pop_all(), headers)


@contextlib.contextmanager
def _slot(exports: Counter[str], by: Caller) -> Iterator[None]:
    """Count one more export of the caller. Raises TooManyExports."""
    if exports[by.id] >= MAX_EXPORTS:
        raise TooManyExports(
            f"You have {MAX_EXPORTS} exports under way here; wait until one has ended.",
            limit=MAX_EXPORTS,
        )
    exports[by.id] += 1
    try:
        yield
    finally:
        exports[by.id] -= 1
        if not exports[by.id]:
            del exports[by.id]


class _Pages(Generic[K, R]):
    """The pages of one export, one after the other."""

    def __init__(
        self, request: Request, read: Read[K, R], writing: Writing[R], name: str, by: Caller
    ) -> None:
        self._request, self._read, self._writing = request, read, writing
        self._name, self._by = name, by
        self.is_whole = False
        self.media_type = writing.format.media_type

    async def chunks(self, first: Part[R, K]) -> AsyncGenerator[bytes, None]:
        """Yield the lines of each page; `is_whole` says afterwards whether the last one came."""
        if begun := self._writing.begin():
            yield begun
        part: Part[R, K] | None = first
        while part is not None:
            last, rows = part.last, part.rows
            part = None  # while its lines are sent, nothing else is held of it
            if rows:
                lines, rows = self._writing.lines(rows), ()
                yield lines
            if last is None:
                self.is_whole = True
                return
            part = await self._next(last)

    async def _next(self, last: K) -> Part[R, K] | None:
        """Return the page behind that key; None where the export cannot go on."""
        if not is_still_good(self._request) or await self._who_asks() != self._by:
            log.warning("export_broken_off", export=self._name, reason="the token has ended")
            return None
        pauses = Backoff(_MIN_PAUSE_S, _MAX_PAUSE_S)
        for left in reversed(range(_TRIES)):
            try:
                database = state_of(self._request, AppState).database
                async with database.transaction(kind=Kind.READING) as tx:
                    return await self._read(tx, last)
            except Exception as error:
                if not is_transient(error):
                    raise
                if not left:
                    log.warning("export_broken_off", export=self._name, reason=first_line(error))
                    return None
            await asyncio.sleep(pauses.next_s())
        return None

    async def _who_asks(self) -> Any:
        """Return who the request's token proves, and what is left of its claims now."""
        identity = identity_of(self._request)
        if not isinstance(identity, Caller):
            return identity
        return await state_of(self._request, AppState).belongings.bound(identity)


class _ExportResponse(StreamingResponse):
    """Holds the caller's place for as long as it is sent."""

    def __init__(
        self,
        pages: _Pages[K, R],
        first: Part[R, K],
        held: contextlib.ExitStack,
        headers: dict[str, str],
    ) -> None:
        self._chunks = pages.chunks(first)
        super().__init__(self._chunks, headers=headers, media_type=pages.media_type)
        self._pages: _Pages[Any, Any] = pages
        # also for an answer that is never sent, because its request fails after all
        self._leave = weakref.finalize(self, held.close)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._chunks.aclose()
            self._leave()

    async def stream_response(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        async for chunk in self._chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if self._pages.is_whole:  # else the server breaks the connection off
            await send({"type": "http.response.body", "body": b"", "more_body": False})
