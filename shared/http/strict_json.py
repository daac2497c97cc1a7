"""Strict JSON bodies, read in one pass: not UTF-8, not JSON, a key twice or too deep is refused
here.

What a value may be (no NUL, no half of a surrogate pair, finite, within 64 bits) is for the types
in `shared.http.fields` to say.
"""

import asyncio
import json
import re
from typing import Any, NoReturn

from starlette.requests import Request

from shared.errors import Invalid
from shared.http.problems import BadRequest, TooLarge, TooSlow, UnsupportedMedia

_MAX_LEVELS = 64
_MAX_KEYS = 1000
"""Keys of one object: several times as many as any has, few enough to name as unknown fields."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACES_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")
_TOO_DEEP = b"[" * (_MAX_LEVELS + 1)
_NO_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_JSON = re.compile(
    r"^application/(?:[\w.+-]+\+)?json\s*(?:;\s*charset\s*=\s*\"?utf-8\"?\s*)?$", re.IGNORECASE
)


async def read_body(request: Request, limit: int, *, timeout_s: float) -> bytes:
    """Return the whole body; raises TooLarge as soon as it is seen to be, chunked or not, and
    TooSlow.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    _too_large(limit)
                chunks.append(chunk)
    except TimeoutError as error:
        raise TooSlow(f"The body did not come within {timeout_s:g} s.") from error
    return b"".join(chunks)


def parse_json(body: bytes, content_type: str | None) -> Any:
    """Return the value. Raises UnsupportedMedia, BadRequest (not JSON at all) or Invalid (more keys
    than can be looked at).
    """
    if content_type is None or not _JSON.match(content_type):
        raise UnsupportedMedia(
            "Send the body as application/json in UTF-8.", content_type=content_type
        )
    body = body.removeprefix(_BYTE_ORDER_MARK)
    if not _is_flat_enough(body):
        raise BadRequest(f"The body is nested deeper than {_MAX_LEVELS} levels.")
    try:
        text = body.decode("utf-8")
        try:
            return _DECODER.decode(text)
        except json.JSONDecodeError:
            raise
        except ValueError:  # an integer longer than Python converts in reasonable time
            return _CUTTING_DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8 (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at character {error.pos}.") from error


def _is_flat_enough(body: bytes) -> bool:
    """Return whether the body nests no deeper than `_MAX_LEVELS`. Each pass takes away what is
    innermost. (Python's own limit differs between its versions, and with the depth of the caller.)
    """
    if body.count(b"[") + body.count(b"{") <= _MAX_LEVELS:
        return True
    brackets = _STRING.sub(b"", body).translate(_BRACES_TO_BRACKETS, _NO_BRACKETS)
    for _ in range(_MAX_LEVELS):
        if _TOO_DEEP in brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return not brackets


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRequest(
            f"The body has the key {_first_repeated(pairs)[:50]!r} twice in one object."
        )
    if len(found) > _MAX_KEYS:
        raise Invalid(
            f"The body has an object with {len(found)} keys; {_MAX_KEYS} are the most that are "
            "looked at."
        )
    return found


def _first_repeated(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    # adds, and goes on
    return next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]


def _cut(digits: str) -> int:
    """Return the integer cut short: one so long is refused by the type of its field, by value; it
    need not be the same one for that.
    """
    return int(digits[:25])


_DECODER = json.JSONDecoder(object_pairs_hook=_object)
_CUTTING_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_cut)


def _too_large(limit: int) -> NoReturn:
    raise TooLarge(f"The body is larger than {limit} bytes.", limit=limit)
