"""Processes that begin as copies of one which has imported what they have in common, the fork
server; and what is said to it and by it.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from typing import IO, NamedTuple, Protocol

from fettle.engines.processes import Running, began
from fettle.home import CHECKOUT

_CODE_UNKNOWN = 255
_LOOK_INTERVAL_S = 0.02
_HAS_ONE = sys.platform == "linux"


class Request(NamedTuple):
    """What `python -m MODULE ARGUMENT…` is to be; the file that it writes to follows it."""

    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


class Imported(NamedTuple):
    """It is the first thing that a fork server says."""


class Began(NamedTuple):
    pid: int


class Ended(NamedTuple):
    """`code` is as `subprocess` has it: below nothing for a signal."""

    pid: int
    code: int


class Beginning(Running, Protocol):
    """A process of ours that says something."""

    @property
    def stdout(self) -> IO[bytes] | None: ...


Begin = Callable[[str, Sequence[str], Mapping[str, str]], Beginning]
"""Runs a module with arguments and an environment as `python -m` does, in a session of its own.
Raises OSError.
"""


def begin_alone(
    module: str, arguments: Sequence[str], environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Begin it with nothing imported."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=CHECKOUT,
        start_new_session=True,
    )


class ForkServer:
    """A fork server and what it has begun; begun again when it has ended. For any thread.

    Only Linux has one: elsewhere a copy of a process may not use all of its system.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._has_imported = False
        self._codes: dict[int, int] = {}

    def start(self) -> None:
        """Let it import while others start."""
        if _HAS_ONE:
            with self._lock:
                self._connected()

    def wait(self, meanwhile: Callable[[], None]) -> None:
        """Wait until it has imported everything, which `meanwhile` may raise an error to end."""
        while self._imports():
            meanwhile()
            time.sleep(_LOOK_INTERVAL_S)

    def begin(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> Beginning:
        """Begin it with all imported that is common. Raises OSError."""
        if not _HAS_ONE:
            return begin_alone(module, arguments, environment)
        reading, writing = os.pipe()
        request = Request(module, tuple(arguments), dict(environment))
        try:
            with self._lock:
                pid = self._ask(request, writing)
                server = self._process
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return Forked(pid, os.fdopen(reading, "rb"), server, self.code_of)

    def close(self) -> None:
        """End it, and nothing that it began. Harmless to repeat."""
        with self._lock:
            self._let_go()

    def code_of(self, process: "Forked") -> int | None:
        """Return how it ended; None as long as it runs."""
        with self._lock:
            self._listen()
            code = self._codes.pop(process.pid, None)
            if code is None and process.server is not self._process and not process.is_there:
                return _CODE_UNKNOWN  # who would have told it has ended before
        return code

    def _imports(self) -> bool:
        with self._lock:
            self._listen()
            return self._connection is not None and not self._has_imported

    def _ask(self, request: Request, output: int) -> int:
        """Ask twice, since it may have ended meanwhile."""
        with suppress(EOFError, ConnectionError):
            return self._told_to_begin(request, output)
        self._let_go()
        try:
            return self._told_to_begin(request, output)
        except EOFError as error:
            raise OSError("the process of which services begin as copies ends again") from error

    def _told_to_begin(self, request: Request, output: int) -> int:
        connection, process = self._connected()
        connection.send(request)
        send_handle(connection, output, process.pid)
        while True:
            message = connection.recv()
            if isinstance(message, Began):
                self._codes.pop(message.pid, None)  # of an earlier one of this number
                return message.pid
            self._keep(message)

    def _connected(self) -> tuple[Connection, "subprocess.Popen[bytes]"]:
        if self._connection is None or self._process is None:
            ours, theirs = Pipe()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "fettle.up.fork_server", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    # its title and those of its copies leave alone what it was told
                    env={**os.environ, "PYTHONUNBUFFERED": "1", "SPT_NOENV": "1"},
                    cwd=CHECKOUT,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            self._connection = ours
        return self._connection, self._process

    def _listen(self) -> None:
        try:
            while self._connection is not None and self._connection.poll():
                self._keep(self._connection.recv())
        except (EOFError, ConnectionError):
            self._let_go()

    def _keep(self, message: Imported | Ended) -> None:
        if isinstance(message, Ended):
            self._codes[message.pid] = message.code
        else:
            self._has_imported = True

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._connection = self._process = None
        self._has_imported = False


class Forked:
    """One that a fork server has begun, as `subprocess.Popen` shows a process."""

    def __init__(
        self,
        pid: int,
        stdout: IO[bytes],
        server: "subprocess.Popen[bytes] | None",
        code_of: "Callable[[Forked], int | None]",
    ) -> None:
        self.pid = pid
        self.stdout = stdout
        self.server = server
        self._code_of = code_of
        self._began = began(pid)
        self._code: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether the process runs, whatever is said of it."""
        return bool(self._began) and began(self.pid) == self._began

    def poll(self) -> int | None:
        """Return how it ended; None as long as it runs."""
        if self._code is None:
            self._code = self._code_of(self)
        return self._code

    def send_signal(self, sig: int) -> None:
        """Send nothing to one that has ended."""
        if self.poll() is None and self.is_there:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def wait(self, timeout: float | None = None) -> int:
        """Raise subprocess.TimeoutExpired as `Popen.wait` does."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(_LOOK_INTERVAL_S)
        return code
