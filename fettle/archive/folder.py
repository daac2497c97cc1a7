"""The folder of an archive: a file for each month in which tickets were opened, lines that are only
ever added, and their index.
"""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fettle.archive.index import NAME as INDEX
from fettle.archive.index import Index, Known, Place, Walk
from fettle.archive.lines import BadLine, Head, is_erased, read_head, start_of, write_line
from fettle.archive.recovery import FILES, catch_up, take_in

_UNFINISHED = ".unfinished"


class ArchiveUnusable(Exception):
    """What is in the way of reading or writing the folder, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line to be added; `opened_at` (RFC 3339) says to which file."""

    opened_at: str
    head: Head
    text: bytes

    @property
    def file(self) -> str:
        return f"tickets-{datetime.fromisoformat(self.opened_at).astimezone(UTC):%Y-%m}.jsonl"


class Archive:
    """`index` is up to date with the files, unless another process is adding to them right now."""

    def __init__(self, folder: Path, index: Index) -> None:
        self.folder = folder
        self.index = index

    def paths(self) -> list[Path]:
        """The files, the oldest month first."""
        return sorted(self.folder.glob(FILES))

    def read(self, place: Place) -> bytes:
        """Return a whole line. Raises BadLine and OSError."""
        with (self.folder / place.file).open("rb") as file:
            file.seek(place.offset)
            line = file.read(place.length)
        read_head(line)
        return line

    def append(
        self, lines: Sequence[Line], *, reach: str | None = None, walk: Walk | None = None
    ) -> None:
        """Add lines, and how far the walk is once they are on the disk.

        Raises ArchiveUnusable: then a part of them may be there.
        """
        places: list[tuple[Head, Place]] = []
        states: dict[str, os.stat_result] = {}
        try:
            for name in sorted({line.file for line in lines}):
                found, states[name] = self._append_to(
                    name, [line for line in lines if line.file == name]
                )
                places += found
            with self.index.transaction():
                self.index.put(places)
                for name, state in states.items():
                    self.index.put_file(name, state.st_size, state.st_mtime_ns)
                if reach is not None and walk is not None:
                    self.index.put_walk(reach, walk)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self.folder, error) from error

    def _append_to(
        self, name: str, lines: Iterable[Line]
    ) -> tuple[list[tuple[Head, Place]], os.stat_result]:
        path = self.folder / name
        places: list[tuple[Head, Place]] = []
        is_new = not path.exists()
        with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab") as file:
            offset = os.fstat(file.fileno()).st_size
            for line in lines:
                file.write(line.text)
                places.append((line.head, Place(file=name, offset=offset, length=len(line.text))))
                offset += len(line.text)
            file.flush()
            os.fsync(file.fileno())
            state = os.fstat(file.fileno())
        if is_new:
            _sync_folder(self.folder)
        return places, state

    def holds(self, reference: str) -> bool:
        """Return whether anything is known of the ticket, if only that it was erased.

        Raises OSError.
        """
        return bool(self.index.find(reference) or self._with_content_of(reference))

    def erase(self, reference: str, *, at: datetime) -> int:
        """Replace what is archived of the ticket by a line that says when it was erased. Returns
        how many lines went.

        Every file is read, since a copy under another month's name has it, too, and so may a line
        that the index does not know because it is damaged. Raises ArchiveUnusable. A file is
        written anew beside itself and then takes its place, so that it is whole at any moment.
        """
        erased = 0
        try:
            for path in self._with_content_of(reference):
                erased += self._erase_in(path, reference, at)
                with self.index.transaction():
                    take_in(self.index, path)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self.folder, error) from error
        return erased

    def _with_content_of(self, reference: str) -> list[Path]:
        found, start = [], start_of(reference)
        for path in self.paths():
            with path.open("rb") as file:
                if any(line.startswith(start) and not is_erased(line) for line in file):
                    found.append(path)
        return found

    def _erase_in(self, path: Path, reference: str, at: datetime) -> int:
        erased, newest = 0, self.index.known(self._ids(reference))
        unfinished = path.with_name(path.name + _UNFINISHED)
        with (
            path.open("rb") as old,
            os.fdopen(
                os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb"
            ) as new,
        ):
            for line in old:
                if not line.startswith(start_of(reference)):
                    new.write(line)
                    continue
                erased += not is_erased(line)
                try:
                    head = read_head(line)
                except BadLine:
                    continue
                if head.id in newest:
                    new.write(
                        _tombstone(
                            reference,
                            head.id,
                            newest.pop(head.id),
                            at.isoformat(timespec="seconds"),
                        )
                    )
            new.flush()
            os.fsync(new.fileno())
        unfinished.replace(path)
        _sync_folder(self.folder)
        return erased

    def _ids(self, reference: str) -> list[str]:
        return [read_head(self.read(place)).id for place in self.index.find(reference)]


def demand_archive(folder: Path) -> None:
    """Raise ArchiveUnusable for a folder that holds none: to look into it makes none of it."""
    if not (folder / INDEX).exists() and not any(folder.glob(FILES)):
        raise ArchiveUnusable(
            f"there is no archive in {folder}: `fettle archive` makes one there, and --in names "
            "another folder"
        )


@contextlib.contextmanager
def archive_to_write(folder: Path) -> Iterator[Archive]:
    """Open the archive for one process alone; a torn last line is cut off, which its writer did not
    finish. Raises ArchiveUnusable.
    """
    with contextlib.ExitStack() as stack:
        try:
            if not folder.exists():
                folder.parent.mkdir(parents=True, exist_ok=True)
                folder.mkdir(0o700)
            if not stack.enter_context(_locked(folder)):
                raise _taken(folder)
            for left in folder.glob(f"{FILES}{_UNFINISHED}"):
                left.unlink()
            index = stack.enter_context(contextlib.closing(Index.open(folder)))
            catch_up(index, folder, repair=True)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(folder, error) from error
        yield Archive(folder, index)


@contextlib.contextmanager
def archive_to_read(folder: Path) -> Iterator[Archive]:
    """Open the archive for looking, also while another process adds to it, and where it cannot be
    written. Raises ArchiveUnusable.
    """
    demand_archive(folder)
    with contextlib.ExitStack() as stack:
        try:
            writable = os.access(folder, os.W_OK)
            alone = writable and stack.enter_context(_locked(folder))
            index = stack.enter_context(
                contextlib.closing(Index.open(folder) if alone else Index.copy(folder))
            )
            if alone or not writable:
                catch_up(index, folder, repair=False)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(folder, error) from error
        yield Archive(folder, index)


@contextlib.contextmanager
def archive_as_indexed(folder: Path) -> Iterator[Archive]:
    """Open the archive with its index as the last run left it, to hold the files against it.

    Raises ArchiveUnusable.
    """
    demand_archive(folder)
    with contextlib.ExitStack() as stack:
        try:
            writable = os.access(folder, os.W_OK)
            if writable and not stack.enter_context(_locked(folder)):
                raise _taken(folder)
            index = stack.enter_context(
                contextlib.closing(Index.open(folder) if writable else Index.copy(folder))
            )
        except (OSError, sqlite3.Error) as error:
            raise _unusable(folder, error) from error
        yield Archive(folder, index)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether this process alone has the folder until the block ends; a process that dies leaves it
    free.
    """
    with os.fdopen(os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _tombstone(reference: str, id: str, known: Known, at: str) -> bytes:
    """Return what is left of an erased ticket: enough not to archive the same again."""
    head = Head(
        reference=reference,
        id=id,
        version=known.version,
        entries=known.entries,
        settled=True,
        archived_at=at,
        erased_at=at,
    )
    return write_line(head, {})


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _taken(folder: Path) -> ArchiveUnusable:
    return ArchiveUnusable(
        f"another `fettle archive` is writing into {folder}: let it end, and run this again"
    )


def _unusable(folder: Path, error: OSError | sqlite3.Error) -> ArchiveUnusable:
    where, reason = (
        (error.filename or folder, error.strerror or str(error))
        if isinstance(error, OSError)
        else (folder / INDEX, str(error))
    )
    return ArchiveUnusable(
        f"{where}: {reason}. What was archived is kept. Name a folder that you may write "
        "and that has room, by --into or FETTLE_ARCHIVE, "
        "and run this again"
    )
