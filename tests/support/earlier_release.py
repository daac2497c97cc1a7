"""An instance of the release before: its own code, from this repository's history, on data of its
own.
"""

import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from fettle.engines.processes import end, free_ports
from fettle.home import CHECKOUT, PROCESSES
from fettle.up.state import State, running

REVISION = CHECKOUT / "tests" / "e2e" / "upgrades_from.txt"
"""The commit that ran where this tree is to run next; moved on with every release."""


def check_out_earlier_release(folder: Path) -> str | None:
    """Write the tree of the release before into the folder; return why it cannot be had, None when
    it is there.
    """
    revision = REVISION.read_text().strip()
    made = subprocess.run(
        ["git", "archive", revision], cwd=CHECKOUT, capture_output=True, check=False
    )
    if made.returncode:
        return f"git has no {revision[:12]} here: {made.stderr.decode().strip()}"
    with tarfile.open(fileobj=BytesIO(made.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return None


@dataclass
class EarlierRelease:
    """`fettle up` of that tree; `start` it, wait for `running`, and `stop` it."""

    tree: Path
    home: Path

    def start(self) -> None:
        """Start it on free ports."""
        ports = dict(zip(PROCESSES, free_ports(len(PROCESSES)), strict=True))
        environment = {
            **os.environ,
            **{f"FETTLE_{name.upper()}_PORT": str(port) for name, port in ports.items()},
            "FETTLE_HOME": str(self.home),
            "PYTHONPATH": str(self.tree),
        }
        self.home.mkdir()
        with (self.home / "up.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fettle", "up"],
                cwd=self.tree,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def running(self) -> State | None:
        """Return what runs, once all of it is ready. Raises RuntimeError where it has ended."""
        if self._process.poll() is not None:
            raise RuntimeError((self.home / "up.log").read_text())
        return running(self.home)

    def environment_of(self, service: str) -> dict[str, str]:
        """Return what one of its services was told."""
        state = running(self.home)
        assert state is not None
        child = next(each for each in state.children if each.name == service)
        raw = Path(f"/proc/{child.pid}/environ").read_bytes().decode()
        return dict(pair.split("=", 1) for pair in raw.split("\0") if pair)

    def stop(self) -> None:
        """Stop it, and wait until it has ended."""
        end(self._process.pid, signal.SIGTERM, timeout_s=30)
        self._process.wait()


class NewBeside:
    """Services and the portal of this tree, beside those of the release before: at ports of their
    own, with the same databases and the same broker.
    """

    def __init__(self, earlier: EarlierRelease) -> None:
        self._earlier = earlier
        self._processes: list[subprocess.Popen[bytes]] = []
        self.urls: Mapping[str, str] = {
            name: f"http://127.0.0.1:{port}"
            for name, port in zip(PROCESSES, free_ports(len(PROCESSES)), strict=True)
        }

    def start(self) -> None:
        for name, url in self.urls.items():
            environment = {
                **self._earlier.environment_of(name),
                f"FETTLE_{name.upper()}_PORT": url.rpartition(":")[2],
                "PYTHONPATH": str(CHECKOUT),
            }
            with (self._earlier.home / "logs" / f"new-{name}.log").open("wb") as log:
                self._processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", f"services.{name}"],
                        cwd=CHECKOUT,
                        env=environment,
                        stdout=log,
                        stderr=log,
                    )
                )

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(timeout=30)


def migrate(state: State) -> None:
    """Bring the databases and streams that run there to this tree's, while they are in use."""
    environment = {
        **os.environ,
        **{f"FETTLE_{name.upper()}_DATABASE_URL": url for name, url in state.database_urls.items()},
        "FETTLE_NATS_URL": state.nats_url,
        "FETTLE_ENV": "development",
        "PYTHONPATH": str(CHECKOUT),
    }
    subprocess.run(
        [sys.executable, "-m", "fettle", "migrate"], cwd=CHECKOUT, env=environment, check=True
    )
