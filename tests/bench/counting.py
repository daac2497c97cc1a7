"""How many facts are told about a ticket and how often they are heard: counted as rows, after a run
so calm that nothing is folded.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import asyncpg
import uvloop

from tests.bench.flow import Flow

_FACTS = "select type, count(*) from outbox group by type"
_HEARINGS = "select durable, handled from consumer_positions"
_PER_SECOND = 2.0


class Counts(NamedTuple):
    """Facts by type, in the outboxes of all services, and hearings by durable."""

    facts: Counter[str]
    hearings: Counter[str]


def count_facts(flow: Flow, which: str, tickets: int) -> dict[str, Any]:
    """`{"facts", "hearings", "facts_by_type", "hearings_by_durable"}`, each of a ticket."""
    urls = flow.instance.database_urls
    before = uvloop.run(_counts(urls))
    opened = flow.run(which, rate=_PER_SECOND, seconds=tickets / _PER_SECOND)["opened"]
    after = uvloop.run(_counts(urls))
    facts, hearings = after.facts - before.facts, after.hearings - before.hearings
    return {
        "facts": facts.total() / opened,
        "hearings": hearings.total() / opened,
        "facts_by_type": {name: count / opened for name, count in sorted(facts.items())},
        "hearings_by_durable": {name: count / opened for name, count in sorted(hearings.items())},
    }


async def _counts(urls: Mapping[str, str]) -> Counts:
    found = await asyncio.gather(*(_counts_of(url) for url in urls.values()))
    return Counts(
        sum((each.facts for each in found), Counter()),
        sum((each.hearings for each in found), Counter()),
    )


async def _counts_of(url: str) -> Counts:
    connection = await asyncpg.connect(url)
    try:
        facts, hearings = await connection.fetch(_FACTS), await connection.fetch(_HEARINGS)
        return Counts(
            Counter({row[0]: int(row[1]) for row in facts}),
            Counter({row[0]: int(row[1]) for row in hearings}),
        )
    finally:
        await connection.close()
