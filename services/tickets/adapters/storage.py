"""Where attachments are kept: a small protocol, and a folder as what is behind it."""

import asyncio
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from services.tickets.domain.attachments import OldFile

MAKING = "making-"
"""What the names of folders in `incoming` begin with, in which files are made."""
SHARDS = 256
"""Folders that files are spread over, by the last byte of their attachment's id: it is random."""


class Storage(Protocol):
    """Files by their names, which begin with their attachment's id. Each raises OSError where the
    disk is full or away.
    """

    @property
    def incoming(self) -> Path:
        """Return the folder where files come to be before they are put; it is there always."""

    async def put(self, name: str, source: Path) -> None:
        """Move the file in `incoming` to its name; it is there after a power cut when this returns,
        and never half.
        """

    async def open(self, name: str) -> BinaryIO:
        """Return the file, for reading. Raises FileNotFoundError."""

    async def delete(self, names: Iterable[str]) -> None:
        """Delete these files; skip what is gone."""

    async def find_old(self, shard: int, *, before_s: float) -> Sequence[OldFile]:
        """Return the shard's files that were put before that time (seconds since 1970)."""

    async def delete_unfinished(self, *, before_s: float) -> None:
        """Delete the folders in which a killed process made files before that time."""


class Folder:
    """A folder as storage, which the instances of the service share. Not for others to read: the
    service says who may.
    """

    def __init__(self, root: Path) -> None:
        self._root = self.incoming = root

    async def put(self, name: str, source: Path) -> None:
        await asyncio.to_thread(self._put, name, source)

    async def open(self, name: str) -> BinaryIO:
        return await asyncio.to_thread(self._path(name).open, "rb")

    async def delete(self, names: Iterable[str]) -> None:
        await asyncio.to_thread(self._delete, tuple(names))

    async def find_old(self, shard: int, *, before_s: float) -> Sequence[OldFile]:
        return await asyncio.to_thread(lambda: list(self._old_files(shard, before_s)))

    async def delete_unfinished(self, *, before_s: float) -> None:
        await asyncio.to_thread(self._delete_unfinished, before_s)

    def _put(self, name: str, source: Path) -> None:
        path = self._path(name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with source.open("rb") as file:
            os.fsync(file.fileno())
        source.rename(path)
        for folder in (path.parent, self._root):  # the name, and that of a shard which is new
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def _old_files(self, shard: int, before_s: float) -> Iterator[OldFile]:
        with suppress(FileNotFoundError):
            for entry in os.scandir(self._root / f"{shard:02x}"):
                with suppress(FileNotFoundError, ValueError):  # gone meanwhile, or none of ours
                    id = UUID(entry.name.partition(".")[0])
                    if entry.stat(follow_symlinks=False).st_mtime < before_s:
                        yield OldFile(name=entry.name, id=id)

    def _delete_unfinished(self, before_s: float) -> None:
        for path in self._root.glob(f"{MAKING}*"):
            with suppress(FileNotFoundError):
                if path.lstat().st_mtime < before_s:
                    shutil.rmtree(path)

    def _path(self, name: str) -> Path:
        id = UUID(name.partition(".")[0])
        return self._root / f"{id.bytes[-1]:02x}" / name
