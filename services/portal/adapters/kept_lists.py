"""Lists between their preview and their import: on this instance's disk, each for the session that
sent it, for an hour at most.
"""

import asyncio
import json
import os
import re
import shutil
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID, uuid4

from services.portal.domain.sent_file import SentFile
from shared.http.uploads import refusing_when_full

KEPT_S = 3600.0
_MAX_KEPT = 20
"""Of all sessions: a gigabyte at most. The oldest gives way."""
_SWEEP_EVERY_S = 600.0
_ID = re.compile(r"[0-9a-f]{32}")
_PREFIX = "fettle-portal-lists"
"""Of every instance's folder; releases before had one of this name for all."""


@dataclass(frozen=True, kw_only=True)
class KeptList:
    """A list with what it was previewed as."""

    id: str
    site: str
    kind: str
    sheet: str
    mapping: str
    file: SentFile


class KeptLists:
    """Each is a folder, named for its session and its id, in a folder of this instance alone, which
    no other user of the machine reads and which goes with it. Methods read and write: in a thread;
    they raise Unavailable where the disk is full.
    """

    def __init__(self, parent: Path | None = None, *, now: Callable[[], float] = time.time) -> None:
        """`parent` is where the instance's folder is made, by default the system's for temporary
        files.
        """
        self._parent = parent or Path(tempfile.gettempdir())
        self._now = now
        self._own: Path | None = None
        self._making = threading.Lock()

    def keep(
        self, session_id: UUID, file: SentFile, *, site: str, kind: str, sheet: str, mapping: str
    ) -> KeptList:
        """Move the file here, in the place of what the session kept before."""
        self.sweep()
        self._make_room()
        self.discard_all(session_id)
        id = uuid4().hex
        folder = self._folder() / f"{session_id.hex}-{id}"
        with refusing_when_full():
            folder.mkdir(mode=0o700)
            path = folder / "list"
            shutil.move(file.path, path)
            kept = KeptList(
                id=id,
                site=site,
                kind=kind,
                sheet=sheet,
                mapping=mapping,
                file=SentFile(
                    name=file.name,
                    field=file.field,
                    media_type=file.media_type,
                    size_bytes=file.size_bytes,
                    path=path,
                ),
            )
            about = json.dumps(asdict(kept), default=str, ensure_ascii=False)
            (folder / "about.json").write_text(about, encoding="utf-8")
        return kept

    def find(self, session_id: UUID, id: str) -> KeptList | None:
        """Return what the session kept under that id; None where it is gone, or never was here."""
        self.sweep()
        own = self._existing()
        if own is None or not _ID.fullmatch(id):
            return None
        try:
            about = json.loads((own / f"{session_id.hex}-{id}" / "about.json").read_text())
        except (OSError, ValueError):
            return None
        file = about.pop("file")
        return KeptList(**about, file=SentFile(**{**file, "path": Path(file["path"])}))

    def discard_all(self, session_id: UUID) -> None:
        """Delete what the session kept."""
        for _, folder in self._found(f"{session_id.hex}-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what was kept for long enough."""
        for kept_at, folder in self._found():
            if kept_at < self._now() - KEPT_S:
                shutil.rmtree(folder, ignore_errors=True)
        if (own := self._existing()) is not None:
            with suppress(OSError):
                os.utime(own)  # another instance that starts sees that this one lives

    def sweep_left(self) -> None:
        """Delete folders of instances that were killed: of this user, and left for long enough that
        nothing in them is good any more.
        """
        for folder in self._parent.glob(f"{_PREFIX}*"):
            if folder != self._own and _is_ours(folder):
                with suppress(OSError):
                    if folder.stat().st_mtime < self._now() - KEPT_S:
                        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Delete all of it, and the folder."""
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def _make_room(self) -> None:
        """Delete the oldest where there is no room for one more."""
        found = self._found()
        for _, folder in found[: max(len(found) - _MAX_KEPT + 1, 0)]:
            shutil.rmtree(folder, ignore_errors=True)

    def _found(self, pattern: str = "*-*") -> list[tuple[float, Path]]:
        """Return when each list was kept, and its folder, the oldest first."""
        found, own = [], self._existing()
        for folder in () if own is None else own.glob(pattern):
            try:
                found.append((folder.stat().st_mtime, folder))
            except OSError:
                continue  # another request has just deleted it
        return sorted(found)

    def _folder(self) -> Path:
        """Return the instance's folder, made where there is none (any more)."""
        with self._making, refusing_when_full():
            own = self._existing()
            if own is None:
                own = self._own = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-", dir=self._parent))
            return own

    def _existing(self) -> Path | None:
        """Return the instance's folder, None where it has none, or another user took its place."""
        return self._own if self._own is not None and _is_ours(self._own) else None


def _is_ours(folder: Path) -> bool:
    """Return whether it is a folder of this user, and no link to another."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


async def sweep_kept_lists(lists: KeptLists) -> None:
    """Delete lists that were kept for long enough, every ten minutes until cancelled; first what
    instances left that were killed, and at the end all.
    """
    try:
        await asyncio.to_thread(lists.sweep_left)
        while True:
            await asyncio.to_thread(lists.sweep)
            await asyncio.sleep(_SWEEP_EVERY_S)
    finally:
        lists.close()
