"""`fettle archive`, as people and machines type it: against a real instance, and against services
that tell what a test has put down.
"""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from fettle.issuer import Issuer
from services.tickets.domain.references import reference_for
from tests.component.fettle.command import Up, fettle
from tests.component.fettle.told_services import NOON, Told, told_services
from tests.support.eventually import eventually


def _client(running: Up, service: str, role: str, subject: str) -> httpx.AsyncClient:
    token = Issuer.at(running.home).token(subject, [(role, "demo")], units=["3-1202"])
    return httpx.AsyncClient(
        base_url=running.state["urls"][service],
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )


async def _reported_and_cancelled(running: Up) -> dict[str, Any]:
    """A ticket with an internal comment that its reporter does not want any more; told once the
    other services have heard.
    """
    async with (
        _client(running, "tickets", "resident", "resident-7") as resident,
        _client(running, "tickets", "dispatcher", "wang") as staff,
        _client(running, "notify", "dispatcher", "wang") as notify,
        _client(running, "dispatch", "dispatcher", "wang") as dispatch,
        _client(running, "sla", "dispatcher", "wang") as sla,
    ):
        report = {
            "site_id": "demo",
            "category": "plumbing",
            "title": "Leak",
            "description": "Water under the sink",
            "unit": "3-1202",
        }
        opened = (await resident.post("/v1/tickets", json=report)).json()
        (
            await staff.post(
                f"/v1/tickets/{opened['id']}/comments", json={"text": "third time", "public": False}
            )
        ).raise_for_status()
        (
            await resident.post(
                f"/v1/tickets/{opened['id']}/cancel", json={"reason": "it dried up"}
            )
        ).raise_for_status()

        async def heard() -> bool:
            messages = await notify.get("/v1/messages", params={"ticket_id": opened["id"]})
            jobs = await dispatch.get("/v1/jobs", params={"ticket_id": opened["id"]})
            clocks = await sla.get("/v1/clocks", params={"ticket_id": opened["id"]})
            told = {message["kind"] for message in messages.json()["items"]}
            states = {clock["state"] for clock in clocks.json().get("items", ())} | {
                job["state"] for job in jobs.json()["items"]
            }
            return "ticket.cancelled" in told and states == {"cancelled"}

        await eventually(heard, timeout_s=60)
    return dict(opened)


async def test_a_ticket_of_a_real_instance_is_archived_found_and_shown(running: Up) -> None:
    opened = await _reported_and_cancelled(running)

    archived = fettle("archive", home=running.home, cwd=running.home)
    again = fettle("archive", home=running.home, cwd=running.home)
    found = fettle(
        "archive",
        "find",
        opened["reference"].lower(),
        "--json",
        home=running.home,
        cwd=running.home,
    )
    shown = fettle(
        "archive", "find", opened["reference"], home=running.home, cwd=running.home, COLUMNS="200"
    )
    verified = fettle("archive", "verify", home=running.home, cwd=running.home)

    assert archived.returncode == 0, archived.stderr
    assert archived.stdout.startswith(f"{running.home / 'archive'}: ")
    assert " new, 0 changed, of " in archived.stdout
    assert ": 0 new, 0 changed, of " in again.stdout
    line = json.loads(found.stdout)
    assert (line["id"], line["ticket"]["state"], line["ticket"]["description"]) == (
        opened["id"],
        "cancelled",
        "Water under the sink",
    )
    assert ("comment", False, "third time") in {
        (entry["name"], entry["public"], entry["text"]) for entry in line["timeline"]
    }
    assert [job["state"] for job in line["jobs"]] == ["cancelled"]
    assert {clock["state"] for clock in line["clocks"]["items"]} == {"cancelled"}
    assert "ticket.cancelled" in {message["kind"] for message in line["messages"]}
    assert not line["settled"]
    for words in (
        opened["reference"],
        "cancelled",
        "resident-7",
        "3-1202",
        "comment (internal)",
        "third time",
        "it dried up",
    ):
        assert words in shown.stdout
    assert verified.returncode == 0, verified.stderr
    assert "every one whole" in verified.stdout


async def test_a_whole_life_is_shown_readably_and_its_words_command_no_terminal(
    tmp_path: Path,
) -> None:
    photo = {"id": UUID(int=7), "kind": "photo", "by": "resident-1", "at": NOON, "public": False}
    told = Told(
        1,
        comments=["[bold]beware[/] \x1b[31mred\x9b31m"],
        imported={"at": NOON, "external_id": "WX-2025-1", "opened_at": NOON},
        attachments=[photo],
    )
    async with told_services(told) as services:
        await asyncio.to_thread(
            fettle,
            "archive",
            "--into",
            "archive",
            home=tmp_path / "home",
            cwd=tmp_path,
            **services.environment,
        )

    shown = fettle(
        "archive",
        "find",
        told.reference,
        "--in",
        "archive",
        home=tmp_path / "home",
        cwd=tmp_path,
        COLUMNS="200",
    )

    for words in (
        f"{told.reference}  closed  plumbing, urgent  水管漏水",
        "3-1202",
        "resident-1 (app)",
        "2026-03-01 12:00, in the former system WX-2025-1",
        "fault",
        "dispatch",
        "Water under the sink",
        f"photo {photo['id']} by resident-1 2026-03-01 12:00 (internal)",
        "[bold]beware[/]  [31mred 31m",
        "1.1 completed, Li Wei (li)",
        "offer declined  Chen Jie (chen)",
        "too far away",
        "report: 40 min, 2 x seal, new seal",
        "ticket.closed",
        "delivered after 1",
        "speed 5, quality 4, manner 5  quick",
    ):
        assert words in shown.stdout
    assert "\x1b" not in shown.stdout
    assert "\x9b" not in shown.stdout


async def test_what_cannot_be_found_is_said_in_words(tmp_path: Path) -> None:
    told = Told(1)
    async with told_services(told) as services:
        await asyncio.to_thread(
            fettle, "archive", home=tmp_path / "home", cwd=tmp_path, **services.environment
        )

    def find(reference: str) -> tuple[int, str]:
        done = fettle("archive", "find", reference, home=tmp_path / "home", cwd=tmp_path)
        return done.returncode, " ".join(done.stderr.replace("│", " ").split())

    unknown = reference_for("DEMO", 4711)
    misread = told.reference[:-1] + ("A" if told.reference[-1] != "A" else "B")

    assert find(unknown) == (
        1,
        f"{unknown} is not in {tmp_path / 'home' / 'archive'}, which has 1 ticket. "
        "One that goes on, or has ended since the last run, is only in the service",
    )
    for wrong in (misread, "nonsense"):
        code, words = find(wrong)
        assert code == 2
        assert "a sign was misread" in words


async def test_an_erased_ticket_is_gone_and_stays_away(tmp_path: Path) -> None:
    told = Told(1)
    async with told_services(told) as services:

        def type_(*arguments: str) -> Any:
            return fettle(
                "archive", *arguments, home=tmp_path / "home", cwd=tmp_path, **services.environment
            )

        await asyncio.to_thread(type_)
        unasked = await asyncio.to_thread(type_, "erase", told.reference)
        erased = await asyncio.to_thread(type_, "erase", told.reference, "--yes")
        again = await asyncio.to_thread(type_)
        found = await asyncio.to_thread(type_, "find", told.reference)

    assert unasked.returncode == 1
    assert erased.stdout == f"{told.reference}: 1 line erased\n"
    assert ": 0 new, 0 changed, of " in again.stdout
    assert found.returncode == 1
    assert "and erased on" in found.stderr
    assert "resident-1" not in "".join(
        path.read_text() for path in (tmp_path / "home" / "archive").glob("tickets-*")
    )


async def test_verify_prints_each_files_hash_and_ends_with_1_on_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "archive"
    async with told_services(Told(1), Told(2)) as services:
        await asyncio.to_thread(
            fettle, "archive", home=tmp_path / "home", cwd=tmp_path, **services.environment
        )
    (file,) = folder.glob("tickets-*")

    good = fettle("archive", "verify", home=tmp_path / "home", cwd=tmp_path)
    file.write_bytes(file.read_bytes()[:-5])
    torn = fettle("archive", "verify", home=tmp_path / "home", cwd=tmp_path)

    assert good.returncode == 0, good.stderr
    assert "2 tickets in 2 lines, every one whole" in good.stdout
    assert torn.returncode == 1
    assert f"{file.name}: line 2: it is torn: its end is missing" in torn.stderr
    assert f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" in torn.stdout


def test_a_service_that_is_not_there_is_named_with_what_to_do(home: Path, tmp_path: Path) -> None:
    urls = {
        f"FETTLE_{name}_URL": "http://127.0.0.1:9"
        for name in ("TICKETS", "DISPATCH", "SLA", "NOTIFY")
    }

    alone = fettle("archive", home=home, cwd=tmp_path, FETTLE_TOKEN="t", **urls)

    assert alone.returncode == 1
    assert "tickets at http://127.0.0.1:9 does not answer" in alone.stderr
    assert (
        "or set FETTLE_TICKETS_URL. What was archived is kept; run this again, and it goes on"
        in alone.stderr
    )


async def test_a_token_that_is_not_good_enough_is_said(tmp_path: Path) -> None:
    async with told_services(Told(1)) as services:
        environment = {**services.environment, "FETTLE_TOKEN": "another"}
        refused = await asyncio.to_thread(
            fettle, "archive", home=tmp_path / "home", cwd=tmp_path, **environment
        )

    assert refused.returncode == 1
    assert (
        "401 The token has expired.: set FETTLE_TOKEN to a token of an admin of every site"
        in refused.stderr
    )


def test_what_is_asked_wrongly_is_refused_before_any_service_is_asked(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")

    def say(*arguments: str) -> tuple[int, str]:
        done = fettle(
            "archive",
            *arguments,
            home=home,
            cwd=tmp_path,
            FETTLE_TOKEN="t",
            FETTLE_TICKETS_URL="http://127.0.0.1:9",
        )
        return done.returncode, " ".join(done.stderr.replace("│", " ").split())

    code, words = say("--before", "31.1.2026")
    assert (code, "write one as 2026-01-31" in words) == (2, True)
    code, words = say("--before", "2026-01-31", "--older-than", "3")
    assert (code, "give one of them" in words) == (2, True)
    code, words = say("--into", "file/archive")
    assert (code, "Name a folder that you may write" in words) == (1, True)
    code, words = say("--into", "archive", "find", reference_for("DEMO", 1001))
    assert (code, "find has --in" in words) == (2, True)
    code, words = say("verify", "--in", "nowhere")
    assert (code, "there is no archive in" in words) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--older-than", "999999999999999999999"), "is no number of days, 0 to"),
        (("--older-than", "-1"), "is no number of days, 0 to"),
        (("--before", "0001-01-01"), "no ticket is older than 2000-01-01"),
        (("--into", ""), "name a folder"),
        (
            ("erase", reference_for("DEMO", 1001), "--yes", "--in", "nowhere"),
            "there is no archive in",
        ),
    ],
)
def test_a_limit_or_a_folder_that_is_none_is_refused_and_nothing_is_made(
    home: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "here").mkdir()

    said = fettle(
        "archive",
        *arguments,
        home=home,
        cwd=tmp_path / "here",
        FETTLE_TOKEN="t",
        FETTLE_TICKETS_URL="http://127.0.0.1:9",
    )

    assert said.returncode in (1, 2)
    assert words in " ".join(said.stderr.replace("│", " ").split())
    assert list((tmp_path / "here").iterdir()) == []


async def test_a_file_that_cannot_be_read_is_named_by_verify(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "archive"
    async with told_services(Told(1)) as services:
        await asyncio.to_thread(
            fettle, "archive", home=tmp_path / "home", cwd=tmp_path, **services.environment
        )
    (folder / "tickets-2020-01.jsonl").mkdir()

    said = fettle("archive", "verify", home=tmp_path / "home", cwd=tmp_path)

    assert (said.returncode, said.stderr) == (
        1,
        f"{folder / 'tickets-2020-01.jsonl'}: Is a directory\n",
    )
