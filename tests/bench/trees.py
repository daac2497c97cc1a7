"""The trees that are measured: this checkout, and beside it the one that `BASE` names, checked out
and set up for the time being.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fettle.home import CHECKOUT
from tests.bench.folders import WORKTREE, temporary_folder

_OURS_ALONE = (
    "MAKE",
    "MAKEFLAGS",
    "MFLAGS",
    "MAKELEVEL",
    "MAKEOVERRIDES",
    "BASE",
    "PYTHONPATH",
    "PYTHONHOME",
    "VIRTUAL_ENV",
)
"""Variables that would lead a program of another tree astray."""


class NoBase(Exception):
    """Why there is nothing to compare with, and what to do about it."""


@dataclass(frozen=True)
class Tree:
    """A checkout with its `.venv`. `name` is `now` or `base`."""

    name: str
    checkout: Path
    revision: str

    @property
    def fettle(self) -> Sequence[str]:
        """The command line. Begun in the checkout, it runs this tree's services with this tree's
        libraries, also where these have another checkout's Fettle installed.
        """
        return (str(self.checkout / ".venv" / "bin" / "python"), "-m", "fettle")


def this_tree() -> Tree:
    return Tree("now", CHECKOUT, _git("describe", "--always", "--dirty", or_else="unknown"))


@contextmanager
def base_tree(revision: str) -> Iterator[Tree]:
    """Check out `revision` into a temporary worktree and set it up with its own Makefile.

    Raises NoBase.
    """
    commit = _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", or_else="")
    if not commit:
        raise NoBase(
            f"BASE={revision} names no commit of {CHECKOUT}: give a branch, a tag or a commit "
            "that `git log` knows"
        )
    with temporary_folder() as folder:
        checkout = folder / WORKTREE
        _demand(
            [
                "git",
                "-C",
                str(CHECKOUT),
                "worktree",
                "add",
                "--quiet",
                "--detach",
                str(checkout),
                commit,
            ]
        )
        _demand(
            [
                "make",
                "-C",
                str(checkout),
                "setup",
                f"PYTHON={Path(sys.base_prefix) / 'bin' / 'python3'}",
            ]
        )
        yield Tree("base", checkout, commit[:10])


def clean_environment() -> dict[str, str]:
    """Return our own environment without what is meant for this tree alone, settings of Fettle
    included.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name not in _OURS_ALONE and not name.startswith("FETTLE_")
    }


def _demand(command: list[str]) -> None:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=clean_environment()
    )
    if done.returncode != 0:
        told = (done.stdout + done.stderr)[-2000:]
        raise NoBase(f"{' '.join(command)} failed with {done.returncode}:\n{told}")


def _git(*arguments: str, or_else: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(CHECKOUT), *arguments], check=False, capture_output=True, text=True
        )
    except OSError:  # a checkout from an archive, on a machine without git
        return or_else
    return done.stdout.strip() if done.returncode == 0 else or_else
