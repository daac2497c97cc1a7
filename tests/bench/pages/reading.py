"""Readers, each of whom opens a page every few seconds, whether or not the last one came soon.

In: `{"port", "readers": [{"cookie", "looks": [[page, path], …]}], "every_s", "pages", "first"}`,
where `pages` is how many each opens and `first` which of the first reader's looks is the first;
the next reader begins with the one after it. Out: `{"took_ms":
{page: [ms, …]}, "bytes": {page: bytes}, "failed", "failures", "late_ms"}`.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.pages.rota import Look
from tests.bench.wire import Connections, get


class _Outcome:
    def __init__(self) -> None:
        self.took_ms: defaultdict[str, list[float]] = defaultdict(list)
        self.bytes: dict[str, int] = {}
        self.failures: list[str] = []
        self.late_s = 0.0

    def summary(self) -> dict[str, Any]:
        return {
            "took_ms": self.took_ms,
            "bytes": self.bytes,
            "failed": len(self.failures),
            "failures": self.failures[:5],
            "late_ms": self.late_s * 1000,
        }


async def read(order: Mapping[str, Any]) -> dict[str, Any]:
    """Have all of them read; they begin one after another within the first interval."""
    outcome, every_s = _Outcome(), float(order["every_s"])
    began, readers = time.monotonic(), order["readers"]
    await asyncio.gather(
        *(
            _read(outcome, order, number, began + every_s * number / len(readers))
            for number in range(len(readers))
        )
    )
    return outcome.summary()


async def _read(outcome: _Outcome, order: Mapping[str, Any], number: int, begins_at: float) -> None:
    browser, reader = Connections(order["port"], 1), order["readers"][number]
    looks = [Look(*each) for each in reader["looks"]]
    for n in range(order["pages"]):
        moment = begins_at + n * order["every_s"]
        await asyncio.sleep(max(moment - time.monotonic(), 0))
        outcome.late_s = max(outcome.late_s, time.monotonic() - moment)
        await _open(outcome, browser, reader["cookie"], _next(looks, order["first"] + number + n))
    browser.close()


async def _open(outcome: _Outcome, browser: Connections, cookie: str, look: Look) -> None:
    asked = time.perf_counter()
    answer = await browser.ask(get(look.path, browser_fields(cookie)))
    took_ms = (time.perf_counter() - asked) * 1000
    if answer.status == 200:
        outcome.took_ms[look.page].append(took_ms)
        outcome.bytes[look.page] = len(answer.body)
    else:
        outcome.failures.append(f"{look.path}: {answer.status}")


def browser_fields(cookie: str) -> dict[str, str]:
    """Return what a browser says of itself beside the address."""
    return {
        "accept": "text/html,application/xhtml+xml",
        "accept-encoding": "gzip, deflate, br",
        "accept-language": "zh-CN,zh;q=0.9,en;q=0.8",
        "cookie": f"fettle_session={cookie}",
        "user-agent": "bench",
    }


def _next(looks: Sequence[Look], number: int) -> Look:
    return looks[number % len(looks)]
