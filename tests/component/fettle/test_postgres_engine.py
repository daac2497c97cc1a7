"""The embedded PostgreSQL: quick, shut to strangers, and back after any end."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from fettle.engines.postgres import PostgresServer, end_leftover_postgres
from fettle.engines.processes import EngineFailed, command_line
from tests.support.eventually import eventually


async def ask(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url, timeout=5)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def a_database(server: PostgresServer, name: str) -> str:
    """A database with a role of the same name; its URL."""
    await asyncio.to_thread(server.create_database, name, role=name, password=f"{name}'s secret")
    return server.url(name, name, f"{name}'s secret")


@pytest.fixture(scope="module")
def kept_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server") / "data"


@pytest.fixture(scope="module")
def server(kept_data: Path) -> Iterator[PostgresServer]:
    """One that runs, for all tests that leave it so."""
    with PostgresServer.start(kept_data) as started:
        yield started
    started.discard()


async def test_it_is_postgresql_18_in_utf8_with_the_same_order_on_every_machine(
    server: PostgresServer,
) -> None:
    version = await ask(
        server.admin_url(), "select current_setting('server_version_num')::int / 10000"
    )
    order = await ask(
        server.admin_url(),
        "select string_agg(w, ' ' order by w) from unnest(array['b', 'A', '水', 'a', 'B']) w",
    )
    encoding = await ask(server.admin_url(), "select current_setting('server_encoding')")

    assert (version, encoding, order) == (18, "UTF8", "A B a b 水")


async def test_a_role_enters_its_own_database_and_no_other(server: PostgresServer) -> None:
    tickets = await a_database(server, "tickets")
    await a_database(server, "sla")

    assert await ask(tickets, "select current_user") == "tickets"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(server.url("tickets", "sla", "sla's secret"), "select 1")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(server.url("tickets", "tickets", "guess"), "select 1")


async def test_making_a_database_again_keeps_what_is_in_it_and_takes_the_new_password(
    server: PostgresServer,
) -> None:
    await ask(await a_database(server, "dispatch"), "create table kept ()")

    again = await a_database(server, "dispatch")

    assert await ask(again, "select count(*) from kept") == 0


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_what_is_committed_is_there_after_a_restart_on_the_same_port(
    server: PostgresServer, end: str
) -> None:
    port = server.port
    await ask(server.admin_url(), f"create table kept_by_{end} as select 7 as number")

    getattr(server, end)()
    server.restart()

    assert await ask(server.admin_url(), f"select number from kept_by_{end}") == 7
    assert server.port == port


async def test_the_data_outlives_the_server(data: Path) -> None:
    with PostgresServer.start(data) as server:
        await ask(server.admin_url(), "create table kept as select 7 as number")

    with PostgresServer.start(data) as another:
        assert await ask(another.admin_url(), "select number from kept") == 7


def test_a_second_server_on_the_same_data_is_refused_by_name(
    server: PostgresServer, kept_data: Path
) -> None:
    with pytest.raises(EngineFailed) as refused:
        PostgresServer.start(kept_data)

    assert f"already runs on {server.folder / 'cluster'} (process {server.pid})" in str(
        refused.value
    )


def test_a_port_that_is_taken_is_named_and_a_free_one_is_found_otherwise(
    server: PostgresServer, tmp_path: Path
) -> None:
    with pytest.raises(EngineFailed, match=f"port {server.port} is taken"):
        PostgresServer.start(tmp_path / "other", port=server.port).discard()

    other = PostgresServer.start(tmp_path / "other")

    other.discard()
    assert other.port != server.port


async def test_what_a_killed_parent_left_is_ended_and_the_next_start_finds_its_data(
    data: Path,
) -> None:
    with PostgresServer.start(data) as left:
        await ask(left.admin_url(), "create table kept as select 7 as number")

        ended = end_leftover_postgres(data)

        assert (ended, left.alive, end_leftover_postgres(data)) == (True, False, False)
    with PostgresServer.start(data) as server:
        assert await ask(server.admin_url(), "select number from kept") == 7


def test_a_pid_left_behind_that_is_somebody_elses_now_neither_stops_the_start_nor_is_ended(
    data: Path,
) -> None:
    with PostgresServer.start(data) as server:
        pid_file = server.folder / "cluster" / "postmaster.pid"
        lines = pid_file.read_text().splitlines(keepends=True)
        server.kill()
    pid_file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))

    ended = end_leftover_postgres(data)

    assert not ended
    with PostgresServer.start(data) as server:
        assert server.alive


@pytest.mark.parametrize("left", ["", "12"])
def test_a_pid_file_cut_short_does_not_stop_the_start(data: Path, left: str) -> None:
    with PostgresServer.start(data) as server:
        pid_file = server.folder / "cluster" / "postmaster.pid"
        server.kill()
    pid_file.write_text(left)

    with PostgresServer.start(data) as server:
        alive = server.alive

    assert alive


def test_a_cluster_whose_making_was_cut_short_is_made_anew(data: Path) -> None:
    with PostgresServer.start(data) as server:
        folder = server.folder
    (folder / "cluster").rename(folder / "unfinished")

    with PostgresServer.start(data) as server:
        alive = server.alive

    assert alive
    assert not (folder / "unfinished").exists()


def test_a_setting_it_does_not_know_stops_the_start_with_its_own_words(data: Path) -> None:
    with pytest.raises(EngineFailed) as refused:
        PostgresServer.start(data, settings={"no_such_setting": "1"})

    assert 'unrecognized configuration parameter "no_such_setting"' in str(refused.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as somebody else")
def test_under_root_it_is_somebody_else_and_its_data_lie_where_they_are_reached(data: Path) -> None:
    data.parent.chmod(0o700)

    with PostgresServer.start(data) as server:
        owner = Path(f"/proc/{server.pid}").stat().st_uid

    assert owner != 0
    assert (data / "where").read_text().strip() == str(server.folder)
    assert server.folder.is_relative_to("/var/lib/fettle")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's data lie elsewhere")
def test_data_that_lie_elsewhere_follow_a_move_and_are_not_shared_with_a_copy(
    data: Path, tmp_path: Path
) -> None:
    with PostgresServer.start(data) as server:
        first = server.folder
    data.rename(tmp_path / "moved")
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "where").write_text(f"{first}\n")

    with (
        PostgresServer.start(tmp_path / "moved") as moved,
        PostgresServer.start(tmp_path / "copy") as copy,
    ):
        folders = moved.folder, copy.folder

    moved.discard()
    copy.discard()
    assert folders[0] == first
    assert folders[1] != first


async def test_it_is_ended_by_force_when_it_does_not_stop_in_time(data: Path) -> None:
    with PostgresServer.start(data) as server:
        os.kill(server.pid, signal.SIGSTOP)

        server.stop(timeout_s=0.2)

        assert not server.alive
    await eventually_gone(str(server.folder))


async def eventually_gone(folder: str) -> None:
    """Its sessions notice the end of their parent."""

    async def gone() -> bool:
        return not any(
            folder in command_line(int(name)) for name in os.listdir("/proc") if name.isdigit()
        )

    await eventually(gone)
