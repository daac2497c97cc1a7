"""A request that brings a file: streamed to a temporary one on disk, which is gone when the answer
is made. The file is the whole body, or the one part with a file name of `multipart/form-data`.
"""

import asyncio
import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant

from shared.clock import Clock
from shared.errors import Invalid, Unavailable
from shared.http.declared import functions_of, refuses
from shared.http.file_parts import FileParts
from shared.http.pace import PAUSE_TIMEOUT_S, SLOWEST_BYTES_PER_S, Pace
from shared.http.problems import TooLarge, TooSlow
from shared.telemetry import get_logger

log = get_logger(__name__)

_FORM_BYTES = 64 * 1024
"""What `multipart/form-data` may have around its file."""
_WRITE_BYTES = 64 * 1024
"""So much is gathered before it is written, in a thread."""
_PREFIX = "fettle-upload-"
_LEFT_AFTER = timedelta(days=1)
_SWEEP_EVERY_S = 3600.0
_Serve = Callable[[Request], Coroutine[Any, Any, Response]]


_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoFile(Invalid):
    code = "no_file"


class StorageFull(Unavailable):
    """The disk has no room for the file."""

    code = "storage_full"
    retry_after_s = 60


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that a caller sent. `name` and `media_type` are what they call it, empty where they do
    not; `fields` are the other parts of a form.
    """

    path: Path
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    fields: Mapping[str, str]

    @property
    def identity(self) -> bytes:
        """What two requests have in common that bring the same, however it was cut in pieces."""
        parts = [self.sha256, self.name, self.media_type]
        return "\n".join([*parts, *(f"{k}={v}" for k, v in sorted(self.fields.items()))]).encode()


def takes_file(*, max_bytes: int) -> Any:
    """Return the route's declaration that its body is a file, as a dependency that gives the
    Upload.
    """

    @refuses(NoFile, StorageFull)
    async def upload_of(request: Request) -> Upload:
        upload: Upload = request.state.upload
        return upload

    upload_of.__dict__["max_file_bytes"] = max_bytes
    return Depends(upload_of)


def max_file_bytes(dependant: Dependant) -> int | None:
    """Return how large a file a route takes; None where it takes none."""
    for function in functions_of(dependant):
        limit: int | None = getattr(function, "max_file_bytes", None)
        if limit is not None:
            return limit
    return None


async def receive_upload(request: Request, max_bytes: int, folder: Path | None) -> bytes:
    """Receive the request's file, for `takes_file` to give; return its identity. It is written to
    `folder`, None: the system's for temporary files.

    Raises TooLarge as soon as it is seen to be, TooSlow, BadRequest for a form that cannot be read,
    NoFile, StorageFull.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > _with_form(max_bytes):
        _too_large(max_bytes)
    with refusing_when_full():
        descriptor, name = tempfile.mkstemp(prefix=_PREFIX, dir=folder)
    path = Path(name)
    try:
        with refusing_when_full(), os.fdopen(descriptor, "wb") as file:
            written = _Written(file, max_bytes)
            parts = FileParts(request.headers, written.add)
            await _receive(request, parts, written)
        if not written.size_bytes:
            raise NoFile(
                "Send a file: as the body itself, or as the part with a file name of "
                "multipart/form-data."
            )
    except BaseException:
        _delete(path)
        raise
    upload = request.state.upload = Upload(
        path=path,
        name=parts.name,
        media_type=parts.media_type,
        size_bytes=written.size_bytes,
        sha256=written.hash.hexdigest(),
        fields=parts.fields,
    )
    return upload.identity


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """Raise StorageFull where the block finds that the disk, or what may be used of it, is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        log.error("storage_full", error=str(error))
        raise StorageFull("There is no room for the file right now; try again later.") from error


def delete_old_uploads(folder: Path | None, *, before_s: float) -> int:
    """Delete what a killed process left of uploads that began before that time (seconds since
    1970), and return how many they were. Those of other users stay.
    """
    deleted = 0
    for path in Path(folder or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # gone, or not ours
            found = path.lstat()
            if found.st_mtime < before_s and found.st_uid == os.getuid():
                path.unlink()
                deleted += 1
    return deleted


async def sweep_uploads(folder: Path | None, *, clock: Clock) -> None:
    """Delete what killed processes left of uploads a day ago, in the folder and in the system's for
    temporary files, every hour until cancelled. `clock` is the one by which files are dated.
    """
    while True:
        before_s = (clock.now() - _LEFT_AFTER).timestamp()
        for each in dict.fromkeys((folder, None)):
            deleted = await asyncio.to_thread(delete_old_uploads, each, before_s=before_s)
            if deleted:
                log.info("uploads_swept", folder=str(each or tempfile.gettempdir()), files=deleted)
        await asyncio.sleep(_SWEEP_EVERY_S)


def discarding_upload(serve: _Serve) -> _Serve:
    """Return what serves a request as `serve` does, and deletes what is left of its file."""

    async def served(request: Request) -> Response:
        try:
            return await serve(request)
        finally:
            upload: Upload | None = getattr(request.state, "upload", None)
            if upload is not None:
                _delete(upload.path)
            for discard in getattr(request.state, "discards", ()):
                discard()

    return served


def discard_after(request: Request, discard: Callable[[], None]) -> None:
    """Call `discard` with the request's file when the answer is made: for what was made of it."""
    request.state.discards = (*getattr(request.state, "discards", ()), discard)


@dataclass
class _Written:
    """What came of the file: gathered, hashed and written."""

    file: BinaryIO
    max_bytes: int
    size_bytes: int = 0
    hash: Any = field(default_factory=hashlib.sha256)
    _waiting: list[bytes] = field(default_factory=list)
    _waiting_bytes: int = 0

    def add(self, data: bytes) -> None:
        self.size_bytes += len(data)
        if self.size_bytes > self.max_bytes:
            _too_large(self.max_bytes)
        self._waiting.append(data)
        self._waiting_bytes += len(data)

    async def write(self, *, all_of_it: bool = False) -> None:
        if self._waiting_bytes >= _WRITE_BYTES or (all_of_it and self._waiting):
            pieces, self._waiting, self._waiting_bytes = self._waiting, [], 0
            await asyncio.to_thread(self._write, pieces)

    def _write(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self.hash.update(piece)
            self.file.write(piece)


async def _receive(request: Request, parts: FileParts, written: _Written) -> None:
    loop, came = asyncio.get_running_loop(), 0
    pace, pieces = Pace(loop.time()), request.stream()
    while True:
        try:
            async with asyncio.timeout_at(pace.next_by_s(loop.time())):
                piece = await anext(pieces, b"")
        except TimeoutError as error:
            raise TooSlow(
                f"The file did not come: {PAUSE_TIMEOUT_S:g} s for its next piece and "
                f"{SLOWEST_BYTES_PER_S // 1024} KiB a second are the slowest."
            ) from error
        if not piece:
            break
        came += len(piece)
        if came > _with_form(written.max_bytes):
            _too_large(written.max_bytes)
        pace.came(len(piece), loop.time())
        parts.feed(piece)
        await written.write()
    parts.end()
    await written.write(all_of_it=True)


def _with_form(max_bytes: int) -> int:
    return max_bytes + _FORM_BYTES


def _too_large(limit: int) -> NoReturn:
    raise TooLarge(f"The file is larger than {limit} bytes.", limit=limit)


def _delete(path: Path) -> None:
    path.unlink(missing_ok=True)
