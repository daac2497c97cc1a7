"""Temporary folders of a bench: gone when it ends in whatever way, or when the next one begins."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fettle.engines.postgres import discard_postgres
from fettle.home import CHECKOUT
from tests.support.runs import MARK, end_leftovers, is_over, mark_this_run

_PREFIX = "fettle-bench-"
_OWNER = "owner"
_CLUSTERS = Path("/var/lib/fettle")
"""Where a cluster is made when PostgreSQL's user cannot reach its folder."""
WORKTREE = "worktree"
"""The folder in a temporary one that git knows as a worktree of this checkout."""


def clear_leftovers() -> None:
    """End what killed benches left running and remove what they left lying about; mark what this
    one starts as its own.
    """
    end_leftovers()
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            owner = (folder / _OWNER).read_text()
        except OSError:  # another user's, or just being made
            continue
        if is_over(owner):
            _discard(folder)
    for note in _CLUSTERS.glob("*/belongs-to"):
        data = Path(note.read_text().strip())
        if _PREFIX in str(data) and not data.exists():
            shutil.rmtree(note.parent, ignore_errors=True)
    mark_this_run()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o711)  # PostgreSQL's user has to get through
    (folder / _OWNER).write_text(os.environ.get(MARK) or mark_this_run())
    try:
        yield folder
    finally:
        _discard(folder)


def _discard(folder: Path) -> None:
    for data in folder.rglob("postgres/where"):  # a cluster that had to be made elsewhere
        discard_postgres(data.parent)
    if (folder / WORKTREE).exists():
        command = [
            "git",
            "-C",
            str(CHECKOUT),
            "worktree",
            "remove",
            "--force",
            str(folder / WORKTREE),
        ]
        subprocess.run(command, check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)
