"""What is asked for each ticket and each turn is planned once, however much waits: to plan it takes
several times as long as to run it. PostgreSQL plans anew as long as that seems to be worth it, for
parameters of which it expects few rows.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from tests.component.plans.explaining import answer_of, cost_of, statements_of_stores
from tests.support.engines import Databases

_WAITING = """
    with new as (select gen_random_uuid() as id, n, 's' || n % 40 as site_id
      from generate_series(1, 8000) n),
    orders as (insert into work_orders select id, 1, 1, site_id, 1, 'waiting', null, '{}', 2,
      false, 'lift', null, '[]', null from new),
    looks as (insert into planning_queue select gen_random_uuid(), site_id,
      now() + interval '1 day', id, 1, 1, null from new)
    insert into jobs select id, id, site_id, 1, 1, 'waiting', null, null, null, null, '[]', null,
      array['lift:1'], false, null, 2, now() from new"""
_CREW = """
    insert into technicians select 't' || n, 1, 'Li', array['s' || n % 40], '[]', null, 3, null,
      '[]', null, now(), null, 'en', null from generate_series(1, 200) n"""
_TAKEN = """
    insert into assignments select gen_random_uuid(), gen_random_uuid(), 't' || n % 200, 1, 3,
      false, now() - n * interval '1 minute', null, null, now(), 'completed'
    from generate_series(1, 20000) n"""
_NOW = datetime.now(UTC)
_A_DAY_AGO = _NOW - timedelta(days=1)
ASKED: dict[str, dict[str, Any]] = {
    "candidates._OF_SITE": {"site_id": "s7", "lately": _A_DAY_AGO},
    "candidates._THESE": {"ids": ["t7", "t8"], "lately": _A_DAY_AGO},
    "candidates._ANYWHERE": {"site_id": "s7", "ids": ["t8"], "lately": _A_DAY_AGO},
    "candidates._UNDISPUTED": {
        "site_ids": ["s7"],
        "counting_offers": True,
        "lately": _A_DAY_AGO,
        "now": _NOW,
    },
    "planning_queue._OF_SITE": {"site_id": "s7", "now": _NOW},
    "planning_queue._SETTLE": {"job_ids": [uuid4()], "seen": [uuid4()], "over": [uuid4()]},
    "turns._CLAIM_SITE": {"now": _NOW, "excluding": [], "served": [], "entity": "tickets.site"},
    "turns._CLAIM_UNDISPUTED": {
        "ids": [uuid4()],
        "site_ids": ["s7"],
        "spots": ["spot-1"],
        "now": _NOW,
        "entity": "tickets.site",
    },
}
_PLANS = """
    select generic_plans, custom_plans from pg_prepared_statements
    where generic_plans + custom_plans = $1"""
_TIMES = 12
_TRIED_FIRST = 5
"""How often PostgreSQL plans for the parameters that are given, before it compares."""


@pytest.fixture(scope="module")
async def url(databases: Databases) -> str:
    """A database in which much waits, with none of it due."""
    url = await databases.unused("dispatch")
    connection = await asyncpg.connect(url)
    try:
        for filling in (_CREW, _WAITING, _TAKEN, "vacuum analyze"):
            await connection.execute(filling)
    finally:
        await connection.close()
    return url


@pytest.mark.parametrize("name", ASKED)
async def test_what_is_asked_all_the_time_is_planned_once_and_reads_little(
    url: str, name: str
) -> None:
    statement, given = statements_of_stores("dispatch")[name], ASKED[name]
    connection = await asyncpg.connect(url)
    try:
        for _ in range(_TIMES):
            await answer_of(connection, statement, given)
        [plans] = await connection.fetch(_PLANS, _TIMES)
        cost = await cost_of(connection, statement, given)
    finally:
        await connection.close()

    assert plans["custom_plans"] <= _TRIED_FIRST
    assert cost.blocks <= 100
    assert cost.read_whole & {"planning_queue", "jobs", "work_orders", "assignments"} == set()
