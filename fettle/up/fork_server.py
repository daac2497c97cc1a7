"""The process that has imported what the processes of an instance have in common, and of which each
of them begins as a copy: a start then imports what is its own alone.

`python -m fettle.up.fork_server SOCKET`, where SOCKET is the number of an open one that leads to
`forked.py`. It ends when that is closed; what it began goes on.
"""

import contextlib
import gc
import multiprocessing
import os
import runpy
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle
from pathlib import Path

from setproctitle import setproctitle

from fettle.up.forked import Began, Ended, Imported, Request
from shared.workarounds.lean_imports import models_built_when_used, without_pydantic_1

COMMON = (
    "shared.service.process",
    "shared.service.composition",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlmodel",
    "uvloop",
)
"""What all of them import (the portal alone has no use for SQLModel), with what that imports."""
_FORK = multiprocessing.get_context("fork")


def main() -> None:
    import_common()
    imported = _imported_files()
    gc.freeze()  # it stays, and what is not looked at stays one copy for all
    with Connection(int(sys.argv[1])) as supervisor, contextlib.suppress(BrokenPipeError):
        supervisor.send(Imported())
        _serve(supervisor, imported)
    os._exit(0)  # else it would wait for what it began


def import_common() -> None:
    """Import what a service imports first and every process of an instance needs."""
    gc.disable()
    without_pydantic_1()
    with models_built_when_used():
        import_module("fastapi")
    for name in COMMON:
        import_module(name)


def _serve(supervisor: Connection, imported: Mapping[str, tuple[int, int]]) -> None:
    running: dict[int, BaseProcess] = {}
    while True:
        for ready in wait([supervisor, *running]):
            if isinstance(ready, int):
                process = running.pop(ready)
                process.join()
                with contextlib.suppress(BrokenPipeError):
                    supervisor.send(Ended(process.pid or 0, process.exitcode or 0))
                continue
            try:
                request, output = supervisor.recv(), recv_handle(supervisor)
            except (EOFError, OSError):
                return
            process = _FORK.Process(target=_become, args=(request, output, supervisor, imported))
            process.start()
            os.close(output)
            running[process.sentinel] = process
            with contextlib.suppress(BrokenPipeError):
                supervisor.send(Began(process.pid or 0))


def _become(
    request: Request,
    output: int,
    supervisor: Connection,
    imported: Mapping[str, tuple[int, int]],
) -> None:
    """Be what is asked for, in a session of its own."""
    supervisor.close()
    os.setsid()
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    command = [sys.executable, "-m", request.module, *request.arguments]
    setproctitle(" ".join(command))  # before the environment, beside which the title lies, moves
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    if _changed(imported):  # or upgraded: then all is imported anew
        os.execv(sys.executable, command)  # noqa: S606 # a shell has no part in it
    sys.argv = [request.module, *request.arguments]
    runpy.run_module(request.module, run_name="__main__", alter_sys=True)


def _imported_files() -> dict[str, tuple[int, int]]:
    """Return what tells, of each file that is imported, whether it is still the same."""
    files = [getattr(module, "__file__", None) for module in sys.modules.values()]
    return {file: _told_apart(file) for file in files if file}


def _changed(imported: Mapping[str, tuple[int, int]]) -> bool:
    return any(_told_apart(file) != before for file, before in imported.items())


def _told_apart(file: str) -> tuple[int, int]:
    try:
        found = Path(file).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


if __name__ == "__main__":
    main()
