"""A few processes that read images, so that what a hostile one does is done to them alone: bounded
in memory and time, replaced when they end.
"""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.tickets.domain.attachments import (
    Format,
    ImageTooCostly,
    NotProcessed,
    TooManyPixels,
    UnreadableFile,
)
from shared.fair_turns import FairTurns, TooManyWait
from shared.telemetry import get_logger

log = get_logger(__name__)

MAX_PIXELS = 25_000_000
MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space of a process; an image of 25 megapixels takes about a third of it."""
_CPU_S = 20
"""Of work for one image; one of 25 megapixels takes two or three."""
_TIMEOUT_S = 60.0
"""Of waiting for it, on a machine that is busy with others,"""
_WAIT_S = 25.0
"""after so long for a turn: a gateway waits 90 s."""
_IMAGES_EACH = 200
"""A process is replaced after so many, whatever decoders have left in it."""
_MODULE = "services.tickets.adapters.image_worker"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What was made of an image, in `folder`: `image` and `thumbnail`, by their media types."""

    width: int
    height: int
    image: str
    thumbnail: str


class ImageWorkers:
    """At most `places` processes, begun when they are needed; of more images than `limit` that wait
    the last are refused, and those that wait too long.
    """

    def __init__(
        self,
        *,
        places: int = 2,
        limit: int = 64,
        memory_bytes: int = MEMORY_BYTES,
        cpu_s: int = _CPU_S,
        timeout_s: float = _TIMEOUT_S,
        wait_s: float = _WAIT_S,
    ) -> None:
        self._turns = FairTurns(places=places, limit=limit, wait_s=wait_s)
        self._bounds = (str(memory_bytes), str(cpu_s))
        self._timeout_s = timeout_s
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()

    @property
    def pids(self) -> frozenset[int]:
        """Return the processes there are."""
        return frozenset(worker.process.pid for worker in (*self._idle, *self._busy))

    @property
    def busy(self) -> frozenset[int]:
        """Return the processes that are at work."""
        return frozenset(worker.process.pid for worker in self._busy)

    async def render(self, source: Path, format: Format, folder: Path, *, caller: str) -> Rendered:
        """Write what the image shows into the folder; callers take turns.

        Raises UnreadableFile, TooManyPixels, ImageTooCostly, NotProcessed, OSError for a full disk.
        """
        asked = {
            "source": str(source),
            "format": format.value,
            "folder": str(folder),
            "max_pixels": MAX_PIXELS,
        }
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self._turns.turn(caller))
            except TooManyWait as error:
                raise NotProcessed(
                    "Many images are being read; send the same again soon."
                ) from error
            return _read(await self._ask(json.dumps(asked).encode() + b"\n"))

    async def close(self) -> None:
        """End the processes; those at work at once."""
        workers = [*self._idle, *self._busy]
        self._idle.clear()
        for worker in workers:
            await worker.end()

    async def run(self) -> None:
        """Wait until cancelled, and end the processes."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    async def _ask(self, line: bytes) -> Mapping[str, Any]:
        worker = self._take() or await _Worker.begin(self._bounds)
        self._busy.add(worker)
        goes_on = False
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await worker.ask(line)
            goes_on = worker.asked < _IMAGES_EACH and answer.get("error") != "too_costly"
            return answer
        except TimeoutError as error:
            log.warning("image_worker_slow", timeout_s=self._timeout_s)
            raise _not_processed() from error
        finally:
            self._busy.discard(worker)
            if goes_on:
                self._idle.append(worker)
            else:
                await asyncio.shield(worker.end())

    def _take(self) -> "_Worker | None":
        """Return a process that waits for work; None where there is none."""
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
        return None


class _Worker:
    def __init__(self, process: Process) -> None:
        self.process = process
        self.asked = 0

    @classmethod
    async def begin(cls, bounds: tuple[str, str]) -> "_Worker":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _MODULE,
            *bounds,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            # no password of the service's reaches what reads what strangers send
            env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return cls(process)

    async def ask(self, line: bytes) -> Mapping[str, Any]:
        """Return the answer. Raises ImageTooCostly, NotProcessed where the process ends instead."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018 - they are pipes
        self.asked += 1
        answer = b""
        with suppress(ConnectionError):
            stdin.write(line)
            await stdin.drain()
            answer = await stdout.readline()
        if not answer.endswith(b"\n"):
            code = await self.process.wait()
            log.warning("image_worker_ended", code=code)
            if code == -signal.SIGXCPU:
                raise _too_costly()
            raise _not_processed()
        answered: Mapping[str, Any] = json.loads(answer)
        return answered

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


def _read(answer: Mapping[str, Any]) -> Rendered:
    match answer.get("error"):
        case None:
            return Rendered(**answer)
        case "too_many_pixels":
            raise TooManyPixels(
                f"An image may have {MAX_PIXELS // 1_000_000} megapixels; send a smaller one.",
                limit=MAX_PIXELS,
            )
        case "too_costly":
            raise _too_costly()
        case "disk":
            raise OSError(answer["errno"], os.strerror(answer["errno"]))
        case _:
            raise UnreadableFile("The image cannot be read: it is damaged, cut, or no image.")


def _too_costly() -> ImageTooCostly:
    return ImageTooCostly("The image takes more memory or time than one of its size should.")


def _not_processed() -> NotProcessed:
    return NotProcessed("The image could not be read right now; send the same again.")
