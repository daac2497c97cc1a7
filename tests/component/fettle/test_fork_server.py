"""What a fork server begins is as if `python -m` had begun it, and outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from fettle.engines.processes import began, command_line
from fettle.home import CHECKOUT, PORTAL
from fettle.up.fork_server import COMMON
from fettle.up.forked import Beginning, ForkServer

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere each process imports all that it needs itself"
)

_TELLS_OF_ITSELF = """
import os, sys
print(__name__, sys.argv, os.getcwd(), sorted(os.environ), os.getsid(0) == os.getpid())
print("and what went wrong", file=sys.stderr)
print(repr(sys.stdin.read()))
sys.exit(int(os.environ["CODE"]))
"""
_DRAWS = """
import os, random, secrets
from shared.ids import new_id
print(new_id().int & (1 << 62) - 1, random.random(), secrets.token_hex())
"""
_WAITS = """
import signal
print("waits", flush=True)
signal.pause()
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that Python looks into."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "tells.py").write_text(_TELLS_OF_ITSELF)
    (folder / "draws.py").write_text(_DRAWS)
    (folder / "waits.py").write_text(_WAITS)
    (folder / "sitecustomize.py").write_text("")  # imported by every Python before all else
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{folder}:{CHECKOUT}")
        yield folder


@pytest.fixture(scope="module")
def server(modules: Path) -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


def _said_by(process: Beginning) -> list[str]:
    """All of it, to its end."""
    assert process.stdout is not None
    with process.stdout:
        return process.stdout.read().decode().splitlines()


def _says(process: Beginning) -> str:
    """The next line."""
    assert process.stdout is not None
    return process.stdout.readline().decode().rstrip()


def test_it_is_begun_as_python_begins_a_module(server: ForkServer, modules: Path) -> None:
    environment = {"CODE": "3", "PATH": os.environ["PATH"]}

    process = server.begin("tells", ["--loud"], environment)

    assert _said_by(process) == [
        f"__main__ ['{modules}/tells.py', '--loud'] {CHECKOUT} ['CODE', 'PATH'] True",
        "and what went wrong",
        "''",
    ]
    assert process.wait(20) == 3


def test_it_has_the_name_of_what_it_runs_and_is_stopped_by_a_signal(server: ForkServer) -> None:
    process = server.begin("waits", [], {})
    assert _says(process) == "waits"
    command = command_line(process.pid).split()

    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0)
    process.send_signal(signal.SIGTERM)

    assert command == [sys.executable, "-m", "waits"]
    assert _said_by(process) == []
    assert process.wait(20) == -signal.SIGTERM
    process.send_signal(signal.SIGTERM)  # which another of its number would hear


def test_each_of_several_has_an_ending_of_its_own(server: ForkServer) -> None:
    processes = [server.begin("tells", [], {"CODE": str(code)}) for code in range(4)]

    said = [len(_said_by(process)) for process in processes]

    assert said == [3, 3, 3, 3]
    assert [process.wait(20) for process in processes] == [0, 1, 2, 3]


def test_no_two_draw_the_same_by_chance(server: ForkServer) -> None:
    drawn = [_said_by(server.begin("draws", [], {}))[0].split() for _ in range(3)]

    assert len({each for by_one in drawn for each in by_one}) == 9


def test_what_it_began_outlives_it_and_the_next_is_begun_by_another(server: ForkServer) -> None:
    first = server.begin("waits", [], {})
    assert _says(first) == "waits"
    os.kill(_parent(first.pid), signal.SIGKILL)

    second = server.begin("tells", [], {"CODE": "0"})

    assert len(_said_by(second)) == 3
    assert second.wait(20) == 0
    assert (first.poll(), bool(began(first.pid))) == (None, True)
    first.send_signal(signal.SIGTERM)
    assert _said_by(first) == []
    assert first.wait(20) > 0  # who would know the signal is gone
    assert began(first.pid) == ""


def test_what_was_changed_meanwhile_is_imported_anew(server: ForkServer, modules: Path) -> None:
    environment = {"CODE": "4", "PYTHONPATH": str(modules), "PYTHONUNBUFFERED": "1"}
    before = server.begin("tells", [], environment)
    words = [line.split()[0] for line in _said_by(before)]
    (modules / "sitecustomize.py").write_text("print('changed')")

    after = server.begin("tells", [], environment)

    assert words == ["__main__", "and", "''"]
    assert [line.split()[0] for line in _said_by(after)] == ["changed", *words]
    assert (before.wait(20), after.wait(20)) == (4, 4)


def test_waiting_until_it_has_imported_is_ended_by_what_is_done_meanwhile(modules: Path) -> None:
    server = ForkServer()
    server.start()

    def stop() -> None:
        raise InterruptedError

    try:
        with pytest.raises(InterruptedError):
            server.wait(stop)
        server.wait(lambda: None)
        assert _said_by(server.begin("tells", [], {"CODE": "0"})) != []
    finally:
        server.close()


@pytest.mark.parametrize("process", ["sla", PORTAL])  # which have the least to do with each other
def test_it_has_imported_what_is_common_to_all_and_nothing_that_one_never_uses(
    process: str,
) -> None:
    server = _imported("from fettle.up.fork_server import import_common; import_common()")
    alone = _imported(f"from shared.service.start import imported; imported('services.{process}')")

    unused = ("sqlmodel", "sqlalchemy", "shared.db") if process == PORTAL else ()
    shared = {name for name in alone if not name.startswith("services")}
    assert [name for name in server - alone if not name.startswith((*_OF_ITS_OWN, *unused))] == []
    assert len(shared - server) < len(shared) / 6
    assert set(COMMON) <= server


_OF_ITS_OWN = ("fettle", "setproctitle", "runpy", "multiprocessing", "uvloop", "concurrent.futures")
"""With what an event loop brings when it runs."""


@cache
def _imported(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
