"""How long `fettle up` takes until it says that it is ready: the first time, and again with what is there."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from fettle.engines.processes import free_port
from fettle.home import SERVICES
from tests.bench.instances import temporary_home

_WITHIN_S = 90.0


def measure_starts() -> dict[str, float]:
    """`{"first_s", "second_s"}`, from the command to its word that everything is ready."""
    with temporary_home() as home:
        return {"first_s": _start(home), "second_s": _start(home)}


def _start(home: Path) -> float:
    ports = {f"FETTLE_{name.upper()}_PORT": str(free_port()) for name in SERVICES}
    environment = {**os.environ, **ports, "FETTLE_HOME": str(home)}
    began = time.monotonic()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("fettle")), "up"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    impatience = threading.Timer(_WITHIN_S, process.kill)
    impatience.start()
    assert process.stderr is not None
    try:
        said = b""
        for line in process.stderr:
            said += line
            if b"is ready after" in line:
                return time.monotonic() - began
        raise RuntimeError(f"fettle up was not ready: {said[-2000:].decode(errors='replace')}")
    finally:
        impatience.cancel()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
