"""Instances of the bench's own: `fettle up` of a tree, as an operator starts it, with a home, keys
and free ports of their own.
"""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from fettle.engines.processes import command_line, free_ports, stop
from fettle.home import PORTAL, PROCESSES, SERVICES
from fettle.issuer import AUDIENCE, NAME, Issuer
from fettle.up.readiness import missing_at
from tests.bench.folders import temporary_folder
from tests.bench.processes import children_of, cpu_s, resident_mb
from tests.bench.trees import Tree, clean_environment

_FORK_SERVER = " -m fettle.up.fork_server "
_SERVICE = re.compile(r" -m services\.(\w+)")
_ENGINES = {"postgres": "postgres", "nats-server": "nats"}
_READY = b"is ready after"
_READY_TIMEOUT_S = 120.0
_STOPS_TIMEOUT_S = 15.0
_OF_FEW_CALLERS = {
    "FETTLE_READS_PER_S": "100000",
    "FETTLE_WRITES_PER_S": "100000",
    "FETTLE_REQUEST_BURST": "100000",
    "FETTLE_REQUESTS_PER_CALLER": "10000",
    "FETTLE_CONNECTIONS_PER_ADDRESS": "50000",
    "FETTLE_ENDPOINTS_PER_REGISTRAR": "1000000",
}
"""The bench's callers are few, and its admin alone hires all technicians."""


class Instance:
    """A running `fettle up`. What it is made of is read from its `state.json` and the table of
    processes, alike for every tree.

    Tokens come from an issuer of the bench's own, so that an instance of another tree needs to
    share nothing with this one.
    """

    def __init__(
        self, tree: Tree, home: Path, *, own_issuer: bool = True, few_callers: bool = True
    ) -> None:
        """Start it and wait until it says that it is ready. With `few_callers` each may ask for as
        much as a company's many do together.

        Raises RuntimeError with the end of its log.
        """
        self.tree, self.home = tree, home
        self._log = home.with_suffix(".log")
        self._issuer = Issuer.at(home.with_name(f"{home.name}-issuer"))
        ports = {
            f"FETTLE_{name.upper()}_PORT": str(port)
            for name, port in zip(PROCESSES, free_ports(len(PROCESSES)), strict=True)
        }
        issuer = (
            {
                "FETTLE_JWKS": str(self._issuer.jwks),
                "FETTLE_ISSUER": NAME,
                "FETTLE_AUDIENCE": AUDIENCE,
            }
            if own_issuer
            else {}
        )
        limits = _OF_FEW_CALLERS if few_callers else {}
        began = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*tree.fettle, "up"],
                cwd=tree.checkout,
                env={**clean_environment(), **ports, **issuer, **limits, "FETTLE_HOME": str(home)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        self.ready_s = time.monotonic() - began

    @cached_property
    def state(self) -> Mapping[str, Any]:
        read: dict[str, Any] = json.loads((self.home / "state.json").read_text())
        return read

    @property
    def ports(self) -> dict[str, int]:
        return {name: int(url.rpartition(":")[2]) for name, url in self.state["urls"].items()}

    @property
    def database_urls(self) -> dict[str, str]:
        """Those of the four services; the portal's has no facts and no business rows."""
        urls = self.state["database_urls"]
        return {name: urls[name] for name in SERVICES}

    @property
    def pids(self) -> dict[str, int]:
        """Of the four services, the portal, `postgres` and `nats`, those that run now."""
        children = children_of(self._process.pid)
        named = {name_of(command_line(pid)): pid for pid in (*children, *_copies(children))}
        return {name: named[name] for name in (*PROCESSES, *_ENGINES.values()) if name in named}

    def cpu_s(self) -> dict[str, float]:
        """Return what each service and engine, with the processes it began, has used so far."""
        used = self.cpu_of_all_s()
        return {name: used[name] for name in used if name != PORTAL}

    def cpu_of_all_s(self) -> dict[str, float]:
        """Return the same with the portal's."""
        return {name: cpu_s([pid]) for name, pid in self.pids.items()}

    def memory_mb(self) -> dict[str, float]:
        """Return what the services hold."""
        pids = self.pids
        return {name: resident_mb(pids[name]) for name in SERVICES}

    def portal_mb(self) -> float:
        """Return what the portal holds."""
        return resident_mb(self.pids[PORTAL])

    def token(self, role: str, subject: str, *sites: str, units: Sequence[str] = ()) -> str:
        """Return a token for the role at these sites; without any, at every one."""
        return self._issuer.token(subject, [(role, site) for site in sites or ("*",)], units=units)

    def send(
        self,
        method: str,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        token: str | None = None,
    ) -> Any:
        """Ask as the bearer of the token, by default as an admin. Raises HTTPError for what is
        refused.
        """
        headers = {
            "Authorization": f"Bearer {token or self.token('admin', 'bench')}",
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        url = self.state["urls"][service] + path
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def pause(self, *services: str) -> None:
        """Stop the clock of these services: they neither work nor end."""
        pids = self.pids
        for name in services:
            os.kill(pids[name], signal.SIGSTOP)

    def end_service(self, name: str) -> None:
        """End a service and keep it down, by pausing the supervisor that would start it again;
        until `start_ended`.
        """
        pid = self.pids[name]
        self._process.send_signal(signal.SIGSTOP)
        os.kill(pid, signal.SIGTERM)
        _wait_until(lambda: not command_line(pid), f"{name} did not end")

    def start_ended(self, name: str) -> int:
        """Let the supervisor start the service that `end_service` ended; return its process once
        there is one.
        """
        self._process.send_signal(signal.SIGCONT)
        _wait_until(lambda: name in self.pids, f"{name} was not started again")
        return self.pids[name]

    def wait_for(self, name: str) -> None:
        """Wait until that service is there and ready."""
        url = self.state["urls"][name]
        _wait_until(lambda: missing_at(url) is None, f"{name} is not ready")

    def stop(self) -> None:
        """Harmless to repeat."""
        began_with = self.pids
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGCONT)
        stop(self._process, signal.SIGTERM, timeout_s=_STOPS_TIMEOUT_S)
        for name, pid in began_with.items():  # what a supervisor that had to be killed left behind
            if name_of(command_line(pid)) == name:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT if name == "postgres" else signal.SIGKILL)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_TIMEOUT_S
        while _READY not in (said := self._log.read_bytes()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                tree = " ".join(self.tree.fettle)
                raise RuntimeError(
                    f"{tree} up was not ready: {said[-2000:].decode(errors='replace')}"
                )
            time.sleep(0.01)


@contextmanager
def running(tree: Tree) -> Iterator[Instance]:
    """An instance of the tree in a temporary folder, both gone afterwards."""
    with temporary_folder() as folder:
        instance = Instance(tree, folder / "home")
        try:
            yield instance
        finally:
            instance.stop()


def _copies(pids: Iterable[int]) -> Iterator[int]:
    """Yield the services that began as copies of the fork server among these."""
    for pid in pids:
        if _FORK_SERVER in command_line(pid):
            yield from children_of(pid)


def name_of(command: str) -> str | None:
    """Return which part of an instance was started with that command line, if it is one."""
    if service := _SERVICE.search(command):
        return service[1]
    return _ENGINES.get(command.partition(" ")[0].rpartition("/")[2])


def _wait_until(true: Callable[[], bool], otherwise: str) -> None:
    """Raises RuntimeError after a minute."""
    deadline = time.monotonic() + 60
    while not true():
        if time.monotonic() > deadline:
            raise RuntimeError(otherwise)
        time.sleep(0.005)
