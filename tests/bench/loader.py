"""A process that does nothing but load a server. A line of JSON in says what to ask how, a line of
JSON out how it went.

In: `{"what": "empty" | "read" | "create" | "textbook", "port", "connections", "seconds", "tokens":
{person: token}, "path"}` Out: `{"answers", "failed", "seconds", "p50_ms", "p99_ms"}`
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import uvloop

from tests.bench.figures import quantile
from tests.bench.processes import say
from tests.bench.reports import reports
from tests.bench.wire import Connection, get, post

_REPORTS = reports(tickets_per_district=None)
_RUN = uuid4().hex
_NUMBERS = itertools.count()


def requests_for(order: Mapping[str, Any]) -> Callable[[], bytes]:
    """What makes the next request."""
    what, tokens = order["what"], order.get("tokens", {})
    if what == "empty":
        ready = get(order["path"])
        return lambda: ready
    if what == "read":
        read = get(order["path"], {"authorization": f"Bearer {order['token']}"})
        return lambda: read
    if what == "textbook":
        return lambda: post(order["path"], next(_REPORTS)[1])

    def create() -> bytes:
        person, body = next(_REPORTS)
        headers = {
            "authorization": f"Bearer {tokens[person.id]}",
            "idempotency-key": f"{_RUN}-{next(_NUMBERS)}",
        }
        return post(order["path"], body, headers)

    return create


async def load(order: Mapping[str, Any]) -> dict[str, float]:
    """Each connection asks again as soon as it is answered."""
    make = requests_for(order)
    took: list[float] = []
    failed = 0
    began = time.perf_counter()
    until = began + order["seconds"]

    async def ask() -> None:
        nonlocal failed
        connection = await Connection.open(order["port"])
        while (asked := time.perf_counter()) < until:
            answer = await connection.send(make())
            took.append(time.perf_counter() - asked)
            failed += answer.status >= 300
        connection.close()

    await asyncio.gather(*(ask() for _ in range(order["connections"])))
    seconds = time.perf_counter() - began
    return {
        "answers": len(took) - failed,
        "failed": failed,
        "seconds": seconds,
        "p50_ms": quantile(took, 0.5) * 1000,
        "p99_ms": quantile(took, 0.99) * 1000,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        say(uvloop.run(load(json.loads(line))))
