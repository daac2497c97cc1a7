"""A real Prometheus, where there is one: `prometheus` and `promtool` on the PATH, or in the folder
that FETTLE_PROMETHEUS names.
"""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from fettle.engines.processes import free_port
from tests.support.eventually import eventually
from tests.support.watching import ALERTS

FOLDER = "FETTLE_PROMETHEUS"


def program(name: str) -> str:
    """Return the path of `prometheus` or `promtool`; the test is skipped where there is none."""
    found = shutil.which(
        name, path=os.pathsep.join((os.environ.get(FOLDER, ""), os.environ.get("PATH", "")))
    )
    if found is None:
        pytest.skip(
            f"{name} is neither on the PATH nor in the folder that {FOLDER} names; on Debian: sh "
            ".ci/prometheus.sh FOLDER"
        )
    return found


def promtool(*arguments: str | Path) -> str:
    """Return what it says when all is well. Raises AssertionError with what it says else."""
    done = subprocess.run(
        [program("promtool"), *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@dataclass(frozen=True)
class Prometheus:
    http: httpx.AsyncClient

    async def ask(self, path: str, **parameters: str) -> Any:
        answer = await self.http.get(f"/api/v1/{path}", params=parameters)
        assert answer.status_code == 200, f"{path} {parameters}: {answer.text}"
        return answer.json()["data"]

    async def query(self, expression: str) -> list[dict[str, Any]]:
        """Return the series that there are now.

        Raises AssertionError for an expression that does not evaluate.
        """
        found: list[dict[str, Any]] = (await self.ask("query", query=expression))["result"]
        return found


@asynccontextmanager
async def prometheus(folder: Path, targets: Mapping[str, str]) -> AsyncIterator[Prometheus]:
    """Scrape the targets (`host:port` → the service) every second, with the rules that are
    deployed, until the block ends.
    """
    port = free_port()
    static = [
        {"targets": [target], "labels": {"service": service}} for target, service in targets.items()
    ]
    (folder / "prometheus.yml").write_text(
        json.dumps(
            {
                "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                "rule_files": [str(ALERTS)],
                "scrape_configs": [{"job_name": "fettle", "static_configs": static}],
            }
        )
    )
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            program("prometheus"),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=warn",
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as http:

            async def is_ready() -> bool:
                assert process.returncode is None, (folder / "log").read_text()
                try:
                    return (await http.get("/-/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(is_ready)
            yield Prometheus(http)
    finally:
        process.terminate()
        await process.wait()
