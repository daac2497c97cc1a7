"""What of a body is its file: all of it, or one part of `multipart/form-data` (RFC 7578)."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from shared.http.problems import BadRequest

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_MAX_FIELDS = 16
_MAX_FIELD_BYTES = 8 * 1024
_MAX_NAME = 255
_MAX_DISPOSITION = 4096
"""Characters of a Content-Disposition that are looked at."""
_NAME = re.compile(r';\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
_ENCODED_NAME = re.compile(
    r";\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^';]*'([^\s;]+)", re.IGNORECASE
)
"""In the two encodings that RFC 5987 has."""


class FileParts:
    """Hands the file's bytes on as they come; keeps what is said of it, and the form's other
    fields. Raises BadRequest for a form that cannot be read, or that has two files.
    """

    def __init__(self, head: Mapping[str, str], add: Callable[[bytes], None]) -> None:
        self.name, self.media_type = "", ""
        self.fields: dict[str, str] = {}
        self._add = add
        self._has_file = False
        self._headers: dict[str, bytes] = {}
        self._header_name = self._header_value = b""
        self._field: bytearray | None = None
        """The value of the field that comes now; None in the file."""
        self._field_name = ""
        self._is_over = False
        self._parser = self._parser_for(head)

    def feed(self, piece: bytes) -> None:
        if self._parser is None:
            self._add(piece)
            return
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise BadRequest(f"The form cannot be read: {error}.") from error

    def end(self) -> None:
        """Raise BadRequest where a form was cut."""
        if self._parser is not None and not self._is_over:
            raise BadRequest("The form has no end: it was cut on the way.")

    def _parser_for(self, head: Mapping[str, str]) -> MultipartParser | None:
        """Return what reads the form; None where the body is the file."""
        kind, options = parse_options_header(head.get("content-type", ""))
        if kind.lower() != b"multipart/form-data":
            self.media_type = kind.decode("latin-1").lower()
            self.name = _plain(_said_of(head.get("content-disposition", "")))
            return None
        boundary = options.get(b"boundary")
        if not boundary:
            raise BadRequest("multipart/form-data has to name its boundary.")
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._on_part_begin,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_end": self._on_end,
        }
        try:
            return MultipartParser(boundary, callbacks)
        except FormParserError as error:
            raise BadRequest(f"The form cannot be read: {error}.") from error

    def _on_part_begin(self) -> None:
        self._headers = {}
        self._header_name = self._header_value = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = self._header_value
        self._header_name = self._header_value = b""

    def _on_headers_finished(self) -> None:
        _, said = parse_options_header(self._headers.get("content-disposition", b""))
        if b"filename" in said:
            if self._has_file:
                raise BadRequest("The form has two files; send one.")
            self._has_file, self._field = True, None
            self.name = _plain(said[b"filename"].decode(errors="replace"))
            kind, _ = parse_options_header(self._headers.get("content-type", b""))
            self.media_type = kind.decode("latin-1").lower()
            return
        name = said.get(b"name", b"")
        if len(self.fields) >= _MAX_FIELDS or not 0 < len(name) <= _MAX_NAME:
            raise BadRequest(
                f"A form has at most {_MAX_FIELDS} fields beside its file, named each."
            )
        self._field_name, self._field = _text(name), bytearray()
        if self._field_name in self.fields:
            raise BadRequest(f"The form has the field {self._field_name!r} twice.")

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._add(bytes(data[start:end]))
            return
        self._field += data[start:end]
        if len(self._field) > _MAX_FIELD_BYTES:
            raise BadRequest(
                f"The form's field {self._field_name!r} is longer than {_MAX_FIELD_BYTES} bytes."
            )

    def _on_part_end(self) -> None:
        if self._field is not None:
            self.fields[self._field_name] = _text(bytes(self._field))
            self._field = None

    def _on_end(self) -> None:
        self._is_over = True


def _said_of(disposition: str) -> str:
    """Return the file name of a head's Content-Disposition, `filename*` (RFC 6266) before another;
    empty where there is none that can be read.
    """
    looked_at = disposition[:_MAX_DISPOSITION]
    if found := _ENCODED_NAME.search(looked_at):
        return unquote(found[2], encoding=found[1], errors="replace")
    if found := _NAME.search(looked_at):
        quoted, plain = found.groups()
        return plain or re.sub(r"\\(.)", r"\1", quoted)
    return ""


def _plain(name: str) -> str:
    """Return the name without folders and signs that are no text."""
    name = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:_MAX_NAME]


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"The form is not UTF-8 (byte {error.start} of a field).") from error
    if "\0" in text:
        raise BadRequest("The form has a NUL in a field.")
    return text
