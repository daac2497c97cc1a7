"""`make bench-pages`: the portal's part of `make bench` alone, in about a minute and a half;
`QUICK=1` in less, `LONG=1` for longer, `BASE=REV` beside another revision.

Writes `.fettle/bench-pages.json`. Nothing is asserted: what is compared with a goal is printed with
its gap.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from rich.console import Console

from fettle.home import CHECKOUT
from shared.telemetry import configure_logs
from tests.bench.folders import clear_leftovers
from tests.bench.noise import Noise
from tests.bench.pages.headline import headline_of_pages
from tests.bench.pages.measuring import measure_pages
from tests.bench.pages.table import TITLE, page_rows
from tests.bench.plan import plan_from
from tests.bench.progress import Progress
from tests.bench.rows import print_rows
from tests.bench.trees import NoBase, base_tree, this_tree


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=160 if not os.isatty(1) else None)
    try:
        found, noise = _measure(os.environ, Progress(console))
    except (NoBase, ValueError) as error:
        sys.exit(f"bench-pages: {error}")
    except KeyboardInterrupt:
        sys.exit("bench-pages: ended before it was done; all that it started is gone")
    trees = {
        name: {"pages": pages, "headline": headline_of_pages(pages)}
        for name, pages in found.items()
    }
    path = CHECKOUT / ".fettle" / "bench-pages.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**trees, "noise": noise}, indent=1))
    print_rows(TITLE, tuple(trees), page_rows(trees), console, markdown=False)
    console.print(
        f"A fixed piece of CPU work took {noise['calibration_median_ms']:.0f} ms, spread "
        f"{noise['calibration_spread']:.0%}; of {noise['cores']:.0f} cores other programs took "
        f"{noise['cores_used_by_others']:.2f}. {noise['seconds']:.0f} s. JSON: {path}",
        markup=False,
    )


def _measure(
    environment: Mapping[str, str], progress: Progress
) -> tuple[dict[str, Any], dict[str, float]]:
    """Return what was found by tree, and how noisy the machine was."""
    plan, base = plan_from(environment), environment.get("BASE", "")
    clear_leftovers()
    noise = Noise()
    with ExitStack() as stack:
        trees = [this_tree()]
        if base:
            progress.say(f"checking out and setting up {base}")
            trees.append(stack.enter_context(base_tree(base)))
        found = measure_pages(trees, plan, progress)
    return found, noise.summary()


if __name__ == "__main__":
    main()
