"""What runs here, written down: so that others find it, and so that the next start can clear away
what a killed one left.
"""

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from fettle.engines.nats import end_leftover_nats
from fettle.engines.postgres import end_leftover_postgres
from fettle.engines.processes import began, end
from fettle.up.refusals import CannotStart


@dataclass(frozen=True)
class Process:
    """A process, known by its id and the moment it began, since ids are used again."""

    name: str
    pid: int
    began: str

    @classmethod
    def of(cls, name: str, pid: int) -> "Process":
        return cls(name, pid, began(pid))

    @property
    def alive(self) -> bool:
        return bool(self.began) and began(self.pid) == self.began


@dataclass(frozen=True)
class State:
    """A running instance: its supervisor, what it started, and where it answers. Its keys lie
    beside this file, in `keys/`.

    `instance_urls`: where each of several instances of one service answers alone.
    """

    supervisor: Process
    children: tuple[Process, ...]
    urls: Mapping[str, str]
    nats_url: str
    database_urls: Mapping[str, str]
    ready: bool
    instance_urls: Mapping[str, str] = field(default_factory=dict)

    def write(self, home: Path) -> None:
        path = _path(home)
        unfinished = path.with_suffix(".new")
        unfinished.touch(0o600)  # it holds the databases' passwords
        unfinished.write_text(json.dumps(asdict(self), indent=2))
        unfinished.rename(path)


def read_state(home: Path) -> State | None:
    """What the last start wrote down; None when nothing did or it cannot be read."""
    try:
        raw = json.loads(_path(home).read_text())
        return State(
            supervisor=Process(**raw["supervisor"]),
            children=tuple(Process(**child) for child in raw["children"]),
            urls=dict(raw["urls"]),
            nats_url=str(raw["nats_url"]),
            database_urls=dict(raw["database_urls"]),
            ready=bool(raw["ready"]),
            instance_urls=dict(raw.get("instance_urls", {})),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def running(home: Path) -> State | None:
    """The instance that is up and ready at `home` now, if one is."""
    state = read_state(home)
    return state if state is not None and state.ready and state.supervisor.alive else None


def forget(home: Path) -> None:
    _path(home).unlink(missing_ok=True)


def lock_home(home: Path) -> TextIO:
    """Return the right to run at `home`, held until the file is closed or its process ends in any
    way. Raises CannotStart when another holds it.
    """
    lock = (home / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CannotStart(_held_by(read_state(home), home)) from None
    return lock


def _held_by(state: State | None, home: Path) -> str:
    if state is None:
        return f"another start is under way in {home}"
    how = "already runs" if state.ready else "is just starting"
    where = ", ".join(f"{name} {url}" for name, url in state.urls.items())
    return f"an instance {how} in {home} (process {state.supervisor.pid}): {where}"


def clear_leftovers(home: Path) -> list[str]:
    """Ends what a killed supervisor left running, and returns the names; for the one who has taken
    `home`. Raises EngineFailed.
    """
    state = read_state(home)
    ended = []
    for child in state.children if state is not None else ():
        if child.alive:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            end(child.pid, signal.SIGKILL, timeout_s=2)
            ended.append(child.name)
    if end_leftover_nats(home / "nats"):
        ended.append("NATS")
    if end_leftover_postgres(home / "postgres"):
        ended.append("PostgreSQL")
    forget(home)
    return ended


def _path(home: Path) -> Path:
    return home / "state.json"
