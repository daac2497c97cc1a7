"""A year passes, and what the services hold stops growing once the first tickets are old enough to
be forgotten.
"""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.component.notify.conftest import sender_of
from tests.component.notify.receiver import Receiver
from tests.component.retention.copies import Templates
from tests.component.retention.road import Road
from tests.support.component import MakeComponent

MONTHS = 12
COPIES_A_MONTH = int(os.environ.get("COPIES_A_MONTH") or 60)
"""Of three tickets each.

Enough for two per cent to be many pages, few enough for a test; `make long` takes more.
"""
MONTH = timedelta(days=30)
_TABLES = (
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace "
    "order by 1"
)
_BYTES = (
    "select sum(pg_total_relation_size(oid))::bigint from pg_class where relkind = 'r' "
    "and relnamespace = 'public'::regnamespace"
)

Connections = dict[str, "asyncpg.Connection[Any]"]


@pytest.fixture
async def road(component: MakeComponent) -> AsyncIterator[Road]:
    async with Receiver().listening() as receiver:
        made = await Road.make(
            component, receiver, ticket_retention_days=90, message_retention_days=90
        )
        yield made
        await sender_of(made.services["notify"]).close()


@pytest.fixture
async def connections(road: Road) -> AsyncIterator[Connections]:
    made = {
        name: await asyncpg.connect(each.service.settings.database_url)
        for name, each in road.services.items()
    }
    for connection in made.values():
        for row in await connection.fetch(_TABLES):
            await connection.execute(
                f'alter table "{row["relname"]}" set (autovacuum_enabled = false)'
            )
    yield made
    for connection in made.values():
        await connection.close()


async def test_in_its_twelfth_month_a_company_holds_no_more_than_in_its_eleventh(
    road: Road, connections: Connections
) -> None:
    for life in (road.whole_life, road.whole_life, road.cancelled_life):
        await life()
    templates = await Templates.of(connections)
    began = road.clock.now()

    bytes_after: list[int] = []
    held_after: list[int] = []
    for month in range(MONTHS):
        first = month * COPIES_A_MONTH
        laters = {
            first + n: MONTH * (month + (n + 0.5) / COPIES_A_MONTH) for n in range(COPIES_A_MONTH)
        }
        await templates.copy(connections, laters)
        road.clock.set(began + MONTH * (month + 1))
        await road.rests()
        bytes_after.append(await _held_bytes(connections))
        held_after.append(await connections["tickets"].fetchval("select count(*) from tickets"))

    assert bytes_after[11] == pytest.approx(bytes_after[10], rel=0.02)
    assert held_after[-1] == 3 * 3 * COPIES_A_MONTH
    summed = await connections["sla"].fetchval("select sum(n) from outcome_sums")
    promised = await connections["sla"].fetchval(
        "select sum(json_array_length(clocks)) from promises"
    )
    assert summed + promised == 3 * 3 * (1 + MONTHS * COPIES_A_MONTH)


async def _held_bytes(connections: Connections) -> int:
    """After a vacuum, as autovacuum would do it sooner or later; files keep the size that they once
    had.
    """
    held = 0
    for connection in connections.values():
        tables = [f'"{row["relname"]}"' for row in await connection.fetch(_TABLES)]
        await connection.execute(f"vacuum (truncate off) {', '.join(tables)}")
        held += await connection.fetchval(_BYTES)
    return held
