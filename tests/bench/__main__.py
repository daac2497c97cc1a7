"""`make bench`: everything that is measured, in under eight minutes; `QUICK=1` in under four,
`LONG=1` for what is published.

`BASE=REV` measures another revision beside this tree, turn and turn about. Figures are ratios
within one run on one machine. Nothing is asserted: what is compared with a goal is printed with its
gap.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import FrameType
from typing import Any

from rich.console import Console

from fettle.home import CHECKOUT
from shared.telemetry import configure_logs
from tests.bench import danger
from tests.bench.creating import CONNECTIONS, measure_creating
from tests.bench.folders import clear_leftovers
from tests.bench.headline import headline
from tests.bench.kernel import measure_kernel
from tests.bench.lives import measure_lives
from tests.bench.noise import Noise
from tests.bench.pages.measuring import measure_pages
from tests.bench.plan import Plan, plan_from
from tests.bench.progress import Progress
from tests.bench.starting import measure_starts
from tests.bench.table import print_tables
from tests.bench.trees import NoBase, Tree, base_tree, this_tree

_WIDTH = 190


def main() -> None:
    _end_on_signals()
    configure_logs("bench", "error")
    console = Console(width=_WIDTH if not os.isatty(1) else None)
    try:
        figures, kernel = _measure(
            plan_from(os.environ), os.environ.get("BASE", ""), Progress(console)
        )
    except (NoBase, ValueError) as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit("bench: ended before it was done; all that it started is gone")
    _write(figures, kernel, console)


def _measure(plan: Plan, base: str, progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    """`bench.json`, and what of it is the kernel's."""
    clear_leftovers()
    noise, parts = Noise(), {}
    with ExitStack() as stack:
        trees = [this_tree()]
        if base:
            progress.say(f"checking out and setting up {base}")
            trees.append(stack.enter_context(base_tree(base)))
        progress.until_s = progress.seconds + plan.timeout_s * len(trees)
        progress.say("how long it takes to start")
        parts["start"] = measure_starts(trees, starts=plan.starts, progress=progress)
        noise.calibrate()
        progress.say("how many tickets one worker takes")
        parts["create"] = measure_creating(
            trees, rounds=plan.rounds, seconds=plan.create_s, progress=progress
        )
        noise.calibrate()
        progress.say("what the kernel relays and consumes")
        kernel = measure_kernel(facts=plan.kernel_facts, rounds=plan.kernel_rounds)
        noise.calibrate()
        progress.say("the portal's pages")
        parts["pages"] = measure_pages(trees, plan, progress)
        noise.calibrate()
        progress.say("the whole road")
        parts["lives"] = measure_lives(trees, plan, progress, noise)
    noisy = {**noise.summary(), **_noise_of(parts)}
    return _figures(trees, parts, kernel, noisy), kernel


def _figures(
    trees: Sequence[Tree],
    parts: Mapping[str, Any],
    kernel: Mapping[str, Any],
    noise: Mapping[str, Any],
) -> dict[str, Any]:
    """The headline of this tree, `base` with the same keys for the other one, `noise`, and all the
    rest under `detail`.
    """
    detail = {
        tree.name: {part: found[tree.name] for part, found in parts.items() if tree.name in found}
        for tree in trees
    }
    heads = {name: headline(found) for name, found in detail.items()}
    base = {"base": heads["base"]} if "base" in heads else {}
    revisions = {tree.name: tree.revision for tree in trees}
    return {
        **heads["now"],
        **danger.measure_danger(),
        **base,
        "noise": dict(noise),
        "detail": {**detail, "kernel": dict(kernel), "revisions": revisions},
    }


def _noise_of(parts: Mapping[str, Any]) -> dict[str, Any]:
    create, lives, pages = (parts[part].values() for part in ("create", "lives", "pages"))
    spreads = {
        f"empty_{c}_spread": parts["create"]["now"][str(c)]["empty"]["spread"] for c in CONNECTIONS
    }
    runs = [part for tree in lives for part in tree.values() if "opened" in part]
    refused = sum(part["refused"] for part in runs) + sum(tree["failed"] for tree in pages)
    return {
        "refusals": [refusal for part in (*runs, *pages) for refusal in part["refusals"]][:5],
        **spreads,
        "failed_requests": refused
        + sum(run["failed"] for tree in create for at in tree.values() for run in at.values()),
        "lost_tickets": sum(part["opened"] - part["ended"] for part in runs),
    }


def _write(figures: Mapping[str, Any], kernel: Mapping[str, Any], console: Console) -> None:
    folder = CHECKOUT / ".fettle"
    folder.mkdir(exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(figures, indent=1))
    detail = figures["detail"]
    trees = {"now": {**detail["now"], "headline": figures}}
    if "base" in figures:
        trees["base"] = {**detail["base"], "headline": figures["base"]}
    with (folder / "bench.md").open("w") as page:
        print_tables(
            trees, kernel, figures["noise"], Console(file=page, soft_wrap=True), markdown=True
        )
        page.write(danger.said(figures) + "\n")
    print_tables(trees, kernel, figures["noise"], console)
    console.print(danger.said(figures), markup=False, highlight=False)
    console.print(
        f"{figures['noise']['seconds']:.0f} s. JSON: {folder / 'bench.json'}; for the docs: "
        f"{folder / 'bench.md'}",
        markup=False,
    )


def _end_on_signals() -> None:
    """As on Ctrl-C, so that whoever ends the bench ends what it started."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


if __name__ == "__main__":
    main()
