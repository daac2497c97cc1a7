"""`fettle technician`, as a newcomer runs it beside an instance."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx

from fettle.home import CHECKOUT
from fettle.up.instance import Instance
from tests.support.eventually import eventually


class Typed:
    """A command that runs, and what it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.printed = ""

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.printed += line.decode()

    async def says(self, *words: str) -> None:
        async def look() -> bool:
            assert all(word in self.printed for word in words), self.printed
            return True

        await eventually(look, timeout_s=60)


@asynccontextmanager
async def technician(instance: Instance, *options: str) -> AsyncIterator[Typed]:
    environment = {**os.environ, "FETTLE_HOME": str(instance.home), "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        str(CHECKOUT / ".venv/bin/fettle"),
        "technician",
        *options,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    typed = Typed(process)
    reading = asyncio.create_task(typed.read())
    try:
        yield typed
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.wait(), 30)
        await reading


async def test_it_is_hired_does_a_job_and_is_let_go(instance: Instance) -> None:
    id = f"zhao-{uuid4().hex[:6]}"
    auth = {"Authorization": f"Bearer {instance.token('admin', 'test')}"}
    resident = {"Authorization": f"Bearer {instance.token('resident', 'resident-1', 'demo')}"}
    async with httpx.AsyncClient(timeout=20) as client:
        quick = ("--accept", "--work", "--travel-s", "0", "--work-s", "0")
        async with technician(
            instance, "--id", id, "--name", "赵师傅", "--skill", "lock", *quick
        ) as typed:
            await typed.says("hired", "ready")
            report = {
                "site_id": "demo",
                "category": "lock",
                "description": "门锁打不开",
                "unit": "3-1202",
            }
            opened = await client.post(
                f"{instance.url('tickets')}/v1/tickets", json=report, headers=resident
            )
            assert opened.status_code == 201, opened.text
            await typed.says(
                "job.offered",
                "accepted",
                "travel",
                "arrive",
                "start",
                "complete",
                opened.json()["reference"],
            )
        gone = await client.get(f"{instance.url('dispatch')}/v1/technicians/{id}", headers=auth)
        endpoints = await client.get(
            f"{instance.url('notify')}/v1/endpoints", params={"owner": id}, headers=auth
        )

    assert (typed.process.returncode, gone.status_code, endpoints.json()["items"]) == (0, 404, [])


async def test_somebody_who_works_there_already_stays_as_they_are(instance: Instance) -> None:
    id = f"qian-{uuid4().hex[:6]}"
    auth = {"Authorization": f"Bearer {instance.token('admin', 'test')}"}
    url = f"{instance.url('dispatch')}/v1/technicians/{id}"
    async with httpx.AsyncClient(timeout=20, headers=auth) as client:
        body = {
            "name": "钱师傅",
            "sites": ["demo"],
            "skills": [{"code": "welding", "level": 3}],
            "capacity": 1,
        }
        made = await client.put(url, json=body)
        assert made.status_code == 201, made.text
        async with technician(instance, "--id", id) as typed:
            await typed.says("stays as they are", "ready", "offers are only shown")
        kept = await client.get(url)
        await client.delete(url)

    assert (typed.process.returncode, kept.json()["version"], kept.json()["name"]) == (
        0,
        1,
        "钱师傅",
    )


async def test_what_a_service_refuses_is_said_in_its_words(instance: Instance) -> None:
    async with technician(instance, "--id", "x" * 256) as typed:
        async with asyncio.timeout(60):
            await typed.process.wait()

    assert typed.process.returncode == 1
    assert typed.printed.startswith("cannot be xxx")
    assert "at most 255 characters" in typed.printed
    assert '"type"' not in typed.printed  # words, not the JSON they came in
