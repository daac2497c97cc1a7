"""`fettle up` from the outside: one at a time, back after a crash, gone within five seconds."""

import asyncio
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter

from fettle.engines.nats import NatsServer
from fettle.engines.processes import began, free_port
from fettle.home import CHECKOUT, PROCESSES
from fettle.issuer import AUDIENCE, Issuer
from fettle.up.demo_people import RESIDENT, TECHNICIAN
from fettle.up.instance import Instance
from services.portal.adapters.tokens import Bearer, TokenSigner
from shared.auth.caller import Grant, Role
from shared.ids import PersonId, SiteId
from shared.setting_types import SigningKeys
from tests.component.fettle.command import Up, fettle
from tests.component.fettle.conftest import StartUp
from tests.support.eventually import eventually

_IN_THE_BACKGROUND = 'trap "" INT; exec "$0" up --play'
"""As a shell without job control starts what stands before an `&`: SIGINT is ignored."""


def is_alive(process: dict[str, Any]) -> bool:
    return bool(process["began"]) and began(process["pid"]) == process["began"]


async def ask(url: str, token: str | None = None) -> httpx.Response:
    async with httpx.AsyncClient(timeout=10) as client:
        return await client.get(
            url, headers={} if token is None else {"Authorization": f"Bearer {token}"}
        )


async def test_what_a_killed_start_left_is_cleared_away_by_the_next_which_plays_until_a_signal(
    up: StartUp, home: Path
) -> None:
    killed = up()
    await killed.says("Fettle is ready")
    await make_a_site_of_which_no_one_hears(killed)
    left = killed.state["children"]
    killed.process.kill()
    killed.ends(timeout_s=5)

    again = up(shell=_IN_THE_BACKGROUND, ports=killed.ports)
    unheard = await again.says("No one hears")
    await again.says("Fettle is ready")
    await again.says("takes every job at demo")
    await again.says("listens at")
    await report_something(again)
    await again.says("job.offered")
    await again.says("accepted")
    children = again.state["children"]
    asked_at = time.monotonic()
    again.process.send_signal(signal.SIGINT)
    again.process.send_signal(signal.SIGTERM)  # as `timeout` and an impatient Ctrl-C do
    code = again.ends(timeout_s=10)
    took_s = time.monotonic() - asked_at

    said = [line for line in again.lines if "left over" in line]
    assert [
        name
        for name in (*PROCESSES, "NATS", "PostgreSQL")
        if not any(f"ended {name}," in line for line in said)
    ] == []
    assert not any("made the site demo" in line or "broker_lost" in line for line in again.lines)
    assert "at 1 site: quiet." in unheard
    assert [child["name"] for child in children] == ["topology", *PROCESSES, "technician"]
    assert [child for child in (*left, *children) if is_alive(child)] == []
    assert _listening(again.ports.values()) == []
    assert not (home / "state.json").exists()
    assert (code, took_s < 5) == (0, True)


def client_of_an_admin(running: Up) -> httpx.AsyncClient:
    admin = Issuer.at(running.home).token("admin", [("admin", "*")])
    return httpx.AsyncClient(headers={"Authorization": f"Bearer {admin}"}, timeout=20)


async def make_a_site_of_which_no_one_hears(running: Up) -> None:
    tickets, notify = (running.state["urls"][name] for name in ("tickets", "notify"))
    async with client_of_an_admin(running) as client:
        body = (await client.get(f"{tickets}/v1/sites/demo")).json()
        body = {name: body[name] for name in ("name", "time_zone", "categories", "buildings")}
        made = await client.put(f"{tickets}/v1/sites/quiet", json={**body, "code": "QUIET"})

        async def named() -> bool:
            ready = (await client.get(f"{notify}/readyz")).json()
            return bool(ready.get("details") == {"sites_unheard": {"count": 1, "names": ["quiet"]}})

        await eventually(named)
    assert made.status_code == 201


async def report_something(running: Up) -> None:
    """Report it in a category that the site does not have."""
    report = {"site_id": "demo", "category": "no such thing", "description": "x"}
    async with client_of_an_admin(running) as client:
        opened = await client.post(f"{running.state['urls']['tickets']}/v1/tickets", json=report)
    assert (opened.status_code, opened.json()["category_asked"]) == (201, "no such thing")


async def test_the_site_demo_is_there_and_the_command_that_is_printed_makes_a_token_for_it(
    running: Up, tmp_path: Path
) -> None:
    command = await running.says("token --role resident")

    typed = await asyncio.to_thread(
        subprocess.run,
        ["/bin/sh", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    site = await ask(
        f"{running.state['urls']['tickets']}/v1/sites/demo", typed.stdout.splitlines()[-1]
    )

    assert {"plumbing", "electrical", "lift", "lock", "cleaning"} <= {
        category["code"] for category in site.json()["categories"]
    }
    assert typed.stderr == ""


async def test_the_dispatcher_whose_command_is_printed_hears_of_the_site_demo(
    running: Up, tmp_path: Path
) -> None:
    command = await running.says("token --role dispatcher")

    typed = await asyncio.to_thread(
        subprocess.run,
        ["/bin/sh", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    token, notify = typed.stdout.splitlines()[-1], running.state["urls"]["notify"]
    (audience,) = (await ask(f"{notify}/v1/audiences?site=demo", token)).json()["items"]
    ready = await ask(f"{notify}/readyz")

    assert [(each["recipient_id"], each["role"]) for each in audience["listeners"]] == [
        ("wang", "dispatcher")
    ]
    assert ready.json() == {"status": "ready"}
    assert [line for line in running.lines if "No one hears" in line] == []


async def test_the_addresses_that_are_printed_sign_the_demos_people_in(running: Up) -> None:
    portal = running.state["urls"]["portal"]
    for role in ("resident", "technician", "dispatcher", "manager", "admin"):
        await running.says(f"  {portal}/login/demo?as={role}")

        signed_in = await ask(f"{portal}/login/demo?as={role}")

        assert (signed_in.status_code, "fettle_session" in signed_in.cookies) == (303, True)


async def test_services_believe_the_portal_and_know_the_demos_people(running: Up) -> None:
    await running.says("Fettle is ready")
    urls = running.state["urls"]
    signer = TokenSigner(
        TypeAdapter(SigningKeys).validate_python(Issuer.at(running.home).portal_keys),
        issuer=urls["portal"],
        audience=AUDIENCE,
    )

    def token(id: str, role: Role) -> str:
        return signer.fresh_token(
            Bearer(person_id=PersonId(id), grants=(Grant(role, SiteId("demo")),))
        )

    record = await ask(
        f"{urls['tickets']}/v1/sites/demo/people/{RESIDENT}", token(RESIDENT, Role.RESIDENT)
    )
    technician = await ask(
        f"{urls['dispatch']}/v1/technicians/{TECHNICIAN}", token(TECHNICIAN, Role.TECHNICIAN)
    )

    assert [home["unit"] for home in record.json()["units"]] == ["3-1202"]
    assert {skill["code"] for skill in technician.json()["skills"]} == {
        *("plumbing", "electrical", "lift")
    }


async def test_the_table_says_where_everything_is_and_no_password(running: Up) -> None:
    await running.says("technician --accept --work")
    database = urlsplit(running.state["database_urls"]["sla"])
    table = running.lines[
        next(n for n, line in enumerate(running.lines) if "Fettle is ready" in line) :
    ]

    assert database.password is not None
    assert [line for line in running.lines if database.password in line] == []
    assert any(
        f"127.0.0.1:{database.port} ({', '.join(PROCESSES)}; passwords in "
        f"{running.home}/state.json)" in line
        for line in table
    )
    broker = urlsplit(running.state["nats_url"])
    assert broker.password is not None
    assert [line for line in running.lines if broker.password in line] == []
    for url in (*running.state["urls"].values(), f"nats://127.0.0.1:{broker.port}"):
        assert any(url in line for line in table)


def test_a_wrong_number_of_instances_is_refused_before_anything_is_started(
    home: Path, tmp_path: Path
) -> None:
    refused = fettle("up", "--instances", "tickets=two", home=home, cwd=tmp_path)

    assert refused.returncode == 1
    assert "--instances: 'tickets=two' has to be tickets=NUMBER, from 1 to 16" in refused.stderr
    assert not (home / "state.json").exists()


def test_a_second_start_at_the_same_home_is_refused_by_name(running: Up, tmp_path: Path) -> None:
    refused = fettle("up", home=running.home, cwd=tmp_path)

    assert refused.returncode == 1
    assert (
        f"an instance already runs in {running.home} (process {running.process.pid})"
        in refused.stderr
    )


def test_a_port_held_by_another_fettle_is_named_with_its_checkout(
    running: Up, tmp_path: Path
) -> None:
    refused = fettle(
        "up",
        home=tmp_path / "other",
        cwd=tmp_path,
        FETTLE_DISPATCH_PORT=str(running.ports["tickets"]),
    )

    tickets = next(
        child["pid"] for child in running.state["children"] if child["name"] == "tickets"
    )
    assert (
        f"wanted by dispatch, is taken by the Fettle in {CHECKOUT} (process {tickets})"
        in refused.stderr
    )


async def test_what_dies_is_begun_again_engines_included(running: Up) -> None:
    home = running.home
    sla = next(child for child in running.state["children"] if child["name"] == "sla")
    broker = int((home / "nats" / "nats.pid").read_text())
    database = _postmaster(home)

    topology = next(each for each in running.state["children"] if each["name"] == "topology")
    # so that sla imports everything anew, as where no other process has done so before
    (home / "sitecustomize.py").write_text("print('begins with nothing imported')")
    for pid in (sla["pid"], topology["pid"], broker, database):
        os.kill(pid, signal.SIGKILL)

    for name in ("sla", "topology", "nats", "postgres"):
        await running.says(f"{name} ended with signal Killed; begins again in 0.25 s")
    await running.says("sla begins with nothing imported")
    ports = running.ports.values()

    async def all_are_ready_again() -> bool:
        answers = [
            (await ask(f"http://127.0.0.1:{port}/readyz")).status_code
            for port in ports
            if _listening([port])
        ]
        return answers == [200] * len(PROCESSES)

    await eventually(all_are_ready_again, timeout_s=90)
    assert {child["name"]: is_alive(child) for child in running.state["children"]} == dict.fromkeys(
        ("topology", *PROCESSES), True
    )
    assert int((home / "nats" / "nats.pid").read_text()) != broker
    assert _postmaster(home) != database


async def test_a_stop_while_it_starts_leaves_nothing_running(up: StartUp, home: Path) -> None:
    starting = up()
    await starting.says("starting the services")
    children = starting.state["children"]

    starting.process.terminate()

    assert starting.ends(timeout_s=10) == 1
    assert await starting.says("stopped before everything was ready")
    assert [child for child in children if is_alive(child)] == []
    assert _listening(starting.ports.values()) == []


def test_another_program_at_the_port_of_a_service_does_not_end_the_start_in_a_stack(
    home: Path,
) -> None:
    with NatsServer.start(home / "nats") as other:
        instance = Instance(
            home, {"tickets": other.port}, say=lambda name, line: None, stopping=lambda: False
        )

        assert instance.missing("tickets") == "what answers at its port is no web server"


def test_a_port_that_is_taken_is_named_with_its_holder(home: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as holder:
        port = holder.getsockname()[1]

        refused = fettle("up", home=home, cwd=tmp_path, FETTLE_SLA_PORT=str(port))

    assert refused.returncode == 1
    assert f"port {port}, wanted by sla, is taken by process {os.getpid()}" in refused.stderr
    assert "set FETTLE_SLA_PORT to another" in refused.stderr


def test_what_is_no_port_is_refused_with_its_name(home: Path, tmp_path: Path) -> None:
    refused = fettle("up", home=home, cwd=tmp_path, FETTLE_NOTIFY_PORT="80o4")

    assert refused.returncode == 1
    assert "FETTLE_NOTIFY_PORT is '80o4'; it has to be a port, 1 to 65535" in refused.stderr


def test_a_database_that_cannot_be_reached_is_named_with_its_setting(
    home: Path, tmp_path: Path
) -> None:
    nowhere = f"postgresql://sla:secret@127.0.0.1:{free_port()}/sla"
    ports = {f"FETTLE_{name.upper()}_PORT": str(free_port()) for name in PROCESSES}

    refused = fettle("up", home=home, cwd=tmp_path, FETTLE_SLA_DATABASE_URL=nowhere, **ports)

    assert refused.returncode == 1
    assert "the database of sla cannot be used" in refused.stderr
    assert "Check FETTLE_SLA_DATABASE_URL" in refused.stderr
    assert "secret" not in refused.stderr


def _postmaster(home: Path) -> int:
    where = home / "postgres" / "where"
    folder = Path(where.read_text().strip()) if where.exists() else home / "postgres"
    return int((folder / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def _listening(ports: Any) -> list[int]:
    """Those on which somebody accepts connections."""
    listening = []
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                listening.append(port)
    return listening
