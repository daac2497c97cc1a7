"""`make bench-uploads`: two hundred hostile files at once, from thirty people, and the most memory
that tickets has meanwhile, alone and with its processes which read images.

Nothing is asserted; `docs/attachments.md` has what a run said. `ROUNDS=3` sets how often all are
sent.
"""

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from rich.console import Console

from fettle.home import CHECKOUT
from shared.telemetry import configure_logs
from tests.bench.folders import clear_leftovers, temporary_folder
from tests.bench.instances import Instance
from tests.bench.processes import resident_mb
from tests.bench.reports import site_body
from tests.bench.trees import this_tree
from tests.support import images

_SITE = "bench-uploads"
_PEOPLE, _AT_ONCE = 30, 200
_LOOK_EVERY_S = 0.1
_SIZE = (5000, 5000)


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=150 if not os.isatty(1) else None)
    clear_leftovers()
    with temporary_folder() as folder:
        instance = Instance(this_tree(), folder / "home", few_callers=False)
        try:
            measured = asyncio.run(_measure(instance, int(os.environ.get("ROUNDS") or 2)))
        except KeyboardInterrupt:
            sys.exit("bench-uploads: ended before it was done; all that it started is gone")
        finally:
            instance.stop()
    console.print(f"{CHECKOUT.name}: {measured}", markup=False)


async def _measure(instance: Instance, rounds: int) -> Mapping[str, Any]:
    files = _hostile()
    instance.send("PUT", "tickets", f"/v1/sites/{_SITE}", site_body(_SITE))
    url = instance.state["urls"]["tickets"]
    pid = instance.pids["tickets"]
    statuses: Counter[str] = Counter()
    before = most = resident_mb(pid)
    alone = 0.0
    began = time.monotonic()

    async def send(client: httpx.AsyncClient, path: str, data: bytes) -> None:
        try:
            answer = await client.post(path, content=data, headers={"Content-Type": "image/jpeg"})
        except httpx.TransportError as error:
            statuses[type(error).__name__] += 1
        else:
            code = answer.json().get("code", "")
            statuses[f"{answer.status_code} {code}".strip()] += 1

    async def watch() -> None:
        nonlocal most, alone
        while True:
            most = max(most, await asyncio.to_thread(resident_mb, pid))
            alone = max(alone, await asyncio.to_thread(_own_mb, pid))
            await asyncio.sleep(_LOOK_EVERY_S)

    watching = asyncio.create_task(watch())
    limits = httpx.Limits(max_connections=_AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=600, limits=limits) as client:
        paths = [await _open(client, instance, number) for number in range(_PEOPLE)]
        for _ in range(rounds):
            sent = islice(zip(cycle(paths), cycle(files), strict=False), _AT_ONCE)
            await asyncio.gather(*(send(clients, path, data) for (clients, path), data in sent))
    watching.cancel()
    for clients, _ in paths:
        await clients.aclose()
    return {
        "statuses": dict(statuses),
        "seconds": round(time.monotonic() - began, 1),
        "memory_mb": {
            "before": round(before),
            "most": round(most),
            "most_without_readers": round(alone),
            "after": round(resident_mb(pid)),
        },
    }


async def _open(
    client: httpx.AsyncClient, instance: Instance, number: int
) -> tuple[httpx.AsyncClient, str]:
    """Return a client of that person, and where files of a ticket of theirs are sent."""
    person = f"person-{number}"
    headers = {"Authorization": f"Bearer {instance.token('resident', person, _SITE)}"}
    theirs = httpx.AsyncClient(base_url=client.base_url, headers=headers, timeout=600)
    body = {"site_id": _SITE, "category": "other", "description": f"bench {number}"}
    answer = (await theirs.post("/v1/tickets", json=body)).raise_for_status()
    return theirs, f"/v1/tickets/{answer.json()['id']}/attachments"


def _own_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def _hostile() -> Sequence[bytes]:
    """Return what costs most of what is taken, and what is made to cost more."""
    halves = images.halves(_SIZE).convert("RGBA")
    halves.putpixel((0, 0), (0, 0, 0, 0))
    noise = Image.frombytes("RGB", (1500, 1500), os.urandom(3 * 1500 * 1500))
    return (
        images.an_image("JPEG", size=_SIZE),
        images.an_image("JPEG", "CMYK", size=_SIZE),
        images.encoded(halves, "PNG", compress_level=1),
        images.encoded(noise, "PNG", compress_level=0),
        images.text_bomb(),
        images.png_of(50_000, 50_000),
        images.png_of(5000, 5000),
        images.an_image("JPEG", size=_SIZE)[:-1000],
        b"\xff\xd8\xff\xe0" + os.urandom(9_000_000),
        images.PDF + bytes(9_000_000) + b"%%EOF",
    )


if __name__ == "__main__":
    main()
