"""`make bench-scale ROWS=1000000`: what a year of tickets costs every request, beside an instance
that has as few as fill a page.

Writes `.fettle/bench-scale.json`, by name `{"empty_ms", "full_ms", "ratio", "buffers"}`: medians,
turn and turn about, and the pages that the full instance's database looked at for one answer; and
the same as a table, `bench-scale.md`, and as a picture, `how-it-grows.svg`. Nothing is asserted
about a figure; the worst ten are printed.
"""

import json
import os
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from fettle.home import CHECKOUT, SERVICES
from shared.telemetry import configure_logs
from tests.bench.flow import Flow
from tests.bench.folders import clear_leftovers
from tests.bench.instances import running
from tests.bench.processes import Worker
from tests.bench.progress import Progress
from tests.bench.scale.asking import Asked, NotAlike, ask_all, asks
from tests.bench.scale.chart import draw
from tests.bench.scale.cluster import NoRoom, demand_room
from tests.bench.scale.figures import Measured, milliseconds, told, worst_first
from tests.bench.scale.filling import Part, few_parts, fill_instance
from tests.bench.scale.operations import (
    creates,
    measure_expiry,
    measure_offers,
    measure_restating,
    measure_starts,
)
from tests.bench.scale.page import write_page
from tests.bench.scale.questions import QUESTIONS, unasked
from tests.bench.scale.samples import find_samples
from tests.bench.scale.seeding import find_templates, record_resident, seed
from tests.bench.trees import Tree, this_tree

_FEWEST, _MOST = 10_000, 100_000_000
_MAX_SITES = 50
_TICKETS_PER_SITE = 2_000
"""At least, in the full instance."""
_WORST = 10


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=160 if not os.isatty(1) else None)
    given = os.environ.get("ROWS") or "1000000"
    if not given.isascii() or not given.isdigit() or not _FEWEST <= int(given) <= _MOST:
        sys.exit(
            f"bench-scale: ROWS is {given!r}; it has to be a number of tickets "
            f"from {_FEWEST} to {_MOST}"
        )
    progress = Progress(console)
    try:
        demand_room(int(given), Path(tempfile.gettempdir()))
        measured = _measure(int(given), progress)
    except (NoRoom, NotAlike) as error:
        sys.exit(f"bench-scale: {error}")
    except KeyboardInterrupt:
        sys.exit("bench-scale: ended before it was done; all that it started is gone")
    few = sum(part.rows for part in few_parts(_sites(int(given))))
    _report(
        measured,
        f"{int(given):,} tickets beside {few:,}, {progress.seconds:.0f} s",
        console,
    )


def _measure(rows: int, progress: Progress) -> Measured:
    clear_leftovers()
    sites = _sites(rows)
    with ExitStack() as stack:
        empty, full = (stack.enter_context(_flow(this_tree())) for _ in range(2))
        with ThreadPoolExecutor(2) as both:
            list(both.map(lambda flow: seed(flow, sites=_MAX_SITES), (empty, full)))
        progress.say("two instances are up, with the same few tickets")
        urls = [flow.instance.state["database_urls"] for flow in (empty, full)]
        templates = uvloop.run(find_templates(urls))
        for flow, of_flow, parts in (
            (empty, templates[0], few_parts(sites)),
            (full, templates[1], [Part(rows, sites=sites)]),
        ):
            fill_instance(flow.instance, of_flow, parts, all_sites=_MAX_SITES, progress=progress)
        measured = measure_starts(empty, full, progress)
        measured |= _measure_questions(empty, full, progress)
        for further in (measure_offers, measure_restating, measure_expiry):
            found = further(empty, full)
            for name, figures in found.items():
                progress.say(f"{name}: {told(figures)}")
            measured |= found
        progress.say("done")
    return measured


def _sites(rows: int) -> int:
    """Return at how many sites the full instance has its tickets."""
    return min(max(rows // _TICKETS_PER_SITE, 1), _MAX_SITES)


@contextmanager
def _flow(tree: Tree) -> Iterator[Flow]:
    with running(tree) as instance, Worker("tests.bench.clients") as clients:
        yield Flow(instance, clients)


def _measure_questions(empty: Flow, full: Flow, progress: Progress) -> Measured:
    """Ask every GET, and report a fault; in the order of the questions."""
    for service in SERVICES:
        url = full.instance.state["urls"][service]
        if missing := unasked(service, _json(f"{url}/openapi.json")):
            raise RuntimeError(
                f"no question of the bench is about {service}'s {', '.join(missing)}: "
                "add one to questions.py"
            )
    both = [
        (flow.instance, uvloop.run(find_samples(flow.instance.state["database_urls"])))
        for flow in (empty, full)
    ]
    for instance, samples in both:
        record_resident(instance, samples)
    asked = [
        Asked(
            each.name, each.service, *(asks(instance, each, samples) for instance, samples in both)
        )
        for each in QUESTIONS
    ]
    asked.append(Asked("tickets create", "tickets", *(creates(instance) for instance, _ in both)))
    measured = uvloop.run(ask_all(asked, full.instance.state["database_urls"], progress))
    return {each.name: measured[each.name] for each in asked}


def _json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.loads(answer.read())


def _report(measured: Measured, title: str, console: Console) -> None:
    folder = CHECKOUT / ".fettle"
    folder.mkdir(exist_ok=True)
    written: Mapping[str, str] = {
        "bench-scale.json": json.dumps(measured, indent=1, ensure_ascii=False),
        "bench-scale.md": write_page(measured, title=title),
        "how-it-grows.svg": draw(measured, title=f"How it grows: {title}"),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    table = Table(title=f"The worst ten at {title}", title_justify="left")
    for column in ("", "few", "many", "×", "pages"):
        table.add_column(column, justify="left" if not column else "right")
    for name, figures in worst_first(measured)[:_WORST]:
        few, many = (f"{milliseconds(figures[key])} ms" for key in ("empty_ms", "full_ms"))
        table.add_row(
            name,
            few,
            many,
            f"{figures['ratio']:.2f}",
            f"{figures['buffers']:,.0f}" if figures["buffers"] else "",
        )
    console.print(table)
    console.print(
        f"JSON, table and picture: {', '.join(str(folder / name) for name in written)}",
        markup=False,
    )


if __name__ == "__main__":
    main()
