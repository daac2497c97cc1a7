"""The body of a webhook's reply, read as the value that its sender meant, however it was packed."""

import codecs
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from pydantic import JsonValue

from services.notify.domain.reply_fault import ReplyFault

MAX_REPLY_BYTES = 64 * 1024
"""Of the body as it comes, and of what it unpacks to."""
_FORM = re.compile(r"[\w.-]+=[^\s{}\[\]\"<>]*")
_GZIP = b"\x1f\x8b"
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w:.+-]+)", re.ASCII | re.IGNORECASE)
_CHARSETS: Mapping[str, str] = {
    **{name: name for name in ("utf-8", "utf-16", "iso8859-1", "cp1252", "big5", "big5hkscs")},
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
}
"""Those that a header may name, by Python's names; another is read as UTF-8."""


class UnreadableBody(ValueError):
    """The body says nothing that can be read; `fault` is why."""

    def __init__(self, fault: ReplyFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, kw_only=True)
class ReplyBody:
    """What came back, with the headers that say how to read it."""

    raw: bytes
    content_type: str = ""
    content_encoding: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadBody:
    """The value, and whether every character of it could be read."""

    value: JsonValue
    whole: bool


def read_body(body: ReplyBody) -> ReadBody:
    """Return the body's value: JSON, also within JSON's own text; a form as an object; else its
    words. None for an empty one.

    Raises UnreadableBody.
    """
    text, whole = _decoded(_unpacked(body), body.content_type)
    words = text.strip("\ufeff \t\r\n")
    media = body.content_type.partition(";")[0].strip().lower()
    if not words:
        value: JsonValue = None
    elif media == "application/x-www-form-urlencoded" or _FORM.fullmatch(words):
        value = dict(parse_qsl(words, keep_blank_values=True))
    else:
        value = _json(words)
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        value = _json(value)  # packed as text before it was sent
    return ReadBody(value=value, whole=whole)


def start_in_words(body: ReplyBody, length: int) -> str:
    """Return the first characters of the body, for people, without what cannot be stored."""
    try:
        unpacked = _unpacked(body)
    except UnreadableBody:
        unpacked = body.raw
    text, _ = _decoded(unpacked, body.content_type)
    return text[:length].replace("\x00", "").encode(errors="replace").decode()


def _unpacked(body: ReplyBody) -> bytes:
    raw, encoding = body.raw, body.content_encoding.strip().lower()
    if len(raw) >= MAX_REPLY_BYTES:
        raise UnreadableBody(ReplyFault.BODY_TOO_LONG)
    if raw.startswith(_GZIP):
        return _inflated(raw, zlib.MAX_WBITS | 16)
    if encoding == "deflate":
        try:
            return _inflated(raw, zlib.MAX_WBITS)
        except UnreadableBody:
            return _inflated(raw, -zlib.MAX_WBITS)  # as some servers send it (RFC 9110 §8.4.1.2)
    # a body that is not what its header says it is packed as was unpacked on its way
    if encoding in ("", "identity", "gzip", "x-gzip"):
        return raw
    raise UnreadableBody(ReplyFault.BODY_PACKED)


def _inflated(raw: bytes, window_bits: int) -> bytes:
    unpacking = zlib.decompressobj(window_bits)
    try:
        unpacked = unpacking.decompress(raw, MAX_REPLY_BYTES)
    except zlib.error as error:
        raise UnreadableBody(ReplyFault.BODY_PACKED) from error
    if len(unpacked) >= MAX_REPLY_BYTES:
        raise UnreadableBody(ReplyFault.BODY_TOO_LONG)
    if not unpacking.eof:
        raise UnreadableBody(ReplyFault.BODY_PACKED)
    return unpacked


def _decoded(raw: bytes, content_type: str) -> tuple[str, bool]:
    """Return the text, and whether all of it could be read. A mark at its beginning, or zeros
    between its letters, say more than the header.
    """
    charset: str = json.detect_encoding(raw)
    if charset == "utf-8":
        charset = _charset_in(content_type)
    try:
        return raw.decode(charset), True
    except UnicodeDecodeError:
        return raw.decode(charset, errors="replace"), False


def _charset_in(content_type: str) -> str:
    named = _CHARSET.search(content_type)
    try:
        return _CHARSETS.get(codecs.lookup(named[1]).name, "utf-8") if named else "utf-8"
    except LookupError:
        return "utf-8"


def _json(words: str) -> JsonValue:
    """Return the value; the words themselves where they are not meant as JSON."""
    try:
        value: JsonValue = json.loads(words, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        if words.startswith(("{", "[", '"')):
            raise UnreadableBody(ReplyFault.BODY_NOT_JSON) from error
        return words
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """Return the object; the last member whose name was there before, with another value, has a
    space behind its name, so that it is seen that they differ.
    """
    members: dict[str, JsonValue] = {}
    for name, value in pairs:
        differs = name in members and members[name] != value
        members[f"{name} " if differs else name] = value
    return members
