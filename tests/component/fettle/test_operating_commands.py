"""`fettle dlq` and `fettle republish`, against what `fettle up` has started."""

import json
from pathlib import Path
from typing import Any

import asyncpg
import nats

from tests.component.fettle.command import Up, fettle
from tests.support.eventually import eventually


async def park_something(running: Up) -> dict[str, Any]:
    """A fact that nobody can read; what sla made of it."""
    client = await nats.connect(running.state["nats_url"])
    await client.jetstream().publish(
        "tickets.ticket.opened.v1",
        b"{",
        headers={"ce-id": "7", "ce-type": "tickets.ticket.opened.v1"},
    )
    await client.close()

    async def parked_by_sla() -> dict[str, Any] | None:
        return next(iter(dead_letters(running)["sla"]), None)

    found = await eventually(parked_by_sla, timeout_s=60)
    assert found is not None
    return found


def dead_letters(running: Up) -> Any:
    listed = fettle("dlq", "list", "--json", home=running.home, cwd=running.home)
    assert listed.returncode == 0, listed.stderr
    return json.loads(listed.stdout)


async def test_dead_letters_are_listed_shown_tried_again_and_dropped(running: Up) -> None:
    fact = await park_something(running)

    listed = fettle("dlq", "list", home=running.home, cwd=running.home)
    shown = fettle("dlq", "show", "sla", fact["id"], home=running.home, cwd=running.home)
    retried = fettle("dlq", "retry", "sla", fact["id"], home=running.home, cwd=running.home)
    still_there = dead_letters(running)["sla"]
    dropped = fettle("dlq", "drop", "sla", fact["id"], home=running.home, cwd=running.home)

    assert f"sla {fact['id']}  tickets.ticket.opened.v1" in listed.stdout
    assert json.loads(shown.stdout)["body"] == "{"
    assert retried.returncode == 1
    assert "stays a dead letter" in retried.stderr
    assert [each["id"] for each in still_there] == [fact["id"]]
    assert dropped.returncode == 0
    assert dead_letters(running)["sla"] == []


def test_what_is_no_dead_letter_cannot_be_shown(running: Up) -> None:
    shown = fettle("dlq", "show", "sla", "../endpoints?x=1", home=running.home, cwd=running.home)

    assert shown.returncode == 1
    assert shown.stderr.startswith("sla at http://127.0.0.1:")


async def test_sites_people_and_technicians_are_said_again(running: Up) -> None:
    there = [
        (owner, await count(running, owner, what), what)
        for owner, what in (
            ("tickets", "sites"),
            ("tickets", "people"),
            ("dispatch", "technicians"),
        )
    ]

    said = fettle("republish", home=running.home, cwd=running.home)

    assert said.returncode == 0
    assert min(number for _, number, _ in there) > 0
    assert said.stdout.splitlines() == [
        f"{owner}: {number} {what} published again" for owner, number, what in there
    ]


async def count(running: Up, owner: str, table: str) -> int:
    connection = await asyncpg.connect(running.state["database_urls"][owner])
    try:
        return int(await connection.fetchval(f"select count(*) from {table}"))
    finally:
        await connection.close()


def test_without_an_instance_the_command_says_where_it_looked(home: Path, tmp_path: Path) -> None:
    nobody = fettle("republish", home=home, cwd=tmp_path, FETTLE_TICKETS_URL="http://127.0.0.1:9")

    assert nobody.returncode == 1
    assert "tickets at http://127.0.0.1:9 does not answer" in nobody.stderr
    assert "set FETTLE_TICKETS_URL" in nobody.stderr


def test_without_an_instance_the_command_looks_where_one_would_listen(
    home: Path, tmp_path: Path
) -> None:
    nobody = fettle("republish", home=home, cwd=tmp_path, FETTLE_TICKETS_PORT="9")

    assert "tickets at http://127.0.0.1:9 does not answer" in nobody.stderr
