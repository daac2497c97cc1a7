"""`make bench`: everything that is measured, in under six minutes; `QUICK=1` in under ninety seconds.

Figures are ratios within one run on one machine. Nothing is asserted: what is compared with a goal is printed with its gap.
"""

import json
import os
import time

from rich.console import Console

from fettle.home import CHECKOUT
from shared.telemetry import configure_logs
from tests.bench.creating import measure_creating
from tests.bench.flow import Pace, measure_flow
from tests.bench.kernel import measure_kernel
from tests.bench.starting import measure_starts
from tests.bench.table import print_tables


def main() -> None:
    console = Console(width=180 if not os.isatty(1) else None)
    quick = os.environ.get("QUICK", "") not in ("", "0")
    configure_logs("bench", "error")
    began, load = time.monotonic(), os.getloadavg()[0]
    console.print("How long it takes to start …")
    start = measure_starts()
    console.print("How many tickets one worker takes …")
    create = measure_creating(rounds=1 if quick else 3, seconds=0.8 if quick else 2)
    console.print("What the kernel relays and consumes …")
    kernel = measure_kernel(facts=2000 if quick else 6000, rounds=1 if quick else 3)
    console.print("The whole road …")
    pace = Pace(idle_s=4, steady_s=4, step_s=3, burst=100) if quick else Pace(idle_s=20, steady_s=20, step_s=20, burst=800)
    flow = measure_flow(pace)
    figures = {
        "start": start,
        "create": create,
        "kernel": kernel,
        "flow": flow,
        "load": [load, os.getloadavg()[0]],
        "seconds": time.monotonic() - began,
    }
    path = CHECKOUT / ".fettle" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=1))
    print_tables(figures, console)
    console.print(f"Everything as JSON: {path}")


if __name__ == "__main__":
    main()
