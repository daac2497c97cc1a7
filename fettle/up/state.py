"""What runs here, written down: so that others find it, and so that the next start can clear away what a killed one left."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process, known by its id and the moment it began, since ids are used again."""

    name: str
    pid: int
    began: str

    @classmethod
    def of(cls, name: str, pid: int) -> "Process":
        return cls(name, pid, _began(pid))

    @property
    def alive(self) -> bool:
        return bool(self.began) and _began(self.pid) == self.began

    def kill(self) -> None:
        """With everything in its session."""
        if self.alive:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


@dataclass(frozen=True)
class State:
    """A running instance: its supervisor, what it started, and where it answers."""

    supervisor: Process
    children: tuple[Process, ...]
    urls: Mapping[str, str]
    nats_url: str
    database_urls: Mapping[str, str]

    def write(self, home: Path) -> None:
        path = _path(home)
        unfinished = path.with_suffix(".new")
        unfinished.touch(0o600)
        unfinished.write_text(json.dumps(asdict(self), indent=2))
        unfinished.rename(path)


def read_state(home: Path) -> State | None:
    """What the last start wrote down; None when nothing did or it cannot be read."""
    try:
        raw = json.loads(_path(home).read_text())
        return State(
            supervisor=Process(**raw["supervisor"]),
            children=tuple(Process(**child) for child in raw["children"]),
            urls=raw["urls"],
            nats_url=raw["nats_url"],
            database_urls=raw["database_urls"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def running(home: Path) -> State | None:
    """The instance that runs at `home` now, if one does."""
    state = read_state(home)
    return state if state is not None and state.supervisor.alive else None


def forget(home: Path) -> None:
    _path(home).unlink(missing_ok=True)


def clear_leftovers(home: Path) -> list[str]:
    """Ends what a killed supervisor left running; returns the names."""
    state = read_state(home)
    if state is None:
        return []
    left = [child for child in state.children if child.alive]
    for child in left:
        child.kill()
    deadline = time.monotonic() + 5
    while any(child.alive for child in left) and time.monotonic() < deadline:
        time.sleep(0.02)
    forget(home)
    return [child.name for child in left]


# ---- who has a port: a note in the machine's temporary folder, so that another checkout can be named ----


def claim_port(port: int, home: Path) -> None:
    _note(port).write_text(json.dumps({"home": str(home), "pid": os.getpid(), "began": _began(os.getpid())}))


def release_port(port: int) -> None:
    _note(port).unlink(missing_ok=True)


def who_has_port(port: int) -> Path | None:
    """The home of the instance that claimed it and still runs; None when it is somebody else."""
    try:
        note = json.loads(_note(port).read_text())
        owner = Process("supervisor", int(note["pid"]), str(note["began"]))
        return Path(note["home"]) if owner.alive else None
    except (OSError, ValueError, KeyError):
        return None


def _note(port: int) -> Path:
    return Path(tempfile.gettempdir()) / f"fettle-port-{port}.json"


def _path(home: Path) -> Path:
    return home / "state.json"


def _began(pid: int) -> str:
    """When the process started, as the system tells it; empty when there is none (or only what is left of one)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except OSError:
        if Path("/proc/self/stat").exists():
            return ""
    told = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607 - wherever the system has it
    return told.stdout.strip()
