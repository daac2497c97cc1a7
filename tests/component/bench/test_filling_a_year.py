"""What the scale bench does to the databases that it fills."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from tests.bench.scale.copied_tables import COPIED
from tests.bench.scale.copying import COPIES, FIGURES, HELPERS
from tests.bench.scale.filling import few_parts, wait_until_counted
from tests.bench.scale.indexes import IndexesDiffer, without_indexes
from tests.support.engines import Databases

_INDEXES = """
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
    from pg_index where indrelid = any($1) order by 1"""
_KEYS = (
    "select conname, pg_get_constraintdef(oid) as definition from pg_constraint "
    "where conrelid = any($1) order by 1"
)
_TABLES = "select array_agg(oid) from pg_class where relname = any($1) and relkind = 'r'"
_COLUMNS = (
    "select attname from pg_attribute "
    "where attrelid = cast($1 as regclass) and attnum > 0 and not attisdropped"
)

_MONTHS_OF_SITES = """
    select site, count(distinct date_trunc('month', at, 'UTC')) as months,
      count(*) filter (where living) > 0 as any_living
    from copies, date_trunc('month', cast($1 as timestamptz), 'UTC') as this
    where at >= this - interval '11 months' and at < this group by site"""
_UNCOUNTED_PROMISE = """
    insert into promises (ticket_id, version, site_id, reference, category, priority, ticket_state,
      is_open, going_on, policy_id, policy_version, life, clocks, looked_at)
    values (gen_random_uuid(), 1, 's', 'S-1', 'lift', 'normal', 'open', true, true, 'p', 1, '{}',
      '[]', now())"""


@pytest.fixture
async def filled(
    request: pytest.FixtureRequest, databases: Databases
) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database of the service's own, which is removed afterwards."""
    url = await databases.unused(request.param)
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
        await databases.discard(url)


@pytest.mark.parametrize(
    ("filled", "service"), [(service, service) for service in COPIED], indirect=["filled"]
)
async def test_a_filling_leaves_the_indexes_and_keys_as_they_were(
    filled: asyncpg.Connection, service: str
) -> None:
    tables = [copy.table for copy in COPIED[service]]
    oids = await filled.fetchval(_TABLES, tables)
    before = await filled.fetch(_INDEXES, oids), await filled.fetch(_KEYS, oids)
    assert len(before[0]) >= len(tables)

    async with without_indexes(filled, tables):
        meanwhile = await filled.fetch(_INDEXES, oids)

    assert meanwhile == []
    assert (await filled.fetch(_INDEXES, oids), await filled.fetch(_KEYS, oids)) == before


@pytest.mark.parametrize("filled", ["tickets"], indirect=True)
async def test_a_filling_after_which_an_index_is_another_fails(filled: asyncpg.Connection) -> None:
    with pytest.raises(IndexesDiffer, match=r"tickets\.by_hand"):
        async with without_indexes(filled, ["tickets"]):
            await filled.execute("create index by_hand on tickets (title)")


@pytest.mark.parametrize(
    ("filled", "service"), [(service, service) for service in COPIED], indirect=["filled"]
)
async def test_a_copy_differs_in_columns_that_its_table_has(
    filled: asyncpg.Connection, service: str
) -> None:
    await filled.execute(HELPERS)

    for copy in COPIED[service]:
        columns = [row["attname"] for row in await filled.fetch(_COLUMNS, copy.table)]
        assert set(copy.changes) <= set(columns), copy.table
        await filled.execute(copy.template)
        await filled.execute(copy.copied(columns))
    if service == "sla":
        await filled.execute(FIGURES, "bench-00-01", 50)


@pytest.mark.parametrize("filled", ["tickets"], indirect=True)
async def test_a_year_is_spread_evenly_whatever_its_size(filled: asyncpg.Connection) -> None:
    ended, living = [uuid4() for _ in range(3)], [uuid4() for _ in range(2)]
    await filled.execute(HELPERS)

    for first, last in ((1, 7_000), (7_001, 10_000)):
        await filled.execute(
            COPIES, 0, 10_000, 5, first, last, ended, living, datetime(2026, 1, 1, tzinfo=UTC), 20
        )

    sites = await filled.fetch(
        "select count(*) as n, count(*) filter (where living) as living, "
        "count(distinct template) as templates from copies group by site"
    )
    assert [tuple(row) for row in sites] == [(2_000, 100, 5)] * 5
    (residents,) = await filled.fetch("""
        select min(n) as fewest, max(n) as most, sum(firsts) = count(*) as one_first from (
            select count(*) as n, count(*) filter (where is_their_first) as firsts from copies
              group by resident) r""")
    assert tuple(residents) == (11, 12, True)
    out_of_order = (
        "select count(*) filter (where id < before) "
        "from (select id, lag(id) over (order by n) as before from copies) c"
    )
    assert await filled.fetchval(out_of_order) == 0


@pytest.mark.parametrize("filled", ["tickets"], indirect=True)
@pytest.mark.parametrize(
    "now",
    [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)],
    ids=["as a month begins", "as one ends"],
)
async def test_few_tickets_are_of_as_many_months_and_sites_as_many_are(
    filled: asyncpg.Connection, now: datetime
) -> None:
    ended, living = [uuid4()], [uuid4()]
    await filled.execute(HELPERS)

    for part in few_parts(50):
        last, year_ends_at = part.first + part.rows, now - timedelta(hours=1)
        given = (part.first, part.rows, part.sites, part.first + 1, last, ended, living)
        await filled.execute(COPIES, *given, year_ends_at, part.living_share)

    sites = await filled.fetch(_MONTHS_OF_SITES, now)
    assert [(row["months"], row["any_living"]) for row in sites] == [(11, True)] * 50


@pytest.mark.parametrize("filled", ["sla"], indirect=True)
async def test_a_filling_waits_until_the_promises_are_counted(filled: asyncpg.Connection) -> None:
    await filled.execute(_UNCOUNTED_PROMISE)

    with pytest.raises(RuntimeError, match="promises of 1 tickets"):
        await wait_until_counted(filled, timeout_s=0)

    await filled.execute("update promises set counted_at = looked_at")
    await wait_until_counted(filled, timeout_s=0)
