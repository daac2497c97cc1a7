"""Lists, newest first, with opaque cursors: `Link: <…>; rel="next"`.

Never offsets, so nothing is shown twice or skipped.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from shared.http.fields import Text
from shared.http.problems import BadRequest

T = TypeVar("T")

_NOT_FILTERS = frozenset({"cursor", "limit"})


class BadCursor(BadRequest):
    code = "bad_cursor"


class Page:
    """What was asked for: `limit` rows with an id below `before`.

    Read `most` rows, then `cut` them.
    """

    def __init__(self, request: Request, limit: int, before: UUID | None) -> None:
        self.limit = limit
        self.before = before
        self.most = limit + 1
        self._request = request

    def cut(self, found: Sequence[T], response: Response, id_of: Callable[[T], UUID]) -> list[T]:
        """The page's rows; sets `Link` when there are more."""
        rows = list(found[: self.limit])
        if len(found) > self.limit:
            cursor = _encode(id_of(rows[-1]), _filters_hash(self._request))
            url = self._request.url.include_query_params(cursor=cursor)
            response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return rows


async def _page(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    cursor: Annotated[
        Text | None, Query(description='From the `Link: rel="next"` of the page before.')
    ] = None,
) -> Page:
    return Page(request, limit, None if cursor is None else _decode(cursor, _filters_hash(request)))


Paging = Annotated[Page, Depends(_page)]


def _filters_hash(request: Request) -> str:
    filters = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in _NOT_FILTERS
    )
    return hashlib.sha256(json.dumps([request.url.path, filters]).encode()).hexdigest()[:16]


def _encode(last: UUID, filters: str) -> str:
    return base64.urlsafe_b64encode(last.bytes + bytes.fromhex(filters)).rstrip(b"=").decode()


def _decode(cursor: str, filters: str) -> UUID:
    try:
        raw = base64.b64decode(
            cursor[:100] + "=" * (-len(cursor[:100]) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError) as error:
        raise BadCursor("This cursor was not given out here; begin without one.") from error
    if len(raw) != 24:
        raise BadCursor("This cursor was not given out here; begin without one.")
    if raw[16:].hex() != filters:
        raise BadCursor("This cursor belongs to another list or other filters; begin without one.")
    return UUID(bytes=raw[:16])
