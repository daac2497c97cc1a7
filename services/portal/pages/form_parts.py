"""The parts of a form, taken as they come: fields in memory, files on disk, each within a limit."""

import asyncio
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl

from python_multipart.multipart import parse_options_header

from services.portal.domain.sent_file import LostFile, SentFile, WhyNot
from shared.http.multipart import MAX_NAME, MULTIPART, MultipartReader, PartHead, text_of
from shared.http.problems import BadRequest
from shared.http.uploads import refusing_when_full

_MAX_FIELDS = 1000
_MAX_FIELD_BYTES = 1024 * 1024
"""Of all fields together."""
_MAX_PARTS = 1200
_WRITE_BYTES = 256 * 1024
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
"""RFC 6838, 4.2."""
_URLENCODED = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class FormLimits:
    """A larger file is left out, and so is one more: the form itself may be a file larger."""

    max_files: int
    max_file_bytes: int

    @property
    def max_bytes(self) -> int:
        return (self.max_files + 1) * self.max_file_bytes + _MAX_FIELD_BYTES


class _OpenFile:
    """A file that comes now; `path` is None once it is not to be taken."""

    def __init__(self, field: str, name: str, media_type: str, why: WhyNot | None) -> None:
        self.field, self.name, self.media_type, self.why = field, name, media_type, why
        self.size_bytes = 0
        self.path: Path | None = None
        self.file: BinaryIO | None = None
        self.waiting = bytearray()

    def write(self) -> None:
        """Write what waits; in a thread."""
        if self.file is None:
            with refusing_when_full():
                handle, name = tempfile.mkstemp(prefix="fettle-upload-")
            self.file, self.path = os.fdopen(handle, "wb"), Path(name)
        piece, self.waiting = self.waiting, bytearray()
        with refusing_when_full():
            self.file.write(piece)

    def close(self) -> None:
        if self.file is not None:
            self.file.close()

    def discard(self) -> None:
        self.close()
        self.waiting.clear()
        if self.path is not None:
            self.path.unlink(missing_ok=True)
            self.path = None


class FormReader:
    """Reads a form piece by piece. Raises BadRequest for one that cannot be read."""

    def __init__(self, head: Mapping[str, str], limits: FormLimits) -> None:
        self.fields: dict[str, list[str]] = {}
        self.lost: list[LostFile] = []
        self._limits = limits
        self._field_bytes = 0
        self._parts = 0
        self._plain = bytearray()
        self._field_name = ""
        self._field: bytearray | None = None
        self._file: _OpenFile | None = None
        self._ended: list[_OpenFile] = []
        kind, options = parse_options_header(head.get("content-type", ""))
        self.is_form = kind.lower() in (MULTIPART, _URLENCODED)
        self._reader = MultipartReader(options, self) if kind.lower() == MULTIPART else None

    @property
    def files(self) -> list[SentFile]:
        """The files that were taken, in order."""
        return [
            SentFile(
                name=each.name,
                field=each.field,
                media_type=each.media_type,
                size_bytes=each.size_bytes,
                path=each.path,
            )
            for each in self._ended
            if each.path is not None
        ]

    def last(self, name: str) -> str:
        """Return the field's last value, empty without one."""
        return self.fields.get(name, [""])[-1]

    def feed(self, piece: bytes) -> None:
        if self._reader is not None:
            self._reader.feed(piece)
            return
        self._plain += piece
        self._count(len(piece))

    async def write(self) -> None:
        """Write what has gathered of files."""
        open_files = [*self._ended, *([self._file] if self._file is not None else [])]
        for each in open_files:
            is_over = each is not self._file
            if each.why is None and (
                len(each.waiting) >= _WRITE_BYTES or (is_over and each.waiting)
            ):
                await asyncio.to_thread(each.write)

    async def end(self) -> None:
        """Read what is left. Raises BadRequest where the form was cut."""
        if self._reader is not None:
            self._reader.end()
            await self.write()
            for each in self._ended:
                each.close()
            return
        try:
            pairs = parse_qsl(
                self._plain.decode("ascii"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=_MAX_FIELDS,
            )
        except ValueError as error:
            raise BadRequest("The form cannot be read, or has too many fields.") from error
        for name, value in pairs:
            self._add(name, value)

    def discard(self) -> None:
        """Delete all files."""
        for each in [*self._ended, *([self._file] if self._file is not None else [])]:
            each.discard()

    def begin_part(self, head: PartHead) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise BadRequest(f"A form has at most {_MAX_PARTS} parts.")
        if not 0 < len(head.name) <= MAX_NAME:
            raise BadRequest("Each part of a form has a name.")
        field = text_of(head.name)
        if head.file_name is None:
            self._field_name, self._field = field, bytearray()
            return
        too_many = sum(each.why is None for each in self._ended) >= self._limits.max_files
        self._file = _OpenFile(
            field,
            head.file_name,
            head.media_type if _MEDIA_TYPE.fullmatch(head.media_type) else "",
            WhyNot.TOO_MANY if too_many else None,
        )

    def add_to_part(self, data: bytes) -> None:
        file = self._file
        if file is None:
            if self._field is not None:
                self._count(len(data))
                self._field += data
            return
        file.size_bytes += len(data)
        if file.why is None and file.size_bytes > self._limits.max_file_bytes:
            file.why = WhyNot.TOO_LARGE
            file.discard()
        if file.why is None:
            file.waiting += data

    def end_part(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            if file.why is not None:
                limit = self._limits.max_file_bytes
                self.lost.append(
                    LostFile(
                        name=file.name,
                        field=file.field,
                        size_bytes=file.size_bytes,
                        limit_bytes=limit,
                        why=file.why,
                    )
                )
            elif file.size_bytes:  # an input that no file was chosen for sends an empty one
                self._ended.append(file)
        elif self._field is not None:
            self._add(self._field_name, text_of(bytes(self._field)))
            self._field = None

    def _count(self, added: int) -> None:
        self._field_bytes += added
        if self._field_bytes > _MAX_FIELD_BYTES:
            raise BadRequest("The form's fields are too long.")

    def _add(self, name: str, value: str) -> None:
        if "\0" in value or "\0" in name:
            raise BadRequest("The form has a NUL in a field.")
        # browsers send line breaks as CR LF (HTML, 4.10.21.8)
        self.fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
        if len(self.fields) > _MAX_FIELDS:
            raise BadRequest(f"A form has at most {_MAX_FIELDS} fields.")
