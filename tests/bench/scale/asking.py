"""How long an instance takes to answer, and how many pages its databases read for it."""

import asyncio
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import asyncpg

from tests.bench.instances import Instance
from tests.bench.progress import Progress
from tests.bench.scale.figures import Figures, Measured, compared, told
from tests.bench.scale.questions import Question
from tests.bench.scale.samples import filled

_TIMES = 9
_MIN_TIMES = 3
_ENOUGH_S = 1.5
"""Of one question: what takes long is asked less often."""
_UNTIL_TOLD_S = 1.05
"""A backend tells what it has read with the first statement that ends a second after it last did.
"""


@dataclass(frozen=True)
class Answer:
    """How long it took in milliseconds, and how many things it lists."""

    ms: float
    items: int


Ask = Callable[[], Answer]


class NotAlike(Exception):
    """Which questions have answers that cannot be compared."""


@dataclass(frozen=True)
class Turns:
    """Medians in milliseconds, and how often the full instance was asked for them."""

    empty_ms: float
    full_ms: float
    asked: int


@dataclass(frozen=True)
class Asked:
    """A question, put to the empty instance and to the full one."""

    name: str
    service: str
    empty: Ask
    full: Ask


def asks(instance: Instance, question: Question, samples: Mapping[str, str]) -> Ask:
    """Return what asks once; it raises RuntimeError unless the answer is a 2xx."""
    known = {**samples, **{name: samples[sample] for name, sample in question.instead.items()}}
    url = instance.state["urls"][question.service] + filled(question.path, known)
    if question.query:
        url += "?" + "&".join(
            f"{name}={filled(_quoted(value), known)}" for name, value in _pairs(question.query)
        )
    subject = filled(question.subject, known, quoting=False)
    sites, units = (
        [filled(each, known, quoting=False) for each in names]
        for names in (question.sites, question.units)
    )
    token = instance.token(question.role, subject, *sites, units=units)
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    return lambda: _answer_to(request)


def _quoted(value: str) -> str:
    return urllib.parse.quote(value, safe="{}")


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&"))]


def _answer_to(request: urllib.request.Request) -> Answer:
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            body = answer.read()
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{request.full_url}: {error.code} {error.read()[:300]!r}") from error
    ms = (time.perf_counter() - began) * 1000
    is_json = "json" in answer.headers.get("content-type", "")
    return Answer(ms, items_in(json.loads(body)) if is_json else 0)


def items_in(answer: Any) -> int:
    """Return how many things an answer lists, in whatever lists it has on its first level."""
    return (
        sum(len(value) for value in answer.values() if isinstance(value, list))
        if isinstance(answer, dict)
        else 0
    )


def ask_in_turns(empty: Ask, full: Ask, *, name: str) -> Turns:
    """Ask turn and turn about, the first of each uncounted; what takes long, less often.

    Raises NotAlike where one lists more than the other: a full page beside a short one says nothing
    about growth.
    """
    first = empty(), full()
    if first[0].items != first[1].items:
        raise NotAlike(
            f"{name}: the empty instance lists {first[0].items}, the full one {first[1].items}"
        )
    began, pairs = time.perf_counter(), list[tuple[float, float]]()
    while len(pairs) < _MIN_TIMES or (
        len(pairs) < _TIMES and time.perf_counter() - began < _ENOUGH_S
    ):
        pairs.append((empty().ms, full().ms))
    return Turns(
        median(pair[0] for pair in pairs), median(pair[1] for pair in pairs), len(pairs) + 1
    )


async def ask_all(
    questions: Sequence[Asked], urls: Mapping[str, str], progress: Progress
) -> Measured:
    """Ask all of them; `urls` are the full instance's databases. Only one is asked at a time: while
    the database of a service is waited for, until it tells what it read, others are asked. What
    else ran in a database meanwhile is included.

    Raises NotAlike, with all that are not, when the others have been asked.
    """
    measured: Measured = {}
    unlike: list[str] = []
    of_services = [
        _ask_of(service, url, questions, measured, unlike, progress)
        for service, url in urls.items()
    ]
    await asyncio.gather(*of_services)
    if unlike:
        raise NotAlike("; ".join(unlike))
    return measured


async def _ask_of(
    service: str,
    url: str,
    questions: Sequence[Asked],
    measured: Measured,
    unlike: list[str],
    progress: Progress,
) -> None:
    """Ask a service one question after another."""
    connection = await asyncpg.connect(url)
    try:
        pages = await _pages(connection)
        for each in questions:
            if each.service != service:
                continue
            try:
                turns = ask_in_turns(each.empty, each.full, name=each.name)
            except NotAlike as error:
                unlike.append(str(error))
                continue
            await asyncio.sleep(_UNTIL_TOLD_S)
            each.full()
            read, asked = await _pages(connection), turns.asked + 1
            buffers, pages = max(read - pages, 0) / asked, read
            measured[each.name] = _figures(turns, buffers)
            progress.say(f"{each.name}: {told(measured[each.name])}")
    finally:
        await connection.close()


def _figures(turns: Turns, buffers: float) -> Figures:
    return compared(turns.empty_ms, turns.full_ms, buffers=buffers)


async def _pages(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    await connection.execute("select pg_stat_clear_snapshot()")
    return int(
        await connection.fetchval(
            "select blks_hit + blks_read from pg_stat_database where datname = current_database()"
        )
    )
