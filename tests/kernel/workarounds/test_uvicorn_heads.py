"""uvicorn: a head without an end."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.connection import Connection
from tests.kernel.workarounds.wire import connect

ENDLESS_HEAD = b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000


async def _received(kind: type[HttpToolsProtocol], head: bytes) -> tuple[bytes, bool]:
    """What is answered, and whether the connection is closed."""
    connection, wire = connect(kind)
    connection.data_received(head)
    came_of_it = wire.written, wire.closed
    connection.connection_lost(None)  # its timers end
    return came_of_it


async def test_uvicorn_still_takes_a_head_without_end_and_ours_refuses_it() -> None:
    theirs = await _received(HttpToolsProtocol, ENDLESS_HEAD)
    ours = await _received(Connection, ENDLESS_HEAD)

    assert theirs == (b"", False), "mended: look at uvicorn_heads.py"
    assert ours[0].startswith(b"HTTP/1.1 431 ")
    assert ours[1]
