"""Files that strangers send are read in a process of their own, and few of them at a time."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from shared.errors import Invalid, Unavailable
from shared.fair_turns import FairTurns, TooManyWait
from shared.importing.form import ImportForm
from shared.importing.outcome import Problem
from shared.importing.sheet import Sheet
from shared.importing.worker import NO_DISK
from shared.remarks import Remark

_MAX_AT_ONCE = 2
_MAX_WAITING = 6
_WAIT_S = 25.0
"""For a turn: a gateway waits 90 s."""
_TIMEOUT_S = 300.0
_TOO_MUCH = frozenset({signal.SIGXCPU, signal.SIGXFSZ, signal.SIGABRT, signal.SIGSEGV})
"""What ends a process that asks for more time, disk or memory than it may have."""


class UnreadableSheet(Invalid):
    """A list that cannot be read at all; `reason` says why to programs, with its `values`."""

    code = "unreadable_sheet"


class ReadersBusy(Unavailable):
    """More files wait to be read than is sensible, or one could not be read now."""

    code = "readers_busy"
    retry_after_s = 10


class SheetReaders:
    """Reads files of one service: two at a time, and no more than a few wait, none of them for
    longer than `wait_s`.
    """

    def __init__(self, *, wait_s: float = _WAIT_S) -> None:
        self._turns = FairTurns(places=_MAX_AT_ONCE, limit=_MAX_WAITING, wait_s=wait_s)

    async def read(
        self,
        path: Path,
        form: ImportForm,
        *,
        caller: str = "",
        name: str = "",
        mapping: Mapping[str, str] | None = None,
        sheet: str | None = None,
    ) -> Sheet:
        """Return the file's rows; close the Sheet. Callers take turns. `name` is what its sender
        calls the file, `mapping` says by field under which heading it stands.

        Raises UnreadableSheet, and ReadersBusy where it may be read later.
        """
        asked = {
            "path": str(path),
            "name": name or "the file",
            "form": form.written(),
            "mapping": dict(mapping or {}),
            "sheet": sheet,
        }
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self._turns.turn(caller))
            except TooManyWait as error:
                raise ReadersBusy(
                    "Other lists are being read; send this one again soon."
                ) from error
            return await _read(asked)


async def _read(asked: Mapping[str, Any]) -> Sheet:
    with ExitStack() as opened:
        rows = opened.enter_context(tempfile.TemporaryFile())
        summary = opened.enter_context(tempfile.TemporaryFile())
        await _run(asked, rows, summary)
        said = await asyncio.to_thread(_said_in, summary)
        if "unreadable" in said:
            raise _unreadable(asked["name"], Remark(**said["unreadable"]))
        problems = [Problem(**each) for each in said.pop("problems")]
        remarks = [Remark(**each) for each in said.pop("remarks")]
        lines = os.fdopen(os.dup(rows.fileno()), "rb")
        return Sheet(
            **said,
            problems=problems,
            remarks=remarks,
            group=tuple(asked["form"]["group"]),
            _lines=lines,
        )


async def _run(asked: Mapping[str, Any], rows: BinaryIO, summary: BinaryIO) -> None:
    files = (rows.fileno(), summary.fileno())
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "shared.importing.worker",
        json.dumps(asked),
        *map(str, files),
        pass_fds=files,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        cwd=_ROOT,
    )
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            status = await process.wait()
    except TimeoutError:
        status = -signal.SIGXCPU
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if -status in _TOO_MUCH:
        raise _unreadable(
            asked["name"],
            Remark.of(
                "too_costly",
                "it takes more memory or time than a file may: split it, or save it as CSV",
            ),
        )
    if status == NO_DISK:
        raise ReadersBusy("There is no room on disk to read the file; send it again later.")
    if status > 0:
        raise _unreadable(
            asked["name"],
            Remark.of("damaged", "it is damaged: open it, and save it anew as .xlsx or as CSV"),
        )
    if status < 0:
        raise ReadersBusy("The process that read the file was ended; send the file again.")


def _unreadable(name: str, why: Remark) -> UnreadableSheet:
    return UnreadableSheet(
        f"{name} cannot be read: {why.text}.", reason=why.code, values=dict(why.values)
    )


_ROOT = Path(__file__).resolve().parents[2]


def _said_in(summary: BinaryIO) -> dict[str, Any]:
    summary.seek(0)
    said: dict[str, Any] = json.loads(summary.read())
    return said
