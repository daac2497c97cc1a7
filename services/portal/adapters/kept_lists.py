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
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID, uuid4

from services.portal.domain.sent_file import SentFile
from shared.errors import Unavailable
from shared.http.uploads import refusing_when_full
from shared.telemetry import get_logger

log = get_logger(__name__)

KEPT_S = 3600.0
_MAX_KEPT = 20
"""Of all sessions: a gigabyte at most. The oldest gives way."""
_SWEEP_EVERY_S = 600.0
_ID = re.compile(r"[0-9a-f]{32}")


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
    """Each is a folder, named for its session and its id. Methods read and write: in a thread; they
    raise Unavailable where no list can be kept.
    """

    def __init__(self, folder: Path | None = None, *, now: Callable[[], float] = time.time) -> None:
        self._folder = folder or Path(tempfile.gettempdir()) / "fettle-portal-lists"
        self._now = now

    def keep(
        self, session_id: UUID, file: SentFile, *, site: str, kind: str, sheet: str, mapping: str
    ) -> KeptList:
        """Move the file here, in the place of what the session kept before."""
        self._claim_folder()
        self.sweep()
        self._make_room()
        self.discard_all(session_id)
        id = uuid4().hex
        folder = self._folder / f"{session_id.hex}-{id}"
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
        self._claim_folder()
        self.sweep()
        if not _ID.fullmatch(id):
            return None
        try:
            about = json.loads((self._folder / f"{session_id.hex}-{id}" / "about.json").read_text())
        except (OSError, ValueError):
            return None
        file = about.pop("file")
        return KeptList(**about, file=SentFile(**{**file, "path": Path(file["path"])}))

    def discard_all(self, session_id: UUID) -> None:
        """Delete what the session kept."""
        for folder in self._folder.glob(f"{session_id.hex}-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what was kept for long enough, where the folder is ours."""
        if self._is_ours():
            for made_at, folder in self._found():
                if made_at < self._now() - KEPT_S:
                    shutil.rmtree(folder, ignore_errors=True)

    def _make_room(self) -> None:
        """Delete the oldest where there is no room for one more."""
        found = self._found()
        for _, folder in found[: max(len(found) - _MAX_KEPT + 1, 0)]:
            shutil.rmtree(folder, ignore_errors=True)

    def _found(self) -> list[tuple[float, Path]]:
        """Return when each list was kept, and its folder, the oldest first."""
        found = []
        for folder in self._folder.glob("*-*"):
            try:
                found.append((folder.stat().st_mtime, folder))
            except OSError:
                continue  # another request has just deleted it
        return sorted(found)

    def _claim_folder(self) -> None:
        """Make the folder. Raises Unavailable where another user of the machine made it first, who
        would say what is in it.
        """
        with refusing_when_full():
            self._folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        if not self._is_ours():
            log.error("kept_lists_folder_of_another", folder=str(self._folder))
            raise Unavailable("Lists cannot be kept here.")

    def _is_ours(self) -> bool:
        try:
            found = self._folder.lstat()
        except FileNotFoundError:
            return False
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


async def sweep_kept_lists(lists: KeptLists) -> None:
    """Delete lists that were kept for long enough, every ten minutes until cancelled."""
    while True:
        await asyncio.to_thread(lists.sweep)
        await asyncio.sleep(_SWEEP_EVERY_S)
