"""What a run of `fettle archive` writes: every ended ticket once, whatever stopped the run before
it, and in bounded room.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from fettle.archive.folder import archive_to_write
from fettle.archive.index import NAME as INDEX
from fettle.archive.lines import read_head
from fettle.archive.reading import (
    MAX_REQUESTS,
    TICKETS_PER_PAGE,
    CannotRead,
    reach_of,
    services_at,
)
from fettle.archive.run import Counts, Run
from tests.component.fettle.told_services import NOON, Told, ToldServices, problem, told_services
from tests.support.issuer import token


async def run(
    services: ToldServices,
    folder: Path,
    *,
    now: datetime = NOON,
    changed_before: datetime | None = None,
    patience_s: float = 0,
) -> Counts:
    """One run, as of `now`; a service that is away is not waited for unless
    `patience_s` says so.
    """
    with archive_to_write(folder) as archive:
        async with services_at(
            services.urls, lambda: services.token, patience_s=patience_s
        ) as reading:
            reach = reach_of(services.token)
            one = Run(
                reading,
                archive,
                reach=reach,
                changed_before=changed_before,
                now=lambda: now,
                tell=lambda counts: None,
            )
            await one.to_its_end()
            return one.counts


def lines(folder: Path) -> list[dict[str, Any]]:
    """Every line of the archive, each of them whole."""
    found = []
    for path in sorted(folder.glob("tickets-*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                read_head(line)
                found.append(json.loads(line))
    return found


def references(folder: Path) -> Counter[str]:
    return Counter(line["reference"] for line in lines(folder))


def once(*tickets: Told) -> Counter[str]:
    return Counter(told.reference for told in tickets)


async def test_an_ended_ticket_is_written_with_everything_about_it(tmp_path: Path) -> None:
    told = Told(1, comments=["landlord pays"])
    async with told_services(told, Told(2, state="open"), Told(3, state="resolved")) as services:
        counts = await run(services, tmp_path / "archive")

    (line,) = lines(tmp_path / "archive")
    assert (counts.new, counts.again, counts.seen) == (1, 0, 1)
    assert (line["reference"], line["id"], line["version"]) == (
        told.reference,
        told.id,
        told.version,
    )
    assert line["ticket"]["description"] == "Water under the sink"
    assert "legal" not in line["ticket"]
    assert [(entry["name"], entry["public"], entry["text"]) for entry in line["timeline"]] == [
        ("opened", True, None),
        ("closed", True, None),
        ("comment", False, "landlord pays"),
    ]
    assert [
        (offer["technician_id"], offer["state"], offer["reason"])
        for offer in line["jobs"][0]["offers"]
    ] == [
        ("chen", "declined", "too far away"),
        ("li", "accepted", None),
    ]
    assert line["jobs"][0]["report"]["parts"] == [{"name": "seal", "quantity": 2}]
    assert line["clocks"]["announced"][0]["threshold"] == 80
    assert [message["kind"] for message in line["messages"]] == ["ticket.received", "ticket.closed"]
    assert line["messages"][0]["deliveries"][0]["state"] == "delivered"
    assert line["technicians"] == {"chen": "Chen Jie", "li": "Li Wei"}


async def test_files_are_by_month_of_opening_and_for_their_owner_alone(tmp_path: Path) -> None:
    january, february = (Told(n, opened_at=NOON.replace(month=n, day=1)) for n in (1, 2))
    async with told_services(january, february) as services:
        await run(services, tmp_path / "archive")

    with archive_to_write(tmp_path / "archive") as archive:
        assert [path.name for path in archive.paths()] == [
            "tickets-2026-01.jsonl",
            "tickets-2026-02.jsonl",
        ]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "archive").iterdir()} == {0o600}
    assert (tmp_path / "archive").stat().st_mode & 0o777 == 0o700


async def test_what_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    tickets = [Told(n) for n in range(1, 4)]
    async with told_services(*tickets) as services:
        await run(services, tmp_path / "archive")
        second = await run(services, tmp_path / "archive", now=NOON + timedelta(minutes=30))
        (tmp_path / "archive" / INDEX).unlink()
        without_index = await run(services, tmp_path / "archive")

    assert (second.new, second.again) == (without_index.new, without_index.again) == (0, 0)
    assert without_index.seen == 3
    assert references(tmp_path / "archive") == once(*tickets)


async def test_a_later_run_asks_only_for_what_has_changed_since(tmp_path: Path) -> None:
    old, late = Told(1), Told(2, updated_at=NOON + timedelta(hours=3))
    async with told_services(old) as services:
        await run(services, tmp_path / "archive")
        services.tickets.append(late)
        services.tickets.append(Told(3, state="open", updated_at=NOON + timedelta(hours=4)))
        services.requests.clear()
        nightly = await run(services, tmp_path / "archive", now=NOON + timedelta(days=2))

    assert (nightly.seen, nightly.new) == (1, 1)
    assert services.requests["tickets tickets"] == 3  # the changes of a day at a time
    assert references(tmp_path / "archive") == once(old, late)


@pytest.mark.parametrize(
    "with_index", [True, False], ids=["with its index", "when the index was lost"]
)
async def test_a_ticket_that_changed_is_written_again_and_the_newest_line_counts(
    tmp_path: Path, with_index: bool
) -> None:
    told = Told(1)
    async with told_services(told, Told(2)) as services:
        await run(services, tmp_path / "archive")
        if not with_index:
            (tmp_path / "archive" / INDEX).unlink()
        told.version, told.updated_at = 5, NOON
        rated = await run(services, tmp_path / "archive", now=NOON + timedelta(minutes=1))
        told.comments.append("an internal one, which makes no version")
        told.updated_at = NOON + timedelta(hours=1)
        commented = await run(services, tmp_path / "archive", now=NOON + timedelta(hours=2))

    assert (rated.new, rated.again) == (commented.new, commented.again) == (0, 1)
    assert [
        (line["version"], line["entries"])
        for line in lines(tmp_path / "archive")
        if line["id"] == told.id
    ] == [(4, 2), (5, 2), (5, 3)]
    with archive_to_write(tmp_path / "archive") as archive:
        (place,) = archive.index.find(told.reference)
        assert (
            json.loads(archive.read(place))["timeline"][-1]["text"]
            == "an internal one, which makes no version"
        )


async def test_messages_that_were_deleted_since_stay_in_the_newest_line(tmp_path: Path) -> None:
    told = Told(1)
    async with told_services(told) as services:
        await run(services, tmp_path / "archive")
        told.kinds, told.updated_at = ("ticket.answered",), NOON
        told.comments.append("after two years, of which notify keeps one")
        await run(services, tmp_path / "archive", now=NOON + timedelta(minutes=1))
        told.kinds = ()
        same = await run(services, tmp_path / "archive", now=NOON + timedelta(minutes=2))

    newest = lines(tmp_path / "archive")[-1]
    assert [message["kind"] for message in newest["messages"]] == [
        "ticket.received",
        "ticket.closed",
        "ticket.answered",
    ]
    assert (same.new, same.again) == (0, 0)


@pytest.mark.parametrize(
    "under_way",
    [{"delivery": "pending"}, {"clock": "running"}, {"updated_at": NOON - timedelta(hours=2)}],
    ids=str,
)
async def test_what_was_still_under_way_is_looked_at_again_until_it_is_settled(
    tmp_path: Path, under_way: dict[str, Any]
) -> None:
    told = Told(1, **under_way)
    async with told_services(told) as services:
        await run(services, tmp_path / "archive")
        unchanged = await run(services, tmp_path / "archive")
        told.delivery, told.clock = "failed", "breached"
        changed = await run(services, tmp_path / "archive", now=NOON + timedelta(days=2))
        services.requests.clear()
        settled = await run(services, tmp_path / "archive", now=NOON + timedelta(days=3))

    assert (unchanged.again, changed.again, settled.again) == (0, 1, 0)
    assert [line["settled"] for line in lines(tmp_path / "archive")] == [False, True]
    assert set(services.requests) == {"tickets tickets"}  # the list of changes alone


async def test_only_tickets_that_have_not_changed_since_a_day_are_taken_and_the_others_come_later(
    tmp_path: Path,
) -> None:
    old, newer = (
        Told(1, updated_at=NOON - timedelta(days=20)),
        Told(2, updated_at=NOON - timedelta(days=5)),
    )
    async with told_services(old, newer) as services:
        await run(services, tmp_path / "archive", changed_before=NOON - timedelta(days=10))
        first = references(tmp_path / "archive")
        await run(services, tmp_path / "archive")

    assert first == once(old)
    assert references(tmp_path / "archive") == once(old, newer)


async def test_a_day_that_is_still_to_come_is_no_limit(tmp_path: Path) -> None:
    async with told_services(Told(1)) as services:
        await run(services, tmp_path / "archive", changed_before=NOON + timedelta(days=30))
        services.tickets.append(Told(2, updated_at=NOON + timedelta(hours=1)))
        counts = await run(
            services,
            tmp_path / "archive",
            now=NOON + timedelta(hours=2),
            changed_before=NOON + timedelta(days=30),
        )

    assert (counts.seen, counts.new) == (1, 1)


async def test_what_a_token_of_one_site_has_seen_is_not_taken_for_all_that_there_is(
    tmp_path: Path,
) -> None:
    here, elsewhere = Told(1), Told(2)
    async with told_services(here) as services:
        services.token = token("manager", [("manager", "demo")])
        await run(services, tmp_path / "archive")
        services.tickets.append(elsewhere)
        services.token = token("auditor", [("admin", "*")])
        await run(services, tmp_path / "archive")

    assert references(tmp_path / "archive") == once(here, elsewhere)


async def test_a_ticket_that_is_deleted_while_it_is_read_is_left_out(tmp_path: Path) -> None:
    told = Told(1)
    async with told_services(told, Told(2)) as services:

        async def delete(service: str, path: str) -> web.Response | None:
            """After the list was read."""
            if service == "dispatch" and told in services.tickets:
                services.tickets.remove(told)
            return None

        services.hook = delete
        counts = await run(services, tmp_path / "archive")

    assert (counts.new, counts.gone) == (1, 1)
    assert references(tmp_path / "archive") == once(Told(2))


async def test_requests_are_made_at_once_but_no_more_than_a_few(tmp_path: Path) -> None:
    tickets = [Told(n) for n in range(1, TICKETS_PER_PAGE + 21)]
    async with told_services(*tickets) as services:
        full = asyncio.Event()

        async def wait_for_others(service: str, path: str) -> web.Response | None:
            if path != "tickets":
                if services.under_way == MAX_REQUESTS:
                    full.set()
                await full.wait()
            return None

        services.hook = wait_for_others
        await run(services, tmp_path / "archive")

    assert services.most_under_way == MAX_REQUESTS
    assert references(tmp_path / "archive") == once(*tickets)


async def test_a_page_is_on_the_disk_before_the_next_is_asked_for(tmp_path: Path) -> None:
    tickets = [Told(n) for n in range(1, 3 * TICKETS_PER_PAGE)]
    written = []
    async with told_services(*tickets) as services:

        async def count(service: str, path: str) -> web.Response | None:
            if path == "tickets":
                written.append(references(tmp_path / "archive").total())
            return None

        services.hook = count
        await run(services, tmp_path / "archive")

    assert written == [0, TICKETS_PER_PAGE, 2 * TICKETS_PER_PAGE]


@pytest.mark.parametrize("service", ["tickets", "dispatch", "sla", "notify"])
async def test_a_service_that_is_away_stops_the_run_in_words_and_the_next_one_goes_on(
    tmp_path: Path, service: str
) -> None:
    tickets = [Told(n) for n in range(1, 2 * TICKETS_PER_PAGE + 1)]
    async with told_services(*tickets) as services:
        asked = 0

        async def go_away(name: str, path: str) -> web.Response | None:
            nonlocal asked
            asked += name == service
            late = services.requests["tickets tickets"] > 1
            return (
                problem(503, "unavailable", "The database is away.")
                if name == service and late
                else None
            )

        services.hook = go_away
        with pytest.raises(
            CannotRead, match=f"{service} at http.* answered 503 The database is away"
        ):
            await run(services, tmp_path / "archive")
        first = references(tmp_path / "archive")
        services.hook = None
        services.requests.clear()
        second = await run(services, tmp_path / "archive")

    assert asked > 0
    assert first == once(*tickets[TICKETS_PER_PAGE:])
    assert second.seen == TICKETS_PER_PAGE  # it goes on at the page where it stopped
    assert references(tmp_path / "archive") == once(*tickets)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_service_that_is_busy_for_a_moment_is_asked_again(
    tmp_path: Path, status: int
) -> None:
    tickets = [Told(n) for n in range(1, 4)]
    async with told_services(*tickets) as services:

        async def refuse_once(service: str, path: str) -> web.Response | None:
            first = path == "messages" and services.requests["notify messages"] == 1
            return problem(status, "unavailable", "In a moment.") if first else None

        services.hook = refuse_once
        counts = await run(services, tmp_path / "archive", patience_s=60)

    assert counts.new == 3
    assert services.requests["notify messages"] == 4
    assert references(tmp_path / "archive") == once(*tickets)


async def test_an_unsettled_ticket_is_read_once_in_a_run(tmp_path: Path) -> None:
    async with told_services(Told(1, updated_at=NOON - timedelta(minutes=10))) as services:
        await run(services, tmp_path / "archive")
        services.requests.clear()
        await run(services, tmp_path / "archive", now=NOON + timedelta(minutes=10))

    assert services.requests["tickets tickets timeline"] == 1
    assert services.requests["dispatch jobs"] == 1


async def test_a_cursor_of_another_release_begins_the_walk_anew_without_writing_anything_twice(
    tmp_path: Path,
) -> None:
    tickets = [Told(n) for n in range(1, 2 * TICKETS_PER_PAGE + 1)]
    async with told_services(*tickets) as services:
        await_first = asyncio.Event()

        async def refuse(service: str, path: str) -> web.Response | None:
            """The second page: first as if the service were away, in the next run as if its cursors
            were others.
            """
            if path == "tickets" and services.requests["tickets tickets"] == 2:
                return (
                    problem(400, "bad_cursor", "Begin without one.")
                    if await_first.is_set()
                    else problem(500, "internal", "Oh.")
                )
            return None

        services.hook = refuse
        with pytest.raises(CannotRead, match="500 Oh"):
            await run(services, tmp_path / "archive")
        await_first.set()
        services.requests["tickets tickets"] = 1
        second = await run(services, tmp_path / "archive")

    assert second.seen == 2 * TICKETS_PER_PAGE
    assert references(tmp_path / "archive") == once(*tickets)


@pytest.mark.parametrize("at_request", [5, 350, 700])
async def test_a_killed_run_is_gone_on_with_and_no_ticket_is_written_twice_or_in_half(
    tmp_path: Path, at_request: int
) -> None:
    tickets = [Told(n, comments=["x" * 3000]) for n in range(1, 2 * TICKETS_PER_PAGE + 1)]
    folder = tmp_path / "archive"
    async with told_services(*tickets) as services:
        environment = {
            "FETTLE_HOME": str(tmp_path / "home"),
            "FETTLE_ARCHIVE": str(folder),
            **services.environment,
        }

        async def start() -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                Path(sys.executable).with_name("fettle"), "archive", env=environment
            )

        killed = await start()

        async def kill(service: str, path: str) -> web.Response | None:
            if services.requests.total() == at_request:
                killed.send_signal(signal.SIGKILL)
            return None

        services.hook = kill
        first = await killed.wait()
        services.hook = None
        second = await (await start()).wait()

    assert (first, second) == (-signal.SIGKILL, 0)
    assert references(folder) == once(*tickets)


async def test_a_long_timeline_is_archived_whole(tmp_path: Path) -> None:
    told = replace(Told(1), comments=[f"line {n}" for n in range(1000)])
    async with told_services(told) as services:
        await run(services, tmp_path / "archive")

    (line,) = lines(tmp_path / "archive")
    assert [entry["n"] for entry in line["timeline"]] == list(range(1, 1003))
    assert services.requests["tickets tickets timeline"] > 1
