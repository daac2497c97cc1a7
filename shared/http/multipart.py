"""Forms of `multipart/form-data` (RFC 7578), read piece by piece: the heads of parts, whoever takes
what is in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from shared.http.problems import BadRequest

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MULTIPART = b"multipart/form-data"
MAX_NAME = 255
_MAX_HEAD_BYTES = 16 * 1024
"""Of one part."""


@dataclass(frozen=True, kw_only=True)
class PartHead:
    """What a part says of itself; `file_name` is None for a field."""

    name: bytes
    file_name: str | None
    media_type: str


class TakesParts(Protocol):
    """What becomes of a form's parts, which come one after the other."""

    def begin_part(self, head: PartHead) -> None: ...
    def add_to_part(self, data: bytes) -> None: ...
    def end_part(self) -> None: ...


class MultipartReader:
    """Hands on what comes. Raises BadRequest for a form that cannot be read."""

    def __init__(self, options: Mapping[bytes, bytes], taker: TakesParts) -> None:
        """`options` are those of the form's media type."""
        self._taker = taker
        self._headers: dict[bytes, bytes] = {}
        self._header_name, self._header_value = bytearray(), bytearray()
        self._head_bytes = 0
        self._is_over = False
        boundary = options.get(b"boundary")
        if not boundary:
            raise BadRequest("multipart/form-data has to name its boundary.")
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._on_part_begin,
            "on_part_data": self._on_part_data,
            "on_part_end": taker.end_part,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_end": self._on_end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks)
        except FormParserError as error:
            raise BadRequest(f"The form cannot be read: {error}.") from error

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise BadRequest(f"The form cannot be read: {error}.") from error

    def end(self) -> None:
        """Raise BadRequest where the form was cut."""
        if not self._is_over:
            raise BadRequest("The form has no end: it was cut on the way.")

    def _on_part_begin(self) -> None:
        self._headers, self._head_bytes = {}, 0
        self._header_name, self._header_value = bytearray(), bytearray()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[bytes(self._header_name).lower()] = bytes(self._header_value)
        self._header_name, self._header_value = bytearray(), bytearray()

    def _on_headers_finished(self) -> None:
        _, said = parse_options_header(self._headers.get(b"content-disposition", b""))
        kind, _ = parse_options_header(self._headers.get(b"content-type", b""))
        name = said.get(b"filename")
        self._taker.begin_part(
            PartHead(
                name=said.get(b"name", b""),
                file_name=None if name is None else plain_name(name.decode(errors="replace")),
                media_type=kind.decode("latin-1").lower(),
            )
        )

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._taker.add_to_part(bytes(data[start:end]))

    def _on_end(self) -> None:
        self._is_over = True

    def _count(self, added: int) -> None:
        self._head_bytes += added
        if self._head_bytes > _MAX_HEAD_BYTES:
            raise BadRequest("The head of a part of the form is too long.")


def plain_name(name: str) -> str:
    """Return the name of a file without folders and signs that are no text."""
    name = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:MAX_NAME]


def text_of(data: bytes) -> str:
    """Return what a field says. Raises BadRequest for what is no text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The form is not UTF-8 (byte {error.start} of a field).") from error
    if "\0" in text:
        raise BadRequest("The form has a NUL in a field.")
    return text
