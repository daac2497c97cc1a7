"""No statement of a store or of the kernel reads what it does not need: each goes by an index and
stays within its bound.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import asyncpg
import pytest

from fettle.home import SERVICES
from services.tickets.store.due_order import QueuePlace, queue
from services.tickets.store.listing import listing
from services.tickets.store.queue_counts import counting
from services.tickets.store.queue_lines import queue_lines
from tests.component.plans.bounds import (
    BOUNDS,
    COMMON,
    COUNTS,
    GLANCES,
    LISTS,
    QUEUES,
    SAMPLES,
    Ask,
)
from tests.component.plans.explaining import (
    Statement,
    answer_of,
    cost_of,
    statements_of_kernel,
    statements_of_stores,
)
from tests.component.plans.filling import fill
from tests.support.engines import Databases

_TICKETS = 100_000
_GROWN = 5_000
"""Rows from which on reading a whole table is too much."""
_KERNEL = "kernel"
"""The kernel's own tables, which are the same in every service's database."""


@pytest.fixture(scope="module")
async def full(
    request: pytest.FixtureRequest, databases: Databases
) -> AsyncIterator[asyncpg.Connection]:
    """The service's database with 100,000 tickets' rows, for all tests of it; what they write is
    rolled back.

    It is removed afterwards: giving it back would leave its pages behind.
    """
    url = await databases.unused("tickets" if request.param == _KERNEL else request.param)
    connection = await asyncpg.connect(url)
    try:
        await fill(connection, request.param, _TICKETS)
        yield connection
    finally:
        await connection.close()
        await databases.discard(url)


@pytest.mark.parametrize("service", [*SERVICES, _KERNEL])
def test_every_statement_has_a_bound(service: str) -> None:
    assert BOUNDS[service].keys() == _statements_of(service).keys()


@pytest.mark.parametrize(
    ("full", "service"),
    [(service, service) for service in (*SERVICES, _KERNEL)],
    indirect=["full"],
    scope="module",  # so that the tests of one database come one after the other
)
async def test_no_statement_reads_a_growing_table_from_end_to_end_or_more_blocks_than_its_bound(
    full: asyncpg.Connection, service: str
) -> None:
    grown = {
        row["relname"]
        for row in await full.fetch(
            "select relname from pg_class where relkind = 'r' and reltuples > $1", _GROWN
        )
    }
    samples = {f"@{name}": await full.fetchval(sql) for name, sql in SAMPLES[service].items()}
    assert len(grown) > 1
    assert None not in samples.values()

    wrong = []
    for name, statement, given, bound, planned_anew in _asked(service, samples):
        cost = await cost_of(full, statement, given, planned_anew=planned_anew)
        if cost.blocks > bound or cost.read_whole & grown:
            wrong.append(
                f"{name}: {cost.blocks} of {bound} blocks, read "
                f"from end to end: {sorted(cost.read_whole & grown)}"
            )

    assert wrong == []


_BY_READING_ALL = """
    select t.id from tickets t join ticket_words w on w.ticket_id = t.id
    where ($1::text[] is null or t.site_id = any($1))
      and (cardinality($2::text[]) = 0 or t.state = any($2))
        and ($10::text is null or t.category = $10)
        and (w.said like all($3::text[]) or $8::text[] <> '{}' and w.said like all($8))
        and ($4::timestamptz is null or t.opened_at >= $4)
          and ($5::timestamptz is null or t.opened_at < $5)
        and ($6::text is null or t.priority = $6) and ($9::text is null or t.nature = $9)
    order by t.id desc limit $7"""


@pytest.mark.parametrize("full", ["tickets"], indirect=True)
async def test_a_search_finds_the_tickets_that_reading_all_of_them_finds(
    full: asyncpg.Connection,
) -> None:
    lengths = set()
    for _, filters, scope in LISTS:
        found_by = filters.words or filters.category or filters.priority
        if not found_by or scope.resident_sites:
            continue
        statement, given = listing(filters, scope, now=COMMON["now"])
        assert statement is not None
        sites = None if scope.staff_sites is None else sorted(scope.staff_sites)
        parts = [f"%{word}%" for word in filters.words]
        asked = (
            sites,
            list(filters.states),
            parts,
            filters.opened_from,
            filters.opened_to,
            filters.priority,
            filters.limit,
            [f"%{word}%" for word in filters.keyed],
            filters.nature,
            filters.category,
        )

        found = [row["id"] for row in await answer_of(full, statement, given)]

        assert found == [row["id"] for row in await full.fetch(_BY_READING_ALL, *asked)], (
            f"{filters} {scope}"
        )
        lengths.add(len(found))
    assert {0, 51} < lengths


_QUEUE_BY_READING_ALL = """
    select t.id, d.due_at from tickets t left join ticket_dues d on d.ticket_id = t.id
    where ($1::text[] is null or t.site_id = any($1))
      and (cardinality($2::text[]) = 0 or t.state = any($2))
      and ($3::text is null or t.category = $3) and ($4::text is null or t.reporter_id = $4)
      and ($7::text is null or t.priority = $7) and ($10::text is null or t.nature = $10)
      and ($8::timestamptz is null or t.opened_at >= $8)
      and ($9::timestamptz is null or t.opened_at < $9)
      and ($11::boolean is null or (t.external_id is not null) = $11)
    order by d.due_at nulls last, case when d.due_at is not null then t.id end, t.id desc
    offset $5 limit $6"""


@pytest.mark.parametrize("full", ["tickets"], indirect=True)
async def test_the_queue_has_the_tickets_that_reading_all_of_them_finds_page_by_page(
    full: asyncpg.Connection,
) -> None:
    ends = set()
    for _, filters, scope, begins in QUEUES:
        if filters.words or filters.reference or begins is not None:
            continue
        sites = None if scope.staff_sites is None else sorted(scope.staff_sites)
        asked = (sites, list(filters.states), filters.category, filters.reporter_id)
        after: QueuePlace | None = None
        for page in range(3):
            statement, given = queue(filters, scope, after=after)
            assert statement is not None

            found = await answer_of(full, statement, given)

            span = (page * filters.limit, filters.limit)
            opened = (filters.opened_from, filters.opened_to)
            more = (filters.priority, *opened, filters.nature, filters.imported)
            expected = await full.fetch(_QUEUE_BY_READING_ALL, *asked, *span, *more)
            assert [row["id"] for row in found] == [row["id"] for row in expected], f"{filters}"
            if not found:
                break
            after = QueuePlace(found[-1]["id"], found[-1]["next_due_at"])
            ends.add(after.due_at is None)
    assert ends == {True, False}


def _asked(
    service: str, samples: dict[str, Any]
) -> Iterator[tuple[str, Statement, Mapping[str, Any], int, bool]]:
    """Yield what is asked (in words for the reader of a failure), the statement, its parameters,
    its bound, and whether it is planned anew each time.
    """
    statements = _statements_of(service)
    for name, asked in BOUNDS[service].items():
        for each in asked:
            wanted = _given(each, samples)
            yield f"{name} {dict(each.given)}", statements[name], wanted, each.blocks, False
    if service == "tickets":
        for bound, filters, scope in LISTS:
            statement, given = listing(filters, scope, now=COMMON["now"])
            assert statement is not None
            yield f"{filters} {scope}", statement, given, bound, True
        for bound, filters, scope, after in QUEUES:
            statement, given = queue(filters, scope, after=after)
            assert statement is not None
            yield f"queue {filters} {scope} {after}", statement, given, bound, True
        for bound, filters, scope, after in GLANCES:
            statement, given = queue_lines(filters, scope, after=after)
            assert statement is not None
            yield f"queue_lines {filters} {scope} {after}", statement, given, bound, True
        for bound, scope in COUNTS:
            statement, given = counting(scope.staff_sites, now=COMMON["now"])
            yield f"counting {scope}", statement, given, bound, True


def _statements_of(service: str) -> dict[str, Statement]:
    return statements_of_kernel() if service == _KERNEL else statements_of_stores(service)


def _given(each: Ask, samples: dict[str, Any]) -> dict[str, Any]:
    given = {**COMMON, **each.given}
    return {
        name: [_sampled(one, samples) for one in value]
        if isinstance(value, list)
        else _sampled(value, samples)
        for name, value in given.items()
    }


def _sampled(value: Any, samples: dict[str, Any]) -> Any:
    return samples.get(value, value) if isinstance(value, str) else value
