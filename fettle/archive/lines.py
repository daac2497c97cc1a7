"""A line of an archive: one ticket with all that was said and done about it, and a hash that tells
whether the line is whole.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_HEAD = re.compile(
    rb'\{"reference":"([^"\\]{1,60})","id":"([0-9a-f-]{36})","version":(\d{1,18}),"entries":(\d{1,18}),"settled":(true|false),'
    rb'"archived_at":"([^"\\]{1,40})"(?:,"erased_at":"([^"\\]{1,40})")?'
)
_SEAL = b',"sha256":"%s"}\n'
_SEAL_BYTES = len(_SEAL % (b"0" * 64))


class BadLine(Exception):
    """What is wrong with a line: torn, changed by hand, or not an archive's at all."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a line is about, for the index.

    `entries`: the number of its timeline's last line; `settled`: nothing of it was still under way;
    `erased_at`: when its content was erased, else None. Times are RFC 3339.
    """

    reference: str
    id: str
    version: int
    entries: int
    settled: bool
    archived_at: str
    erased_at: str | None = None


def write_line(head: Head, content: Mapping[str, Any]) -> bytes:
    """Return the line with its newline: the head's members, the content's, and last `sha256`, of
    the line without that member.
    """
    first: dict[str, Any] = {
        "reference": head.reference,
        "id": head.id,
        "version": head.version,
        "entries": head.entries,
        "settled": head.settled,
        "archived_at": head.archived_at,
    }
    if head.erased_at is not None:
        first["erased_at"] = head.erased_at
    body = json.dumps({**first, **content}, ensure_ascii=False, separators=(",", ":")).encode()
    return body[:-1] + _SEAL % hashlib.sha256(body).hexdigest().encode()


def read_head(line: bytes) -> Head:
    """Return what the line is about, once its hash has shown that it is whole. Raises BadLine."""
    if not line.endswith(b'"}\n'):
        raise BadLine("it is torn: its end is missing")
    body = line[:-_SEAL_BYTES] + b"}"
    if line[-_SEAL_BYTES:] != _SEAL % hashlib.sha256(body).hexdigest().encode():
        raise BadLine("its content does not match its sha256")
    found = _HEAD.match(line)
    if found is None:
        raise BadLine("it does not begin as an archived ticket does")
    reference, id, version, entries, settled, archived_at, erased_at = found.groups()
    return Head(
        reference=reference.decode(),
        id=id.decode(),
        version=int(version),
        entries=int(entries),
        settled=settled == b"true",
        archived_at=archived_at.decode(),
        erased_at=None if erased_at is None else erased_at.decode(),
    )


def start_of(reference: str) -> bytes:
    """Return what each line of that ticket begins with, whole or damaged."""
    return b'{"reference":"%s",' % reference.encode()


def is_erased(line: bytes) -> bool:
    """Return whether the line says no more than that the ticket was erased."""
    try:
        return read_head(line).erased_at is not None
    except BadLine:
        return False
