"""`make bench-bytes`: what a ticket's whole life leaves in each database and in PostgreSQL's log,
and what of it is kept.

Two lives a second for SECONDS, from one checkpoint to the next: with PostgreSQL's own
`checkpoint_timeout` of five minutes 300 shows what a running instance writes. Then a month is let
pass, so that snapshots are shrunk and attempts deleted, and two more, so that their versions are
deleted. Sizes are those of tables and indexes after `vacuum full`, so that neither what is free in
their pages nor what autovacuum has done counts. Nothing is asserted.
"""

import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from fettle.engines.server_user import ServerUser
from shared.telemetry import configure_logs
from tests.bench.flow import Flow, flow_through
from tests.bench.folders import clear_leftovers
from tests.bench.progress import Progress
from tests.bench.trees import this_tree

_RATE = 2.0
_FORGOTTEN_TIMEOUT_S = 120.0
_SIZES = (
    "select relname, pg_total_relation_size(oid) as bytes from pg_class where relkind = 'r' "
    "and relnamespace = 'public'::regnamespace"
)
_MONTHS_PASS = """
    update ended_tickets set since = since - interval '{days} days';
    do $$ begin
        if to_regclass('attempts') is not null then update attempts
          set at = at - interval '{days} days'; end if;
    end $$"""
_WAITING = "select count(*) from ended_tickets where step < $1 and since is not null"
_LOG = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes, wal_fpi from pg_stat_wal"
_OUTBOX = frozenset({"outbox", "outbox_marks", "outbox_unmarked"})
_KEYS = frozenset({"idempotency_keys"})
_PER_TICKET = 1024

Sizes = Mapping[str, Counter[str]]
"""Service → table → bytes."""


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=140 if not os.isatty(1) else None)
    seconds = os.environ.get("SECONDS") or "300"
    if not seconds.isascii() or not seconds.isdigit() or not 10 <= int(seconds) <= 7200:
        sys.exit(f"bench-bytes: SECONDS is {seconds!r}; it has to be a number from 10 to 7200")
    clear_leftovers()
    progress = Progress(console)
    with flow_through(this_tree()) as flow:
        progress.say("an instance is up and warm")
        uvloop.run(_measure(flow, int(seconds), console, progress))


async def _measure(flow: Flow, seconds: int, console: Console, progress: Progress) -> None:
    urls = flow.instance.database_urls
    admin = await asyncpg.connect(_admin_url(flow))
    try:
        await _let_months_pass(
            urls,
            days=91,
            steps=2,
            # for the tickets of the warm-up, so that what they lose later is not
            # taken from the others
        )
        before = await _sizes(urls)
        await _settle(urls)
        await admin.execute("checkpoint")
        began = (await admin.fetch(_LOG))[0]
        ran = await asyncio.to_thread(flow.run, "whole", rate=_RATE, seconds=seconds)
        ended = (await admin.fetch(_LOG))[0]
        tickets = ran["ended"]
        progress.say(
            f"{tickets} of {ran['opened']} tickets have gone the whole way, "
            f"{len(ran['refusals'])} refused"
        )
        fresh = await _sizes(urls)
        await _let_months_pass(urls, days=31, steps=1)
        progress.say("a month has passed")
        kept = await _sizes(urls)
        await _let_months_pass(urls, days=60, steps=2)
        progress.say("three months have passed")
        later = await _sizes(urls)
    finally:
        await admin.close()
    _print(
        console,
        tickets,
        {
            "fresh": _grown(before, fresh),
            "1 month": _grown(before, kept),
            "3 months": _grown(before, later),
        },
    )
    images = ended["wal_fpi"] - began["wal_fpi"]
    log = int(ended["bytes"] - began["bytes"]) / tickets / _PER_TICKET
    console.print(
        f"PostgreSQL's log: {log:.1f} KB a ticket, {images / tickets:.1f} whole pages among it"
    )


def _admin_url(flow: Flow) -> str:
    """The superuser's, whose password lies beside the cluster; services' users may
    not ask for a checkpoint.
    """
    data: Path = flow.instance.home / "postgres"
    password = (
        (ServerUser.for_data(data).folder_of(data) / "superuser-password").read_text().strip()
    )
    where = urlsplit(flow.instance.state["database_urls"]["tickets"])
    return f"postgresql://postgres:{password}@{where.hostname}:{where.port}/postgres"


async def _settle(urls: Mapping[str, str]) -> None:
    """Mark the pages of what was set up, such as a hundred thousand flats, as visible to all:
    autovacuum would do so while tickets are counted, and write 2.5 MB of log for it.
    """
    for url in urls.values():
        connection = await asyncpg.connect(url)
        try:
            for row in await connection.fetch(_SIZES):
                await connection.execute(f'vacuum (analyze) "{row["relname"]}"')
        finally:
            await connection.close()


async def _sizes(urls: Mapping[str, str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for service, url in urls.items():
        connection = await asyncpg.connect(url)
        try:
            tables = [row["relname"] for row in await connection.fetch(_SIZES)]
            for table in tables:
                await connection.execute(f'vacuum full "{table}"')
            found[service] = Counter(
                {row["relname"]: row["bytes"] for row in await connection.fetch(_SIZES)}
            )
        finally:
            await connection.close()
    return found


async def _let_months_pass(urls: Mapping[str, str], *, days: int, steps: int) -> None:
    """Return when the services have forgotten that much of each ended ticket.

    Raises RuntimeError when they do not.
    """
    deadline = time.monotonic() + _FORGOTTEN_TIMEOUT_S
    for url in urls.values():
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(_MONTHS_PASS.format(days=days))
            while await connection.fetchval(_WAITING, steps):
                if time.monotonic() > deadline:
                    raise RuntimeError("ended tickets were not forgotten")
                await asyncio.sleep(0.5)
        finally:
            await connection.close()
    await asyncio.sleep(2 * 5)  # attempts are looked for every five seconds


def _grown(before: Sizes, after: Sizes) -> dict[str, Counter[str]]:
    return {
        service: Counter({table: tables[table] - before[service][table] for table in tables})
        for service, tables in after.items()
    }


def _print(
    console: Console, tickets: int, columns: Mapping[str, Mapping[str, Counter[str]]]
) -> None:
    table = Table(
        "",
        *(f"{name}, KB" for name in columns),
        "of it",
        title=f"bytes of each of {tickets} tickets",
        title_justify="left",
    )

    def line(name: str, sizes: Mapping[str, int], of_it: str = "") -> None:
        table.add_row(
            name, *(f"{sizes[column] / tickets / _PER_TICKET:.1f}" for column in columns), of_it
        )

    totals: Counter[str] = Counter()
    for service in next(iter(columns.values())):
        sizes = {
            column: sum(
                each for name, each in grown[service].items() if name not in _OUTBOX | _KEYS
            )
            for column, grown in columns.items()
        }
        totals.update(sizes)
        line(service, sizes, _largest(columns, service, tickets))
    line("all four", totals)
    for what, tables in (
        ("facts in outboxes, for 31 days", _OUTBOX),
        ("answers to Idempotency-Key, for a day", _KEYS),
    ):
        line(
            what,
            {
                column: sum(each[name] for each in grown.values() for name in tables)
                for column, grown in columns.items()
            },
        )
    console.print(table)


def _largest(columns: Mapping[str, Mapping[str, Counter[str]]], service: str, tickets: int) -> str:
    parts: list[str] = []
    for name, _ in next(iter(columns.values()))[service].most_common():
        sizes: list[Any] = [
            grown[service][name] / tickets / _PER_TICKET for grown in columns.values()
        ]
        if name not in _OUTBOX | _KEYS and max(sizes) >= 0.05:
            parts.append(f"{name} " + " → ".join(f"{size:.1f}" for size in sizes))
    return ", ".join(parts)


if __name__ == "__main__":
    main()
