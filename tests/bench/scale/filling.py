"""A year of tickets in the four databases, copied from a few that went their way through the
services.

All four are filled side by side, without indexes: these are built afterwards, and are the same as
before.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import uvloop

from fettle.home import SERVICES
from services.tickets.domain.search_words import tokens_of
from tests.bench.instances import Instance
from tests.bench.progress import Progress
from tests.bench.scale.cluster import hurried
from tests.bench.scale.copied_tables import COPIED
from tests.bench.scale.copying import (
    COPIES,
    FIGURES,
    HELPERS,
    LIVING_SHARE,
    OUTCOME_SUMS,
)
from tests.bench.scale.indexes import without_indexes

_AT_ONCE = 50_000
_COUNTED_SITE = "bench-00-01"
_COUNTED_TIMEOUT_S = 60.0
_ADDED_UP_TIMEOUT_S = 600.0
_MAX_MARK_LENGTH = 3
"""Longer tokens name a site, a category or a priority."""
_COLUMNS = (
    "select attname from pg_attribute where attrelid = cast($1 as regclass) and attnum > 0 "
    "and not attisdropped order by attnum"
)
_UNCOUNTED = "select count(*) from promises where counted_at is distinct from looked_at"
# as its migration leaves what was there before, and as if that had been a while ago
_ALL_BEHIND = """
    truncate handed_out_changes;
    insert into handed_out_changes (site_id, span, at)
    select distinct site_id, handed_out_span(work_order_id), now() - interval '1 hour' from jobs
    order by 2 desc"""
_BEHIND = "select count(*) from handed_out_changes"
_WORDS = """
    select w.ticket_id, w.said, w.tokens, t.reference, coalesce(t.unit_key, '') as unit_key
    from ticket_words w join tickets t on t.id = w.ticket_id where t.id = any($1)"""

_FEW_AT_A_SITE, _FEW_ELSEWHERE = 2_000, 28
"""How many tickets the small instance has: at its first site so many that a page of any list is
full, and at each of its sites some of every month, two of them open, so that figures by month and
metrics by site have as many lines as those of many tickets.
"""

Connection = asyncpg.Connection


@dataclass(frozen=True)
class Templates:
    """Tickets to copy: `ended` ones, and `living` ones whose job waits for a trade that no
    technician has.
    """

    ended: Sequence[UUID]
    living: Sequence[UUID]

    @property
    def all(self) -> list[UUID]:
        return [*self.ended, *self.living]


@dataclass(frozen=True)
class Part:
    """`rows` tickets, spread over a year and over the first `sites` sites, each with as many;
    numbered from `first` + 1 on. One in `living_share` is open.
    """

    rows: int
    sites: int
    first: int = 0
    living_share: int = LIVING_SHARE


def few_parts(sites: int) -> list[Part]:
    """Return what the small instance is filled with, which is compared with a full one of so many
    sites.
    """
    elsewhere = Part(_FEW_ELSEWHERE * sites, sites=sites, first=_FEW_AT_A_SITE)
    return [Part(_FEW_AT_A_SITE, sites=1), elsewhere]


def fill_instance(
    instance: Instance,
    templates: Templates,
    parts: Sequence[Part],
    *,
    all_sites: int,
    progress: Progress,
) -> None:
    """Copy the templates into every database of the instance, with its services ended, and ready
    again afterwards. Raises IndexesDiffer, and RuntimeError where sla does not count their
    promises, or dispatch does not add up their jobs.
    """
    uvloop.run(_wait_for_sla(instance.state["database_urls"]["sla"]))
    for name in SERVICES:
        instance.end_service(name)
    rows, began = sum(part.rows for part in parts), progress.seconds

    async def fill_hurried() -> float:
        async with hurried(instance):
            return await fill(
                instance.state["database_urls"],
                templates,
                parts,
                all_sites=all_sites,
                progress=progress,
            )

    held = uvloop.run(fill_hurried())
    told_bytes = f"{held / 2**30:.1f} GB, {held / rows / 1000:.1f} KB a ticket"
    progress.say(f"{rows:,} tickets filled in {progress.seconds - began:.0f} s: {told_bytes}")
    for name in SERVICES:
        instance.start_ended(name)
    for name in SERVICES:
        instance.wait_for(name)
    uvloop.run(_wait_for_dispatch(instance.state["database_urls"]["dispatch"]))
    progress.say("dispatch has added up how jobs were handed out")


async def wait_until_counted(sla: Connection, *, timeout_s: float) -> None:
    """Return when what became of every promise is counted in sla's database: that is done a while
    after a ticket has changed, and is copied with it.

    Raises RuntimeError.
    """
    deadline = time.monotonic() + timeout_s
    while left := await sla.fetchval(_UNCOUNTED):
        if time.monotonic() > deadline:
            raise RuntimeError(f"sla has not counted the promises of {left} tickets")
        await asyncio.sleep(0.2)


async def _wait_for_dispatch(url: str) -> None:
    """Return when dispatch has added up how the copies were handed out."""
    connection = await asyncpg.connect(url)
    deadline = time.monotonic() + _ADDED_UP_TIMEOUT_S
    try:
        while left := await connection.fetchval(_BEHIND):
            if time.monotonic() > deadline:
                raise RuntimeError(f"dispatch has {left} sums to add up still")
            await asyncio.sleep(0.5)
        await connection.execute(
            "vacuum analyze handed_out_sums, handed_out_days, handed_out_changes"
        )
    finally:
        await connection.close()


async def _wait_for_sla(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await wait_until_counted(connection, timeout_s=_COUNTED_TIMEOUT_S)
    finally:
        await connection.close()


async def fill(
    urls: Mapping[str, str],
    templates: Templates,
    parts: Sequence[Part],
    *,
    all_sites: int,
    progress: Progress,
) -> float:
    """Copy the templates into every database, part by part, with the services ended; return how
    many bytes all four hold then.

    Raises IndexesDiffer where an index was not built as it was.
    """
    # one for all: a copy has the same id in every database
    year_ends_at = datetime.now(UTC) - timedelta(hours=1)
    filling = [
        _fill(urls[service], service, templates, parts, year_ends_at, all_sites, progress)
        for service in COPIED
    ]
    return sum(await asyncio.gather(*filling))


async def _fill(
    url: str,
    service: str,
    templates: Templates,
    parts: Sequence[Part],
    year_ends_at: datetime,
    all_sites: int,
    progress: Progress,
) -> float:
    copies, rows = COPIED[service], sum(part.rows for part in parts)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "set synchronous_commit = off; set work_mem = '64MB'; set maintenance_work_mem = "
            "'256MB'; set jit = off"
        )
        await _put_templates_aside(connection, service, templates)
        async with without_indexes(connection, [copy.table for copy in copies]):
            statements = [copy.copied(await _columns(connection, copy.table)) for copy in copies]
            for part in parts:
                for first in range(part.first + 1, part.first + part.rows + 1, _AT_ONCE):
                    last = min(first + _AT_ONCE - 1, part.first + part.rows)
                    await connection.execute("truncate copies")
                    given = (
                        part.first,
                        part.rows,
                        part.sites,
                        first,
                        last,
                        list(templates.ended),
                        list(templates.living),
                        year_ends_at,
                        part.living_share,
                    )
                    await connection.execute(COPIES, *given)
                    await connection.execute("analyze copies")
                    for statement in statements:
                        await connection.execute(statement)
                    if rows >= _AT_ONCE:
                        progress.say(f"{service}: {last:,} of {rows:,} tickets copied")
        if service == "sla":
            await connection.execute(FIGURES, _COUNTED_SITE, all_sites)
            await connection.execute(OUTCOME_SUMS)
        if service == "dispatch":
            await connection.execute(_ALL_BEHIND)
        await connection.execute("vacuum analyze")
        if rows >= _AT_ONCE:
            progress.say(f"{service}: indexes built, vacuumed and analysed")
        return float(await connection.fetchval("select pg_database_size(current_database())"))
    finally:
        await connection.close()


async def _put_templates_aside(connection: Connection, service: str, templates: Templates) -> None:
    await connection.execute(HELPERS)
    await connection.copy_records_to_table("templates", records=[(id,) for id in templates.all])
    if service == "tickets":
        found = await connection.fetch(_WORDS, templates.all)
        plain = [
            (
                row["ticket_id"],
                _plain_tokens(row["said"], row["tokens"], row["reference"], row["unit_key"]),
            )
            for row in found
        ]
        await connection.copy_records_to_table("plain_tokens", records=plain)
    for copy in COPIED[service]:
        await connection.execute(copy.template)
        await connection.execute(f"analyze of_{copy.table}")


def _plain_tokens(said: str, tokens: Sequence[str], reference: str, unit_key: str) -> list[str]:
    """Return the tokens of a ticket that a copy of it has as well, with another reference, unit and
    site.
    """
    own = {reference.lower(), unit_key}
    marks = [
        token for token in tokens if len(token) > _MAX_MARK_LENGTH and not token.startswith("site:")
    ]
    return [*sorted(tokens_of(word for word in said.split() if word not in own)), *marks]


async def _columns(connection: Connection, table: str) -> list[str]:
    return [row["attname"] for row in await connection.fetch(_COLUMNS, table)]
