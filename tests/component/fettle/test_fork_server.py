"""What a fork server begins is as if `python -m` had begun it, and outlives it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fettle.engines.processes import began, command_line
from fettle.home import CHECKOUT, PORTAL, PROCESSES
from fettle.up.fork_server import COMMON
from fettle.up.forked import ForkServer

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
_WAITS = """
import signal
print("waits", flush=True)
signal.pause()
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that Python looks into."""
    (tmp_path / "tells.py").write_text(_TELLS_OF_ITSELF)
    (tmp_path / "waits.py").write_text(_WAITS)
    (tmp_path / "sitecustomize.py").write_text("")  # imported by every Python before all else
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{CHECKOUT}")
    return tmp_path


@pytest.fixture
def server(modules: Path) -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


def test_it_is_begun_as_python_begins_a_module(server: ForkServer) -> None:
    environment = {"CODE": "3", "PATH": os.environ["PATH"]}

    process = server.begin("tells", ["--loud"], environment)

    with process.stdout:
        said = process.stdout.read().decode().splitlines()
    assert process.wait(20) == 3
    assert said == [
        f"__main__ ['tells', '--loud'] {CHECKOUT} ['CODE', 'PATH'] True",
        "and what went wrong",
        "''",
    ]


def test_it_has_the_name_of_what_it_runs_and_is_stopped_by_a_signal(server: ForkServer) -> None:
    process = server.begin("waits", [], {})
    with process.stdout:
        assert process.stdout.readline() == b"waits\n"
        command = command_line(process.pid).split()

        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0)
        process.send_signal(signal.SIGTERM)

        assert command == [sys.executable, "-m", "waits"]
        assert process.wait(20) == -signal.SIGTERM
    process.send_signal(signal.SIGTERM)  # which another of its number would hear


def test_each_of_several_has_an_ending_of_its_own(server: ForkServer) -> None:
    processes = [server.begin("tells", [], {"CODE": str(code)}) for code in range(4)]

    codes = [process.wait(20) for process in processes]

    for process in processes:
        process.stdout.close()
    assert codes == [0, 1, 2, 3]


def test_what_it_began_outlives_it_and_the_next_is_begun_by_another(server: ForkServer) -> None:
    first = server.begin("waits", [], {})
    with first.stdout:
        assert first.stdout.readline() == b"waits\n"
        os.kill(_parent(first.pid), signal.SIGKILL)

        second = server.begin("tells", [], {"CODE": "0"})
        with second.stdout:
            assert b"__main__" in second.stdout.read()

        assert second.wait(20) == 0
        assert (first.poll(), first.is_there) == (None, True)
        first.send_signal(signal.SIGTERM)
        assert first.wait(20) not in (0, None)
    assert began(first.pid) == ""


def test_what_was_changed_meanwhile_is_imported_anew(server: ForkServer, modules: Path) -> None:
    server.begin("tells", [], {"CODE": "0"}).stdout.close()
    (modules / "sitecustomize.py").write_text("print('changed')")

    process = server.begin("tells", [], {"CODE": "4", "PYTHONPATH": str(modules)})

    with process.stdout:
        assert process.stdout.readline() == b"changed\n"
    assert process.wait(20) == 4


@pytest.mark.parametrize("process", PROCESSES)
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
