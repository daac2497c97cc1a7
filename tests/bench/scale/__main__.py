"""`make bench-scale ROWS=1000000`: what a year of tickets costs every request, beside an instance that has next to none.

Writes `.fettle/bench-scale.json`, by name `{"empty_ms", "full_ms", "ratio", "buffers"}`: medians, turn and turn about, and the pages that
the full instance's database looked at for one answer. Nothing is asserted; the worst ten are printed.
"""

import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import uvloop
from rich.console import Console
from rich.table import Table

from fettle.home import CHECKOUT, SERVICES
from shared.telemetry import configure_logs
from tests.bench.flow import Flow, flow_through
from tests.bench.folders import clear_leftovers
from tests.bench.progress import Progress
from tests.bench.scale.asking import ask_in_turns, asks, pages_read
from tests.bench.scale.filling import fill
from tests.bench.scale.questions import QUESTIONS, find_samples, unasked
from tests.bench.scale.seeding import find_templates, seed
from tests.bench.trees import this_tree

_SITES = 50
_TIMES = 9
_PAGES_TIMES = 5
_OFFER_RATE, _OFFER_S = 5.0, 6.0
_WORST = 10

Measured = dict[str, dict[str, float]]


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=160 if not os.isatty(1) else None)
    given = os.environ.get("ROWS") or "1000000"
    if not given.isascii() or not given.isdigit() or not 1000 <= int(given) <= 100_000_000:
        sys.exit(f"bench-scale: ROWS is {given!r}; it has to be a number of tickets from 1000 to 100000000")
    try:
        measured = _measure(int(given), Progress(console))
    except KeyboardInterrupt:
        sys.exit("bench-scale: ended before it was done; all that it started is gone")
    path = CHECKOUT / ".fettle" / "bench-scale.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1, ensure_ascii=False))
    _print_worst(measured, int(given), console)
    console.print(f"JSON: {path}", markup=False)


def _measure(rows: int, progress: Progress) -> Measured:
    clear_leftovers()
    tree = this_tree()
    with ExitStack() as stack:
        empty, full = (stack.enter_context(flow_through(tree)) for _ in range(2))
        for flow in (empty, full):
            seed(flow, sites=_SITES)
        progress.say("two instances are up, with the same few tickets")
        urls = full.instance.state["database_urls"]
        uvloop.run(fill(urls, uvloop.run(find_templates(urls)), rows=rows, sites=_SITES, progress=progress))
        measured = _measure_starts(empty, full, progress)
        measured |= _measure_questions(empty, full, progress)
        measured |= _measure_flows(empty, full, progress)
        progress.say("done")
    return measured


def _measure_questions(empty: Flow, full: Flow, progress: Progress) -> Measured:
    asked = [(flow.instance, uvloop.run(find_samples(flow.instance.state["database_urls"]))) for flow in (empty, full)]
    for service, url in full.instance.state["urls"].items():
        if missing := unasked(service, _json(f"{url}/openapi.json")):
            raise RuntimeError(f"no question of the bench is about {service}'s {', '.join(missing)}: add one to questions.py")
    measured: Measured = {}
    for question in QUESTIONS:
        ask_empty, ask_full = (asks(instance, question, samples) for instance, samples in asked)
        buffers = uvloop.run(pages_read(full.instance.state["database_urls"][question.service], ask_full, _PAGES_TIMES))
        measured[question.name] = _figures(*ask_in_turns(ask_empty, ask_full, _TIMES), buffers=buffers)
        progress.say(f"{question.name}: {_told(measured[question.name])}")
    return measured


def _measure_flows(empty: Flow, full: Flow, progress: Progress) -> Measured:
    """A report answered, and its offer at the technician's door."""
    url = full.instance.state["database_urls"]["tickets"]
    create_empty, create_full = (_creator(flow) for flow in (empty, full))
    buffers = uvloop.run(pages_read(url, create_full, _PAGES_TIMES))
    measured = {"tickets create": _figures(*ask_in_turns(create_empty, create_full, _TIMES), buffers=buffers)}
    offers = [flow.run("offer", rate=_OFFER_RATE, seconds=_OFFER_S)["p50_ms"] for flow in (empty, full)]
    measured["201 to the offer's webhook"] = _figures(*offers)
    for name, figures in measured.items():
        progress.say(f"{name}: {_told(figures)}")
    return measured


def _measure_starts(empty: Flow, full: Flow, progress: Progress) -> Measured:
    measured = {f"{name} start": _figures(*(_start_ms(flow, name) for flow in (empty, full))) for name in SERVICES}
    for name, figures in measured.items():
        progress.say(f"{name}: {_told(figures)}")
    return measured


def _start_ms(flow: Flow, name: str) -> float:
    """From the start of the process until it is ready."""
    flow.instance.end_service(name)
    began = time.perf_counter()
    flow.instance.start_ended(name)
    while not _is_ready(f"{flow.instance.state['urls'][name]}/readyz"):
        time.sleep(0.02)
    return (time.perf_counter() - began) * 1000


def _creator(flow: Flow) -> Callable[[], float]:
    """Reports one ticket after another, each about another flat."""
    numbers = iter(range(1_000_000))

    def create() -> float:
        report: Mapping[str, Any] = {
            "site_id": "scale-0001",
            "category": "crane",
            "description": f"The crane stands still since {uuid4().hex}",
            "reporter_id": f"resident-{next(numbers)}",
        }
        began = time.perf_counter()
        flow.instance.send("POST", "tickets", "/v1/tickets", report)
        return (time.perf_counter() - began) * 1000

    return create


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.loads(answer.read())


def _figures(empty_ms: float, full_ms: float, *, buffers: float = 0.0) -> dict[str, float]:
    return {"empty_ms": empty_ms, "full_ms": full_ms, "ratio": full_ms / empty_ms, "buffers": buffers}


def _told(figures: Mapping[str, float]) -> str:
    return f"{figures['empty_ms']:.1f} → {figures['full_ms']:.1f} ms, × {figures['ratio']:.2f}, {figures['buffers']:.0f} pages"


def _print_worst(measured: Measured, rows: int, console: Console) -> None:
    table = Table(title=f"The worst ten at {rows:,} tickets", title_justify="left")
    for column in ("", "empty", "full", "×", "pages"):
        table.add_column(column, justify="left" if not column else "right")
    for name, figures in sorted(measured.items(), key=lambda item: -item[1]["ratio"])[:_WORST]:
        table.add_row(
            name,
            f"{figures['empty_ms']:.1f} ms",
            f"{figures['full_ms']:.1f} ms",
            f"{figures['ratio']:.2f}",
            f"{figures['buffers']:,.0f}",
        )
    console.print(table)


if __name__ == "__main__":
    main()
