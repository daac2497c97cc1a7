"""The sockets that a service listens on."""

import resource
import socket

_BACKLOG = 2048
_OPEN_FILES = 65_536


def allow_open_files() -> None:
    """Let the process have as many open as the system lets it, up to `_OPEN_FILES`: a shell's usual
    1,024 would be used up by the connections of two addresses.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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
