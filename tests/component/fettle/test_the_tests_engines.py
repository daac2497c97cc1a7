"""The engines of the tests themselves: containers or embedded ones, and nothing of a killed run
stays behind.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from fettle.engines.processes import began
from fettle.home import CHECKOUT
from tests.support.engines import SETTING, Databases
from tests.support.runs import MARK, end_leftovers

_CHOOSES = """
from contextlib import ExitStack
from tests.support.engines import contained
print("embedded" if contained(ExitStack(), lambda containers: containers.nats()) is None
  else "in a container")
"""
_A_RUN = """
import os, signal, sys
from pathlib import Path
from fettle.engines.nats import NatsServer
from fettle.engines.postgres import PostgresServer
from tests.support.runs import mark_this_run
mark_this_run()
home = Path(sys.argv[1])
postgres, nats = PostgresServer.start(home / "postgres"), NatsServer.start(home / "nats")
print(postgres.pid, nats.pid, postgres.folder, flush=True)
signal.pause()
"""
_A_PROCESS = "import signal; signal.pause()"


def chooses(**environment: str) -> str:
    """What a test run would say of its engines, with nothing in the environment that names a Docker
    engine but this.
    """
    ours = {
        name: value for name, value in os.environ.items() if name not in ("DOCKER_HOST", SETTING)
    }
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", _CHOOSES],
        cwd=CHECKOUT,
        env={**ours, "HOME": "/nowhere", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("engine", ["unix:///nowhere.sock", "tcp://127.0.0.1:1"])
def test_a_docker_engine_that_does_not_answer_is_done_without(engine: str) -> None:
    assert chooses(DOCKER_HOST=engine) == "embedded\n"


def test_containers_that_are_demanded_and_cannot_be_had_are_said_to_be_missing() -> None:
    assert "NoContainers: no Docker engine answers" in chooses(
        DOCKER_HOST="unix:///nowhere.sock", **{SETTING: "containers"}
    )


def test_a_demand_for_something_else_is_refused() -> None:
    assert "it has to be `containers`, `embedded` or nothing" in chooses(**{SETTING: "docker"})


_TABLES = """
create table parents (id int generated always as identity primary key);
create table children (id serial primary key, parent int references parents)"""
_ROWS = """
insert into parents default values;
insert into children values (7, 1);
select nextval('children_id_seq')"""


async def test_a_database_that_is_given_back_is_as_new(databases: Databases) -> None:
    async def schema(url: str) -> None:
        await _executed(url, _TABLES)

    url = await databases.fresh("given_back", schema)
    await _executed(url, _ROWS)

    await databases.give_back("given_back", url, schema)

    assert await databases.fresh("given_back", schema) == url
    assert await _value(url, "select count(*) from children") == 0
    assert await _value(url, "insert into parents default values returning id") == 1
    assert await _value(url, "insert into children default values returning id") == 1


async def _executed(url: str, script: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


async def _value(url: str, statement: str) -> object:
    """Return the first value of what the statement returns."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@contextmanager
def a_process(**environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", _A_PROCESS], env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(
    not Path("/proc/self/environ").exists(),
    reason="only Linux shows what a process was started with",
)
def test_what_a_killed_run_left_is_ended_with_its_data_and_nobody_else(tmp_path: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", _A_RUN, tmp_path], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    with (
        killed,
        a_process() as of_this_run,
        a_process(**{MARK: "4711|another|machine"}) as of_another,
    ):
        postgres, nats, folder = killed.stdout.readline().split()
        killed.kill()
        killed.wait()

        ended = end_leftovers()

        assert sorted(Path(command.split()[0]).name for command in ended) == [
            "nats-server",
            "postgres",
        ]
        assert (began(int(postgres)), began(int(nats))) == ("", "")
        assert not Path(folder).exists()
        assert of_this_run.poll() is None
        assert of_another.poll() is None
