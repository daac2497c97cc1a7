"""The embedded NATS: listens within a moment, keeps its streams over a crash, and is never mistaken
for somebody else.
"""

import socket
from pathlib import Path

import nats
import pytest

from fettle.engines.nats import NatsServer, end_leftover_nats
from fettle.engines.processes import EngineFailed, free_port


async def keep(url: str, text: bytes) -> None:
    client = await nats.connect(url)
    await client.jetstream().add_stream(name="KEPT", subjects=["kept"])
    await client.jetstream().publish("kept", text)
    await client.close()


async def kept(url: str) -> bytes | None:
    client = await nats.connect(url)
    message = await client.jetstream().get_msg("KEPT", 1)
    await client.close()
    return message.data


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_streams_are_there_after_a_restart_on_the_same_port(data: Path, end: str) -> None:
    with NatsServer.start(data) as server:
        url = server.url
        await keep(url, "水".encode())

        getattr(server, end)()
        server.restart()

        assert await kept(url) == "水".encode()


async def test_a_folder_with_quotes_and_chinese_in_its_name_is_no_hindrance(tmp_path: Path) -> None:
    data = tmp_path / '示范 "1"'

    with NatsServer.start(data) as server:
        await keep(server.url, b"1")

    assert (data / "store" / "jetstream").is_dir()


def test_a_port_that_is_taken_is_named(data: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", free_port())) as other,
        pytest.raises(EngineFailed) as refused,
    ):
        NatsServer.start(data, port=other.getsockname()[1])

    assert "is taken" in str(refused.value)


def test_ports_that_are_meant_for_others_are_left_to_them(data: Path) -> None:
    port = free_port()
    all_others = [*range(20_000, port), *range(port + 1, 32_000)]

    with NatsServer.start(data, spared=all_others) as server:
        assert server.port == port


def test_it_does_not_pass_for_another_nats_on_its_port(data: Path, tmp_path: Path) -> None:
    with (
        NatsServer.start(data) as server,
        pytest.raises(EngineFailed, match=f"port {server.port} is taken"),
    ):
        NatsServer.start(tmp_path / "other", port=server.port)


def test_what_a_killed_parent_left_is_ended_and_nobody_else(data: Path, tmp_path: Path) -> None:
    with NatsServer.start(data) as left, NatsServer.start(tmp_path / "other") as other:
        ended = end_leftover_nats(data)

        assert (ended, left.alive, other.alive) == (True, False, True)
        assert not end_leftover_nats(data)
