"""What of a body is its file: all of it, or one part of `multipart/form-data` (RFC 7578)."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from python_multipart.multipart import parse_options_header

from shared.http.multipart import (
    MAX_NAME,
    MULTIPART,
    MultipartReader,
    PartHead,
    plain_name,
    text_of,
)
from shared.http.problems import BadRequest

_MAX_FIELDS = 16
_MAX_FIELD_BYTES = 8 * 1024
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
        self._field: bytearray | None = None
        """The value of the field that comes now; None in the file."""
        self._field_name = ""
        kind, options = parse_options_header(head.get("content-type", ""))
        self._reader: MultipartReader | None = None
        """What reads the form; None where the body is the file."""
        if kind.lower() == MULTIPART:
            self._reader = MultipartReader(options, self)
        else:
            self.media_type = kind.decode("latin-1").lower()
            self.name = plain_name(_said_of(head.get("content-disposition", "")))

    def feed(self, piece: bytes) -> None:
        if self._reader is None:
            self._add(piece)
        else:
            self._reader.feed(piece)

    def end(self) -> None:
        """Raise BadRequest where a form was cut."""
        if self._reader is not None:
            self._reader.end()

    def begin_part(self, head: PartHead) -> None:
        if head.file_name is not None:
            if self._has_file:
                raise BadRequest("The form has two files; send one.")
            self._has_file, self._field = True, None
            self.name, self.media_type = head.file_name, head.media_type
            return
        if len(self.fields) >= _MAX_FIELDS or not 0 < len(head.name) <= MAX_NAME:
            raise BadRequest(
                f"A form has at most {_MAX_FIELDS} fields beside its file, named each."
            )
        self._field_name, self._field = text_of(head.name), bytearray()
        if self._field_name in self.fields:
            raise BadRequest(f"The form has the field {self._field_name!r} twice.")

    def add_to_part(self, data: bytes) -> None:
        if self._field is None:
            self._add(data)
            return
        self._field += data
        if len(self._field) > _MAX_FIELD_BYTES:
            raise BadRequest(
                f"The form's field {self._field_name!r} is longer than {_MAX_FIELD_BYTES} bytes."
            )

    def end_part(self) -> None:
        if self._field is not None:
            self.fields[self._field_name] = text_of(bytes(self._field))
            self._field = None


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
