"""How long an instance takes to answer, and how many pages its databases read for it."""

import asyncio
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from statistics import median

import asyncpg

from tests.bench.instances import Instance
from tests.bench.scale.questions import Question, filled

_UNTIL_STATISTICS_S = 1.2
"""PostgreSQL tells what a backend has read at most a second later."""


def asks(instance: Instance, question: Question, samples: Mapping[str, str]) -> Callable[[], float]:
    """Return what asks once and returns the milliseconds to the whole answer; it raises RuntimeError unless that is a 2xx."""
    url = instance.state["urls"][question.service] + filled(question.path, samples)
    if question.query:
        url += "?" + "&".join(f"{name}={filled(_quoted(value), samples)}" for name, value in _pairs(question.query))
    subject, site = (filled(each, samples, quoting=False) for each in (question.subject, question.site))
    units = [filled(unit, samples, quoting=False) for unit in question.units]
    token = instance.token(question.role, subject, site, units=units)
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    return lambda: _timed_ms(request)


def _quoted(value: str) -> str:
    return urllib.parse.quote(value, safe="{}")


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]


def _timed_ms(request: urllib.request.Request) -> float:
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{request.full_url}: {error.code} {error.read()[:300]!r}") from error
    return (time.perf_counter() - began) * 1000


def ask_in_turns(empty: Callable[[], float], full: Callable[[], float], times: int) -> tuple[float, float]:
    """Return the medians in milliseconds, turn and turn about; the first of each is not counted."""
    empty(), full()
    pairs = [(empty(), full()) for _ in range(times)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


async def pages_read(url: str, ask: Callable[[], float], times: int) -> float:
    """Return how many pages of 8 KB, in memory or not, the database looks at for one answer; what else runs in it meanwhile included."""
    connection = await asyncpg.connect(url)
    try:
        return max(await _pages_during(connection, ask, times), 0) / times
    finally:
        await connection.close()


async def _pages_during(connection: "asyncpg.Connection[asyncpg.Record]", ask: Callable[[], float], times: int) -> int:
    before = await _pages(connection)
    for _ in range(times):
        ask()
    await asyncio.sleep(_UNTIL_STATISTICS_S)
    return await _pages(connection) - before


async def _pages(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    await connection.execute("select pg_stat_clear_snapshot()")
    return int(await connection.fetchval("select blks_hit + blks_read from pg_stat_database where datname = current_database()"))
