"""Which part of a file a request asks for, and whether it has it already (RFC 9110, 13 and 14)."""

import re
from collections.abc import Mapping

from shared.errors import NoSuchRange

_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)
"""Of several ranges the whole file is the answer, as it is of what cannot be read: RFC 9110, 14.2
leaves that to the server, and parts upon parts of one file are an old way to wear one out.
"""
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def range_of(headers: Mapping[str, str], *, size_bytes: int, etag: str) -> tuple[int, int] | None:
    """Return the first and the last byte that are asked for; None for the whole file.

    Raises NoSuchRange where there is no byte of that range.
    """
    asked = _ONE_RANGE.fullmatch(headers.get("range", ""))
    if asked is None or headers.get("if-range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    if not first:
        from_end = int(last)
        if not from_end or not size_bytes:
            raise NoSuchRange(size_bytes=size_bytes)
        return max(size_bytes - from_end, 0), size_bytes - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size_bytes:
        raise NoSuchRange(size_bytes=size_bytes)
    return int(first), min(int(last) if last else size_bytes, size_bytes - 1)


def has_it(headers: Mapping[str, str], *, etag: str) -> bool:
    """Return whether `If-None-Match` names the file's ETag (RFC 9110, 13.1.2)."""
    given = headers.get("if-none-match", "").strip()
    return given == "*" or etag in _TAG.findall(given)
