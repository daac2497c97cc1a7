"""Bodies read without mercy: what JSON libraries let through in silence is refused with its place."""

import asyncio
import json
import re
from typing import Any, NoReturn

from starlette.requests import Request

from shared.errors import Invalid
from shared.http.problems import BadRequest, TooLarge, TooSlow, UnsupportedMedia, pointer

_DEEPEST = 64
_WIDEST_INTEGER = 1 << 63
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_JSON = re.compile(r"^application/(?:[\w.+-]+\+)?json\s*(?:;\s*charset\s*=\s*\"?utf-8\"?\s*)?$", re.IGNORECASE)


class _Duplicate(ValueError):
    pass


async def read_body(request: Request, limit: int, *, within_s: float) -> bytes:
    """The whole body; raises TooLarge as soon as it is seen to be, chunked or not, and TooSlow."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(within_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    _too_large(limit)
                chunks.append(chunk)
    except TimeoutError as error:
        raise TooSlow(f"The body did not come within {within_s:g} s.") from error
    return b"".join(chunks)


def parse_json(body: bytes, content_type: str | None) -> Any:
    """The value. Raises UnsupportedMedia, BadRequest (not JSON at all) or Invalid (JSON that cannot be stored)."""
    if content_type is None or not _JSON.match(content_type):
        raise UnsupportedMedia("Send the body as application/json in UTF-8.", content_type=content_type)
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_no_duplicates, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8 (byte {error.start}).") from error
    except _Duplicate as error:
        raise BadRequest(str(error)) from error
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg} at character {error.pos}.") from error
    except RecursionError as error:
        raise BadRequest(f"The body is nested deeper than {_DEEPEST} levels.") from error
    _check(value)
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Duplicate(f"The body has the key {name[:50]!r} twice in one object.")
        found[name] = value
    return found


def _whole(digits: str) -> int:
    """Longer ones than any we can store are cut before they cost quadratic time; `_check` refuses them by value."""
    return int(digits[:25])


def _check(value: Any) -> None:
    stack: list[tuple[Any, tuple[object, ...]]] = [(value, ())]
    while stack:
        item, path = stack.pop()
        if len(path) > _DEEPEST:
            raise BadRequest(f"The body is nested deeper than {_DEEPEST} levels.")
        if isinstance(item, str):
            _check_text(item, path)
        elif isinstance(item, float) and not float("-inf") < item < float("inf"):
            _invalid(path, "has to be a finite number")
        elif isinstance(item, int) and not -_WIDEST_INTEGER <= item < _WIDEST_INTEGER:
            _invalid(path, "does not fit into 64 bits")
        elif isinstance(item, dict):
            for name, inner in item.items():
                _check_text(name, (*path, "?"))
                stack.append((inner, (*path, name)))
        elif isinstance(item, list):
            stack.extend((inner, (*path, index)) for index, inner in enumerate(item))


def _check_text(text: str, path: tuple[object, ...]) -> None:
    if (found := _UNSTORABLE.search(text)) is None:
        return
    if found[0] == "\x00":
        _invalid(path, "has a NUL character, which cannot be stored")
    _invalid(path, "has half of a surrogate pair, which is no character")


def _invalid(path: tuple[object, ...], said: str) -> NoReturn:
    where = pointer(path)
    raise Invalid(f"{where or 'The body'}: {said}.", errors=[{"pointer": where, "detail": said, "code": "unstorable"}])


def _too_large(limit: int) -> NoReturn:
    raise TooLarge(f"The body is larger than {limit} bytes.", limit=limit)
