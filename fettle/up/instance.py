"""A whole Fettle on this machine: engines, databases, four services. `make up`, the demo and the tests all use this one."""

import asyncio
import json
import os
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from fettle.engines.nats import NatsServer
from fettle.engines.postgres import PostgresServer
from fettle.engines.processes import free_port, is_free
from fettle.home import PORTS, SERVICES
from fettle.issuer import AUDIENCE, NAME, Issuer
from fettle.up.children import Child, Say
from fettle.up.state import Process, State, claim_port, clear_leftovers, forget, read_state, release_port, running, who_has_port
from shared.db.migrations import missing_revision, upgrade

_READY_WITHIN_S = 60.0
_WATCH_EVERY_S = 0.1


class CannotStart(Exception):
    """What is in the way, and what to do about it."""


class Instance:
    """Everything is up and ready when `start` returns; `stop` ends all of it within five seconds."""

    def __init__(self, home: Path, ports: Mapping[str, int], say: Say) -> None:
        self.home = home
        self.ports = dict(ports)
        self.issuer = Issuer.at(home)
        self.children: dict[str, Child] = {}
        self.database_urls: dict[str, str] = {}
        self.nats_url = ""
        self.postgres: PostgresServer | None = None
        self.nats: NatsServer | None = None
        self._say = say

    @classmethod
    def start(cls, home: Path, *, ports: Mapping[str, int] | None = None, say: Say = lambda name, line: None) -> "Instance":
        """Raises CannotStart or EngineFailed; nothing is left running then."""
        home.mkdir(parents=True, exist_ok=True)
        instance = cls(home, ports or {name: free_port() for name in SERVICES}, say)
        instance._refuse_if_in_the_way()
        for name in clear_leftovers(home):
            say("up", f"{name} was left over from a start that was killed; ended")
        try:
            instance._start_everything()
        except BaseException:
            instance.stop()
            raise
        return instance

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def token(self, role: str, subject: str, site: str = "*") -> str:
        return self.issuer.token(subject, [(role, site)])

    def watch(self) -> None:
        """Begins again what died; to be called every tenth of a second or so."""
        begun_again = [child.watch() for child in self.children.values()]  # all of them, not only up to the first
        if any(begun_again):
            self._write_state()

    def missing(self, service: str) -> str | None:
        """What keeps a service from being ready, in words; None when it is ready."""
        try:
            with urllib.request.urlopen(f"{self.url(service)}/readyz", timeout=2):  # noqa: S310 - our own address
                return None
        except urllib.error.HTTPError as error:
            with error:
                return str(json.loads(error.read()).get("detail", "not ready"))
        except OSError as error:
            return f"does not answer ({error})"

    def wait_until_ready(self, within_s: float = _READY_WITHIN_S) -> None:
        """Raises CannotStart, with what is missing and where the log is."""
        deadline = time.monotonic() + within_s
        waiting = dict.fromkeys(SERVICES, "not asked yet")
        while waiting:
            self.watch()
            waiting = {name: missing for name in waiting if (missing := self.missing(name)) is not None}
            if waiting and time.monotonic() > deadline:
                logs = self.home / "logs"
                raise CannotStart(
                    "not ready: " + "; ".join(f"{name}: {missing} Its log: {logs / name}.log" for name, missing in waiting.items())
                )
            time.sleep(_WATCH_EVERY_S)

    def stop(self) -> None:
        """Services first, then what they stand on."""
        for child in self.children.values():
            child.ask_to_stop()
        deadline = time.monotonic() + 2.5
        for child in self.children.values():
            child.stop(within_s=max(deadline - time.monotonic(), 0.05))
        if self.nats is not None:
            self.nats.stop()
        if self.postgres is not None:
            self.postgres.stop()
        for port in self.ports.values():
            if who_has_port(port) == self.home:
                release_port(port)
        forget(self.home)

    def __enter__(self) -> "Instance":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _refuse_if_in_the_way(self) -> None:
        if (state := running(self.home)) is not None:
            where = ", ".join(f"{name} {url}" for name, url in state.urls.items())
            raise CannotStart(f"an instance already runs here (process {state.supervisor.pid}): {where}")
        for name, port in self.ports.items():
            if not is_free(port):
                owner = who_has_port(port)
                if owner is None and _left_over(self.home):
                    continue  # our own, from a start that was killed; cleared away next
                whose = f"the Fettle at {owner}" if owner else "another program"
                raise CannotStart(f"port {port}, wanted by {name}, is taken by {whose}: stop it, or set FETTLE_{name.upper()}_PORT")

    def _start_everything(self) -> None:
        for port in self.ports.values():
            claim_port(port, self.home)
        logs = self.home / "logs"
        logs.mkdir(exist_ok=True)
        self._start_databases()
        self.nats_url = os.environ.get("FETTLE_NATS_URL", "")
        if not self.nats_url:
            self._say("up", "starting NATS")
            self.nats = NatsServer.start(self.home / "nats")
            self.nats_url = self.nats.url
        self._write_state()
        asyncio.run(self._migrate())
        self._say("up", "starting the services")
        for name in SERVICES:
            self.children[name] = Child(name, self._environment(name), logs / f"{name}.log", self._say)
            self.children[name].start()
        self._write_state()
        self.wait_until_ready()

    def _start_databases(self) -> None:
        given = {name: os.environ.get(f"FETTLE_{name.upper()}_DATABASE_URL", "") for name in SERVICES}
        if not all(given.values()):
            self._say("up", "starting PostgreSQL")
            self.postgres = PostgresServer.start(self.home / "postgres")
            self._write_state()
        for name in SERVICES:
            if not given[name] and self.postgres is not None:
                password = _secret(self.home / "keys" / f"{name}-database")
                self.postgres.create_database(name, role=name, password=password)
                given[name] = self.postgres.url(name, name, password)
        self.database_urls = given

    async def _migrate(self) -> None:
        for name, url in self.database_urls.items():
            try:
                if await missing_revision(url, name) is not None:
                    self._say("up", f"migrating {name} to {await upgrade(url, name)}")
            except OSError as error:
                raise CannotStart(f"the database of {name} does not answer: {error}. Check FETTLE_{name.upper()}_DATABASE_URL") from error

    def _environment(self, name: str) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "FETTLE_ENV": "development",
            f"FETTLE_{name.upper()}_DATABASE_URL": self.database_urls[name],
            f"FETTLE_{name.upper()}_PORT": str(self.ports[name]),
            "FETTLE_NATS_URL": self.nats_url,
            "FETTLE_JWKS": str(self.issuer.jwks),
            "FETTLE_ISSUER": NAME,
            "FETTLE_AUDIENCE": AUDIENCE,
            "FETTLE_OFFER_KEYS": self.issuer.offer_keys,
            "FETTLE_DISPATCH_PUBLIC_URL": self.url("dispatch"),
        }

    def _write_state(self) -> None:
        engines = [("postgres", self.postgres), ("nats", self.nats)]
        children = [Process.of(name, engine.pid) for name, engine in engines if engine is not None]
        children += [Process.of(child.name, child.pid) for child in self.children.values() if child.alive]
        State(
            supervisor=Process.of("supervisor", os.getpid()),
            children=tuple(children),
            urls={name: self.url(name) for name in SERVICES},
            nats_url=self.nats_url,
            database_urls=self.database_urls,
        ).write(self.home)


def ports_from_environment() -> dict[str, int]:
    """FETTLE_<NAME>_PORT, or the usual ones. Raises CannotStart for what is no port."""
    ports = {}
    for name, usual in PORTS.items():
        given = os.environ.get(f"FETTLE_{name.upper()}_PORT", str(usual))
        if not given.isdigit() or not 0 < int(given) < 65536:
            raise CannotStart(f"FETTLE_{name.upper()}_PORT is {given!r}; it has to be a port, 1 to 65535")
        ports[name] = int(given)
    return ports


def _left_over(home: Path) -> bool:
    state = read_state(home)
    return state is not None and any(child.alive for child in state.children)


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()
