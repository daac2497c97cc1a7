"""A whole Fettle on this machine: engines, databases, four services and the portal.

`make up`, the demo and the tests all use this one.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from fettle.engines.postgres import PostgresServer, discard_postgres
from fettle.engines.processes import free_ports
from fettle.home import PROCESSES
from fettle.issuer import Issuer
from fettle.up.addresses import Addresses
from fettle.up.children import Child
from fettle.up.demo_people import PLAYER
from fettle.up.engines import Engines
from fettle.up.environments import (
    issues_tokens,
    process_environment,
    technician_environment,
    topology_environment,
)
from fettle.up.forked import ForkServer, begin_alone
from fettle.up.ports import refuse_taken
from fettle.up.readiness import by_reason, missing_at
from fettle.up.refusals import CannotStart
from fettle.up.state import Process, State, clear_leftovers, forget, lock_home
from fettle.up.watch import Say, Watch, Watched

# what starts slowly on a busy machine is waited for, as long as it does not fail
_READY_TIMEOUT_S = 180.0
_LOOK_INTERVAL_S = 0.1
_TELL_INTERVAL_S = 5.0
_SERVICES_STOP_TIMEOUT_S = 2.5
_STOP_TIMEOUT_S = 4.5
_TECHNICIAN_STOP_TIMEOUT_S = 1.0


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
        self.addresses = Addresses.of(ports, counts or {})
        self.issuer = Issuer.at(home)
        self.children: dict[str, Child] = {}
        self.technician: Child | None = None
        self._engines = Engines(
            home, spared=self.addresses.taken, say=say, started=self._watch_over
        )
        self._fork_server = ForkServer()
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
            ports or dict(zip(PROCESSES, free_ports(len(PROCESSES)), strict=True)),
            say,
            stopping,
            counts,
        )
        instance._right_to_home = lock_home(home)
        try:
            instance._start_everything()
        except BaseException:
            instance.stop()
            raise
        return instance

    @property
    def ports(self) -> Mapping[str, int]:
        return self.addresses.ports

    @property
    def services(self) -> Mapping[str, str]:
        """The service of each instance by the instance's name."""
        return self.addresses.services

    @property
    def nats_url(self) -> str:
        """The operator's address."""
        return self._engines.nats_url

    @property
    def database_urls(self) -> Mapping[str, str]:
        return self._engines.database_urls

    @property
    def postgres(self) -> PostgresServer | None:
        """The embedded server; None where all databases are others' own."""
        return self._engines.postgres

    @property
    def issues_tokens(self) -> bool:
        """Whether the development issuer does."""
        return issues_tokens()

    def url(self, service: str) -> str:
        return self.addresses.url(service)

    def token(self, role: str, subject: str, site: str = "*") -> str:
        return self.issuer.token(subject, [(role, site)])

    def watch(self) -> None:
        """Begins again what died, engines included; to be called every tenth of a second or so, by
        one thread.
        """
        begun_again = [watch.look() for watch in self._watches]  # all, not only up to the first
        if any(begun_again):
            try:
                self._write_state()
            except OSError as error:
                self._say("up", f"{self.home / 'state.json'} is out of date: {error}")

    @property
    def instance_urls(self) -> dict[str, str]:
        """Where each instance answers alone: at a port of its own if others share the service's."""
        return {name: self.addresses.url_alone(name) for name in self.addresses.services}

    def missing(self, name: str) -> str | None:
        """Return what this instance of a service still waits for, in its own words; None when it is
        ready.
        """
        return missing_at(self.addresses.url_alone(name))

    def start_technician(self) -> None:
        """Put a technician to work at the site demo who takes every job, until the stop."""
        told = technician_environment(self.addresses, self.home)
        self.technician = self._start_child("technician", PLAYER, told)
        self._write_state()

    def wait_until_ready(self, timeout_s: float = _READY_TIMEOUT_S) -> None:
        """Raises CannotStart, with what is missing and where the log is."""
        deadline = time.monotonic() + timeout_s
        tell_at = time.monotonic() + _TELL_INTERVAL_S
        waiting = dict.fromkeys(self.addresses.services, "")
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
                raise CannotStart(f"not ready within {timeout_s:g} s: {told}")
            if time.monotonic() > tell_at:
                tell_at = time.monotonic() + _TELL_INTERVAL_S
                self._say("up", "waiting for " + by_reason(waiting))
            time.sleep(_LOOK_INTERVAL_S)

    def stop(self) -> None:
        """Services first, then what they stand on. Harmless to repeat."""
        began = time.monotonic()
        self._watches.clear()
        # first, while there are services that it can take its leave of
        if self.technician is not None:
            self.technician.stop(timeout_s=_TECHNICIAN_STOP_TIMEOUT_S)
        for child in self.children.values():
            child.ask_to_stop()
        for child in self.children.values():
            child.stop(timeout_s=max(began + _SERVICES_STOP_TIMEOUT_S - time.monotonic(), 0.05))
        self._fork_server.close()
        engines = self._engines.running()
        for engine in engines:
            engine.ask_to_stop()
        for engine in engines:
            engine.stop(timeout_s=max(began + _STOP_TIMEOUT_S - time.monotonic(), 0.05))
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

    def _start_everything(self) -> None:
        for name in clear_leftovers(self.home):
            self._say("up", f"ended {name}, left over from a start that was killed")
        if self.addresses.instance_ports and not sys.platform.startswith("linux"):
            self._say(
                "up",
                "this system may give all requests to one of several instances: only Linux "
                "spreads them over a shared port",
            )
        refuse_taken(self.ports)
        self._write_state()
        (self.home / "logs").mkdir(exist_ok=True)
        self._fork_server.start()
        self._engines.start_nats()
        # before the databases, which take longer: then streams are there when services come
        told = topology_environment(self.nats_url)
        self.children["topology"] = self._start_child("topology", ("fettle", "topology"), told)
        self._write_state()
        self._go_on()
        self._engines.start_databases(instances=len(self.addresses.services))
        self._say("up", "starting the services")
        for name, service in self.addresses.services.items():
            self._go_on()
            if name == service:  # the first of its instances; those before start meanwhile
                self._engines.migrate(service)
            environment = process_environment(
                name,
                self.addresses,
                self.issuer,
                home=self.home,
                nats=self._engines.nats_settings(service),
                database_url=self.database_urls[service],
            )
            self._fork_server.wait(self._go_on)
            self.children[name] = self._start_child(name, (f"services.{service}",), environment)
            self._write_state()
        self.wait_until_ready()
        self._ready = True
        self._write_state()

    def _start_child(
        self, name: str, module: Sequence[str], environment: Mapping[str, str]
    ) -> Child:
        log = self.home / "logs" / f"{name}.log"
        begin = self._fork_server.begin if name in self.services else begin_alone
        child = Child(name, module, environment, log, self._say, begin)
        child.start()
        self._watch_over(name, child)
        return child

    def _watch_over(self, name: str, watched: Watched) -> None:
        self._watches.append(Watch(name, watched, self._say))

    def _go_on(self) -> None:
        if self._stopping():
            raise CannotStart("stopped before everything was ready")

    def _write_state(self) -> None:
        children = [*self.children.values(), *filter(None, [self.technician])]
        State(
            supervisor=Process.of("supervisor", os.getpid()),
            children=tuple(Process.of(child.name, child.pid) for child in children if child.alive),
            urls={name: self.url(name) for name in PROCESSES},
            nats_url=self.nats_url,
            database_urls=self.database_urls,
            ready=self._ready,
            instance_urls={
                name: self.instance_urls[name] for name in self.addresses.instance_ports
            },
        ).write(self.home)
