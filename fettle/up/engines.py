"""The broker and the databases of an instance: those that the environment names, else its own."""

import os
import secrets
from collections.abc import Callable, Collection
from pathlib import Path

from fettle.engines.engine import Engine
from fettle.engines.nats import NatsServer
from fettle.engines.postgres import PostgresServer
from fettle.home import PROCESSES, SERVICES
from fettle.schemas import CannotMigrate, bring_up_to_date
from fettle.up.refusals import CannotStart
from fettle.up.watch import Say, Watched
from shared.messaging.names import IMPORTED_API
from shared.messaging.rights import OPERATOR

_CONNECTIONS_EACH = 20
"""Of an instance to its database, at the usual FETTLE_POOL_SIZE, and some to spare."""


class Engines:
    """What was started is told to `started(name, engine)`, and stands here from then on; `spared`
    are ports that no engine may take.
    """

    def __init__(
        self,
        home: Path,
        *,
        spared: Collection[int],
        say: Say,
        started: Callable[[str, Watched], None],
    ) -> None:
        self.nats_url = ""
        """The operator's address."""
        self.database_urls: dict[str, str] = {}
        self.nats: NatsServer | None = None
        self.postgres: PostgresServer | None = None
        self._home = home
        self._spared = list(spared)
        self._say = say
        self._started = started

    def start_nats(self) -> None:
        """Raises EngineFailed."""
        self.nats_url = os.environ.get("FETTLE_NATS_URL", "")
        if not self.nats_url:
            self._say("up", "starting NATS")
            keys = self._home / "keys"
            self.nats = NatsServer.start(
                self._home / "nats",
                spared=self._spared,
                passwords={user: _secret(keys / f"{user}-nats") for user in (OPERATOR, *SERVICES)},
            )
            self.nats_url = self.nats.url
            self._started("nats", self.nats)

    def nats_settings(self, process: str) -> dict[str, str]:
        """Return what a service is told of the broker; the same as all, where that was given. The
        portal is told nothing.
        """
        if process not in SERVICES:
            return {}
        if self.nats is None:
            return {"FETTLE_NATS_URL": self.nats_url}
        return {"FETTLE_NATS_URL": self.nats.url_of(process), "FETTLE_NATS_API": IMPORTED_API}

    def start_databases(self, *, instances: int) -> None:
        """Start PostgreSQL, with room for so many instances, and make the databases.

        Raises EngineFailed.
        """
        given = {
            name: os.environ.get(f"FETTLE_{name.upper()}_DATABASE_URL", "") for name in PROCESSES
        }
        if not all(given.values()):
            self._say("up", "starting PostgreSQL")
            self.postgres = PostgresServer.start(
                self._home / "postgres",
                spared=self._spared,
                settings={"max_connections": str(max(200, _CONNECTIONS_EACH * instances))},
            )
            self._started("postgres", self.postgres)
        for name in PROCESSES:
            if not given[name] and self.postgres is not None:
                password = _secret(self._home / "keys" / f"{name}-database")
                self.postgres.create_database(name, role=name, password=password)
                given[name] = self.postgres.url(name, name, password)
        self.database_urls = given

    def migrate(self, name: str) -> None:
        """Bring the database of a process to the newest schema. Raises CannotStart."""
        try:
            revision = bring_up_to_date(name, self.database_urls[name])
        except CannotMigrate as error:
            raise CannotStart(str(error)) from error
        if revision is not None:
            self._say("up", f"the database of {name} is now at {revision}")

    def running(self) -> list[Engine]:
        return [engine for engine in (self.nats, self.postgres) if engine is not None]


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()
