"""A whole Fettle on this machine: engines, databases, four services.

`make up`, the demo and the tests all use this one.
"""

import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TextIO

from fettle.engines.engine import Engine
from fettle.engines.nats import NatsServer
from fettle.engines.postgres import PostgresServer, discard_postgres
from fettle.engines.processes import free_ports
from fettle.home import SERVICES
from fettle.issuer import AUDIENCE, NAME, Issuer
from fettle.schemas import CannotMigrate, bring_up_to_date
from fettle.up.children import Child
from fettle.up.instance_counts import instance_names
from fettle.up.ports import refuse_taken
from fettle.up.readiness import by_reason, missing_at
from fettle.up.refusals import CannotStart
from fettle.up.state import Process, State, clear_leftovers, forget, read_state, take_home
from fettle.up.watch import Say, Watch

# what starts slowly on a busy machine is waited for, as long as it does not fail
_READY_WITHIN_S = 180.0
_LOOK_EVERY_S = 0.1
_TELL_EVERY_S = 5.0
_SERVICES_STOP_WITHIN_S = 2.5
_ALL_STOPS_WITHIN_S = 4.5
_TECHNICIAN_STOPS_WITHIN_S = 1.0
_CONNECTIONS_EACH = 20
"""Of an instance to its database, at the usual FETTLE_POOL_SIZE, and some to spare."""


class Instance:
    """Everything is up and ready when `start` returns; `stop` ends all of it within five seconds.

    Not to be started or stopped inside an event loop: `await asyncio.to_thread(Instance.start, …)`.
    """

    def __init__(
        self,
        home: Path,
        ports: Mapping[str, int],
        say: Say,
        stopping: Callable[[], bool],
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self.home = home
        self.ports = dict(ports)
        self.services = instance_names(dict.fromkeys(SERVICES, 1) | dict(counts or {}))
        """The service of each instance: of several `tickets`, `tickets-2`, …, which share the
        service's port.
        """
        shared = [
            name
            for name, service in self.services.items()
            if list(self.services.values()).count(service) > 1
        ]
        self.instance_ports = dict(
            zip(shared, free_ports(len(shared), but=self.ports.values()), strict=True)
        )
        self.issuer = Issuer.at(home)
        self.children: dict[str, Child] = {}
        self.technician: Child | None = None
        self.database_urls: dict[str, str] = {}
        self.nats_url = ""
        self.postgres: PostgresServer | None = None
        self.nats: NatsServer | None = None
        self._watches: list[Watch] = []
        self._say = say
        self._stopping = stopping
        self._ready = False
        self._right_to_home: TextIO | None = None

    @classmethod
    def start(
        cls,
        home: Path,
        *,
        ports: Mapping[str, int] | None = None,
        counts: Mapping[str, int] | None = None,
        say: Say = lambda name, line: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> "Instance":
        """On free ports unless told which; `counts` instances of a service, one unless told; given
        up as soon as `stopping()` is true.

        Raises CannotStart, EngineFailed or NotInProduction; nothing is left running then.
        """
        home = home.resolve()
        home.mkdir(parents=True, exist_ok=True)
        instance = cls(
            home,
            ports or dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True)),
            say,
            stopping,
            counts,
        )
        instance._take_home()
        try:
            instance._start_everything()
        except BaseException:
            instance.stop()
            raise
        return instance

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    @property
    def issues_tokens(self) -> bool:
        """By the development issuer; with FETTLE_JWKS another one does."""
        return not os.environ.get("FETTLE_JWKS")

    def token(self, role: str, subject: str, site: str = "*") -> str:
        return self.issuer.token(subject, [(role, site)])

    def watch(self) -> None:
        """Begins again what died, engines included; to be called every tenth of a second or so, by
        one thread.
        """
        # all of them, not only up to the first
        begun_again = [watch.look() for watch in self._watches]
        if any(begun_again):
            try:
                self._write_state()
            except OSError as error:
                self._say("up", f"{self.home / 'state.json'} is out of date: {error}")

    @property
    def instance_urls(self) -> dict[str, str]:
        """Where each instance answers alone: at a port of its own if others share the service's."""
        return {name: self._url_alone(name) for name in self.services}

    def missing(self, name: str) -> str | None:
        """Return what this instance of a service still waits for, in its own words; None when it is
        ready.
        """
        return missing_at(self._url_alone(name))

    def start_technician(self) -> None:
        """Put a technician to work at the site demo who takes every job, until the stop."""
        given = {f"FETTLE_{name.upper()}_URL": self.url(name) for name in ("dispatch", "notify")}
        environment = {
            **os.environ,
            **given,
            "FETTLE_HOME": str(self.home),
            "FETTLE_ENV": "development",
            "PYTHONUNBUFFERED": "1",
        }
        if self.issues_tokens:
            environment.pop("FETTLE_TOKEN", None)
        command = ("fettle", "technician", "--accept", "--work")
        self.technician = Child(
            "technician", command, environment, self.home / "logs" / "technician.log", self._say
        )
        self.technician.start()
        self._watches.append(Watch("technician", self.technician, self._say))
        self._write_state()

    def wait_until_ready(self, within_s: float = _READY_WITHIN_S) -> None:
        """Raises CannotStart, with what is missing and where the log is."""
        deadline = time.monotonic() + within_s
        tell_at = time.monotonic() + _TELL_EVERY_S
        waiting = dict.fromkeys(self.services, "")
        while waiting := {
            name: missing for name in waiting if (missing := self.missing(name)) is not None
        }:
            self._go_on()
            for name, child in self.children.items():
                if (reason := child.gave_up) is not None:
                    raise CannotStart(f"{name} does not start: {reason}")
            self.watch()
            if time.monotonic() > deadline:
                told = "; ".join(
                    f"{name}: {missing} Its log: {self.children[name].log}"
                    for name, missing in waiting.items()
                )
                raise CannotStart(f"not ready within {within_s:g} s: {told}")
            if time.monotonic() > tell_at:
                tell_at = time.monotonic() + _TELL_EVERY_S
                self._say("up", "waiting for " + by_reason(waiting))
            time.sleep(_LOOK_EVERY_S)

    def stop(self) -> None:
        """Services first, then what they stand on. Harmless to repeat."""
        began = time.monotonic()
        self._watches.clear()
        # first, while there are services that it can take its leave of
        if self.technician is not None:
            self.technician.stop(within_s=_TECHNICIAN_STOPS_WITHIN_S)
        for child in self.children.values():
            child.ask_to_stop()
        for child in self.children.values():
            child.stop(within_s=max(began + _SERVICES_STOP_WITHIN_S - time.monotonic(), 0.05))
        engines: list[Engine] = [
            engine for engine in (self.nats, self.postgres) if engine is not None
        ]
        for engine in engines:
            engine.ask_to_stop()
        for engine in engines:
            engine.stop(within_s=max(began + _ALL_STOPS_WITHIN_S - time.monotonic(), 0.05))
        if self._right_to_home is not None:
            forget(self.home)
            self._right_to_home.close()
            self._right_to_home = None

    def discard(self) -> None:
        """Stops it and removes its home, and its data wherever they lie."""
        self.stop()
        discard_postgres(self.home / "postgres")
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> "Instance":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _take_home(self) -> None:
        self._right_to_home = take_home(self.home)
        if self._right_to_home is None:
            state = read_state(self.home)
            if state is None:
                raise CannotStart(f"another start is under way in {self.home}")
            how = "already runs" if state.ready else "is just starting"
            where = ", ".join(f"{name} {url}" for name, url in state.urls.items())
            raise CannotStart(
                f"an instance {how} in {self.home} (process {state.supervisor.pid}): {where}"
            )

    def _start_everything(self) -> None:
        for name in clear_leftovers(self.home):
            self._say("up", f"ended {name}, left over from a start that was killed")
        if self.instance_ports and not sys.platform.startswith("linux"):
            self._say(
                "up",
                "this system may give all requests to one of several instances: only Linux "
                "spreads them over a shared port",
            )
        refuse_taken(self.ports)
        self._write_state()
        logs = self.home / "logs"
        logs.mkdir(exist_ok=True)
        self._start_nats()
        self._start_databases()
        for name, url in self.database_urls.items():
            self._go_on()
            if (revision := _migrated(name, url)) is not None:
                self._say("up", f"the database of {name} is now at {revision}")
        self._say("up", "starting the services")
        for name, service in self.services.items():
            self.children[name] = Child(
                name,
                (f"services.{service}",),
                self._environment(name),
                logs / f"{name}.log",
                self._say,
            )
            self.children[name].start()
            self._watches.append(Watch(name, self.children[name], self._say))
            self._write_state()
        self.wait_until_ready()
        self._ready = True
        self._write_state()

    def _start_nats(self) -> None:
        self.nats_url = os.environ.get("FETTLE_NATS_URL", "")
        if not self.nats_url:
            self._say("up", "starting NATS")
            self.nats = NatsServer.start(self.home / "nats", spared=self._spared)
            self.nats_url = self.nats.url
            self._watches.append(Watch("nats", self.nats, self._say))

    def _start_databases(self) -> None:
        given = {
            name: os.environ.get(f"FETTLE_{name.upper()}_DATABASE_URL", "") for name in SERVICES
        }
        if not all(given.values()):
            self._go_on()
            self._say("up", "starting PostgreSQL")
            connections = str(max(200, _CONNECTIONS_EACH * len(self.services)))
            self.postgres = PostgresServer.start(
                self.home / "postgres",
                spared=self._spared,
                settings={"max_connections": connections},
            )
            self._watches.append(Watch("postgres", self.postgres, self._say))
        for name in SERVICES:
            if not given[name] and self.postgres is not None:
                password = _secret(self.home / "keys" / f"{name}-database")
                self.postgres.create_database(name, role=name, password=password)
                given[name] = self.postgres.url(name, name, password)
        self.database_urls = given

    def _url_alone(self, name: str) -> str:
        return (
            f"http://127.0.0.1:{self.instance_ports[name]}"
            if name in self.instance_ports
            else self.url(self.services[name])
        )

    @property
    def _spared(self) -> list[int]:
        return [*self.ports.values(), *self.instance_ports.values()]

    def _environment(self, name: str) -> dict[str, str]:
        service = self.services[name]
        own_port = (
            {"FETTLE_INSTANCE_PORT": str(self.instance_ports[name])}
            if name in self.instance_ports
            else {}
        )
        inherited = {
            key: value for key, value in os.environ.items() if key != "FETTLE_INSTANCE_PORT"
        }
        own_issuer = {
            "FETTLE_JWKS": str(self.issuer.jwks),
            "FETTLE_ISSUER": NAME,
            "FETTLE_AUDIENCE": AUDIENCE,
        }
        return {
            "FETTLE_DISPATCH_PUBLIC_URL": self.url("dispatch"),
            **inherited,
            **(own_issuer if self.issues_tokens else {}),
            **self.issuer.offer_settings(os.environ),
            "PYTHONUNBUFFERED": "1",
            "FETTLE_ENV": "development",
            f"FETTLE_{service.upper()}_DATABASE_URL": self.database_urls[service],
            f"FETTLE_{service.upper()}_PORT": str(self.ports[service]),
            **own_port,
            "FETTLE_NATS_URL": self.nats_url,
        }

    def _go_on(self) -> None:
        if self._stopping():
            raise CannotStart("stopped before everything was ready")

    def _write_state(self) -> None:
        children = [
            *self.children.values(),
            *([self.technician] if self.technician is not None else []),
        ]
        State(
            supervisor=Process.of("supervisor", os.getpid()),
            children=tuple(Process.of(child.name, child.pid) for child in children if child.alive),
            urls={name: self.url(name) for name in SERVICES},
            nats_url=self.nats_url,
            database_urls=self.database_urls,
            ready=self._ready,
            instance_urls={name: self.instance_urls[name] for name in self.instance_ports},
        ).write(self.home)


def _migrated(name: str, url: str) -> str | None:
    try:
        return bring_up_to_date(name, url)
    except CannotMigrate as error:
        raise CannotStart(str(error)) from error


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()
