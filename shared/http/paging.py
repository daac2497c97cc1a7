"""Lists in pages, with opaque cursors: `Link: <…>; rel="next"`.

Never offsets, so nothing is shown twice or skipped.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import TypeAdapter

from shared.http.declared import HeaderField, answers_with, refuses
from shared.http.fields import Identifier, Subject, Text
from shared.http.problems import BadRequest

T = TypeVar("T")
K = TypeVar("K")

_NOT_FILTERS = frozenset({"cursor", "limit"})
_HASH_BYTES = 8
_NUMBER_BYTES = 4
_MAX_CURSOR = 1500
"""Characters: more than the longest subject makes."""
_IDENTIFIER = TypeAdapter[str](Identifier)
_SUBJECT = TypeAdapter[str](Subject)


_NEXT = HeaderField(
    name="Link",
    description='`<…>; rel="next"`: the next page, where there is one.',
    schema={"type": "string"},
)


class BadCursor(BadRequest):
    code = "bad_cursor"


@dataclass(frozen=True)
class Keys(Generic[K]):
    """How the keys of a list's rows are written into cursors; `decode` raises ValueError, or
    OverflowError for what is beyond the key's type.
    """

    encode: Callable[[K], bytes]
    decode: Callable[[bytes], K]


def _number(raw: bytes) -> int:
    if len(raw) != _NUMBER_BYTES:
        raise ValueError("not a number")
    return int.from_bytes(raw, signed=True)


UUIDS = Keys[UUID](lambda id: id.bytes, lambda raw: UUID(bytes=raw))
NUMBERS = Keys[int](lambda number: number.to_bytes(_NUMBER_BYTES, signed=True), _number)
"""Within PostgreSQL's `integer`."""
IDENTIFIERS = Keys[str](str.encode, lambda raw: _IDENTIFIER.validate_python(raw.decode()))
SUBJECTS = Keys[str](str.encode, lambda raw: _SUBJECT.validate_python(raw.decode()))


class Page(Generic[K]):
    """What was asked for: rows beyond `last`, the key of the last row of the page before.

    Read up to `limit` rows, one more than the page shows, then `cut` them.
    """

    def __init__(self, request: Request, keys: Keys[K], size: int, last: K | None) -> None:
        self.last = last
        self.limit = size + 1
        self._size = size
        self._request = request
        self._keys = keys

    @property
    def before(self) -> K | None:
        """The same, for a list that begins with the greatest key."""
        return self.last

    def cut(self, found: Sequence[T], response: Response, key_of: Callable[[T], K]) -> list[T]:
        """Return the page's rows; sets `Link` when there are more."""
        rows = list(found[: self._size])
        if len(found) > self._size:
            self.goes_on(response, key_of(rows[-1]))
        return rows

    def goes_on(self, response: Response, last: K) -> None:
        """Set `Link` to the rows beyond that key: of a list that looks at so many rows, however few
        of them it shows.
        """
        cursor = _encode(self._keys.encode(last), _filters_hash(self._request))
        url = self._request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


def paged_by(keys: Keys[K], *, usual: int = 50, max_size: int = 200) -> Any:
    """Return the dependency that gives a Page of a list whose rows have such keys: `usual` rows
    where the caller does not say how many, and never more than `max_size`.
    """

    @refuses(BadCursor)
    @answers_with(_NEXT)
    async def page(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=max_size, description="How many at most.")] = usual,
        cursor: Annotated[
            Text | None, Query(description='From the `Link: rel="next"` of the page before.')
        ] = None,
    ) -> Page[K]:
        last = None if cursor is None else _decode(cursor, keys, _filters_hash(request))
        return Page(request, keys, limit, last)

    return Depends(page)


Paging = Annotated[Page[UUID], paged_by(UUIDS)]


def _filters_hash(request: Request) -> str:
    filters = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in _NOT_FILTERS
    )
    return hashlib.sha256(json.dumps([request.url.path, filters]).encode()).hexdigest()[
        : 2 * _HASH_BYTES
    ]


def _encode(key: bytes, filters: str) -> str:
    return base64.urlsafe_b64encode(key + bytes.fromhex(filters)).rstrip(b"=").decode()


def _decode(cursor: str, keys: Keys[K], filters: str) -> K:
    try:
        given = cursor[:_MAX_CURSOR]
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        key = keys.decode(raw[:-_HASH_BYTES])
    except (ValueError, OverflowError) as error:  # of base64 too
        raise BadCursor("This cursor was not given out here; begin without one.") from error
    if raw[-_HASH_BYTES:].hex() != filters:
        raise BadCursor("This cursor belongs to another list or other filters; begin without one.")
    return key
