"""What the README tells people to type is typed."""

import asyncio
import os
import re
from pathlib import Path

import httpx

from fettle.engines.processes import free_port
from fettle.home import CHECKOUT, PORTS
from fettle.up.instance import Instance

_README = (CHECKOUT / "README.md").read_text()


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", _README, re.MULTILINE | re.DOTALL)


async def test_the_commands_from_report_to_rating_work(instance: Instance, tmp_path: Path) -> None:
    (script,) = _blocks("bash")
    for service, port in PORTS.items():
        script = script.replace(f"127.0.0.1:{port}", f"127.0.0.1:{instance.ports[service]}")
    port = free_port()
    script = script.replace("127.0.0.1:9000", f"127.0.0.1:{port}").replace(
        ".venv/bin/fettle", str(CHECKOUT / ".venv/bin/fettle")
    )
    script = script.replace("docs/examples", str(CHECKOUT / "docs/examples"))
    environment = {**os.environ, "FETTLE_HOME": str(instance.home), "PORT": str(port)}

    said = tmp_path / "said"
    said.write_text("said before\n")
    with said.open("ab") as file:
        typed = await asyncio.create_subprocess_exec(
            "bash", "-euc", script, cwd=tmp_path, env=environment, stdout=file, stderr=file
        )
        await asyncio.wait_for(typed.wait(), 120)
    printed = said.read_text()
    admin = {"Authorization": f"Bearer {instance.token('admin', 'test', 'demo')}"}
    async with httpx.AsyncClient(base_url=instance.url("dispatch"), headers=admin) as dispatch:
        # else other tests' offers would go to somebody who no longer listens
        gone = await dispatch.delete("/v1/technicians/li")

    assert typed.returncode == 0, printed
    assert gone.is_success, gone.text
    # a file that the output goes to is added to, never cut
    assert printed.startswith("said before\n")
    assert '"name":"李师傅"' in printed
    assert '"priority":"emergency"' in printed
    assert '"state":"closed"' in printed
    assert re.search(r'"kind":"resolution","state":"met"', printed), printed
    assert '"unread":' in printed


def test_the_clients_twenty_lines_are_the_file() -> None:
    (program,) = _blocks("python")

    assert program == (CHECKOUT / "docs/examples/technician.py").read_text()
    assert len([line for line in program.splitlines() if line]) <= 22
