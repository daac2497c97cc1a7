"""The sockets that a service listens on."""

import socket

_BACKLOG = 2048


def listen(host: str, port: int, instance_port: int | None = None) -> list[socket.socket]:
    """Return the listening sockets. Raises OSError, which names the address that is taken.

    With an `instance_port` the first port may be shared with other instances, over which Linux
    spreads what comes in (SO_REUSEPORT), and the second socket is this instance's alone: without it
    a supervisor could not tell which of them answers.
    """
    sockets = [
        socket.create_server((host, port), backlog=_BACKLOG, reuse_port=instance_port is not None)
    ]
    if instance_port is not None:
        try:
            sockets.append(socket.create_server((host, instance_port), backlog=_BACKLOG))
        except OSError:
            sockets[0].close()
            raise
    return sockets
