"""The sockets of a service: a port of its own, or one that instances share."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from fettle.engines.processes import free_ports
from shared.service.listening import listen


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def opened(closing: ExitStack, port: int, instance_port: int | None = None) -> list[socket.socket]:
    return [closing.enter_context(each) for each in listen("127.0.0.1", port, instance_port)]


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux spreads connections over a shared port"
)
def test_instances_share_a_port_and_each_has_one_of_its_own(closing: ExitStack) -> None:
    port, first, second = free_ports(3)
    sockets = [opened(closing, port, own) for own in (first, second)]

    clients = [
        closing.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(64)
    ]
    alone = closing.enter_context(socket.create_connection(("127.0.0.1", second)))

    for shared, _ in sockets:
        shared.setblocking(False)
    taken = [sum(1 for _ in _accepted(closing, shared)) for shared, _ in sockets]
    assert sum(taken) == len(clients)
    assert min(taken) > 0  # 64 connections all at one of two: once in 2 to the 63
    connection, caller = sockets[1][1].accept()
    connection.close()
    assert caller == alone.getsockname()


def test_a_port_that_is_not_shared_is_refused_to_the_second(closing: ExitStack) -> None:
    port, own = free_ports(2)
    opened(closing, port)

    for instance_port in (None, own):
        with pytest.raises(OSError, match=str(port)):
            listen("127.0.0.1", port, instance_port)


def test_an_own_port_that_is_taken_is_named_and_the_shared_one_given_back(
    closing: ExitStack,
) -> None:
    port, own = free_ports(2)
    opened(closing, own)

    with pytest.raises(OSError, match=str(own)):
        listen("127.0.0.1", port, own)

    assert len(opened(closing, port)) == 1


def _accepted(closing: ExitStack, listening: socket.socket) -> Iterator[socket.socket]:
    while True:
        try:
            connection, _ = listening.accept()
        except BlockingIOError:
            return
        yield closing.enter_context(connection)
