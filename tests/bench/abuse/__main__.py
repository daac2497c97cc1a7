"""`make abuse`: one caller floods tickets, and another one's answers are timed; then the same
requests that were let in come from many polite callers, and the answers are timed again.

Writes `.fettle/abuse.json`. Nothing is asserted: what is compared with a goal is printed beside it.
`ONLY=posts,streams` measures these floods alone, and `ONLY=shapes` those of odd shapes;
`SECONDS=15` sets how long each lasts, `ROUNDS=3` how often it and the polite callers take turns. A
p99 is that of all rounds together.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from rich.console import Console
from rich.table import Table

from fettle.home import CHECKOUT
from shared.telemetry import configure_logs
from tests.bench.abuse.requests import SITE
from tests.bench.abuse.shapes import SHAPES
from tests.bench.figures import pooled, ratio
from tests.bench.folders import clear_leftovers, temporary_folder
from tests.bench.instances import Instance
from tests.bench.processes import Worker
from tests.bench.progress import Progress
from tests.bench.reports import UNHURRIED_POLICY, UNHURRIED_RULES, site_body
from tests.bench.trees import this_tree

FLOODS = ("pipelined", "posts", "bodies", "streams", "slow", "receivers")
_KINDS = ("read", "write", "webhook")
_POLITE = 60
_HOSTILE = 5
"""Owners of the hostile receivers, and how many each has."""
_RECEIVERS = 15
_MAX_RATIO, _MAX_MEMORY = 1.5, 1.2


def main() -> None:
    configure_logs("bench", "error")
    console = Console(width=150 if not os.isatty(1) else None)
    only = [name for name in os.environ.get("ONLY", "").split(",") if name]
    try:
        measured = _measure(
            _chosen(only),
            float(os.environ.get("SECONDS") or 15),
            int(os.environ.get("ROUNDS") or 3),
            Progress(console),
        )
    except KeyboardInterrupt:
        sys.exit("abuse: ended before it was done; all that it started is gone")
    path = CHECKOUT / ".fettle" / "abuse.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1))
    _print(measured, console)
    console.print(f"JSON: {path}", markup=False)


def _chosen(only: list[str]) -> list[str]:
    if "shapes" in only:
        return [*(name for name in only if name != "shapes"), *SHAPES]
    return only or list(FLOODS)


def _measure(floods: list[str], seconds: float, rounds: int, progress: Progress) -> dict[str, Any]:
    clear_leftovers()
    measured: dict[str, Any] = {}
    with (
        temporary_folder() as folder,
        Worker("tests.bench.abuse.callers") as other,
        Worker("tests.bench.abuse.callers") as timed,
    ):
        other_ports, timed_ports = other.hear(), timed.hear()
        # with the limits that it has when none is set
        instance = Instance(this_tree(), folder / "home", few_callers=False)
        try:
            tokens = _set_up(instance, timed_ports["webhooks_port"], other_ports["hanging_port"])
            for worker in (other, timed):
                worker.ask({"ports": instance.ports, "tokens": tokens})
            timed.ask({"time": 5})
            other.ask({"polite": {"reads": 50, "writes": 20, "bad": 5}, "seconds": 5})
            for name in floods:
                took = [_one(name, instance, other, timed, seconds) for _ in range(rounds)]
                measured[name] = _together(took)
                progress.say(f"{name}: {_told(measured[name])}")
        finally:
            instance.stop()
    return measured


def _set_up(instance: Instance, webhooks_port: int, hanging_port: int) -> dict[str, Any]:
    send = instance.send
    send("PUT", "tickets", f"/v1/sites/{SITE}", site_body(SITE))
    send("PUT", "dispatch", f"/v1/sites/{SITE}/rules", UNHURRIED_RULES)
    send("PUT", "sla", "/v1/policies/bench", UNHURRIED_POLICY)
    send("POST", "notify", "/v1/endpoints", _endpoint("timed", webhooks_port, "timed"))
    hostile = [f"hostile-{number}" for number in range(_HOSTILE)]
    for owner in hostile:
        for number in range(_RECEIVERS):
            body = _endpoint(owner, hanging_port, f"{owner}/{number}")
            send("POST", "notify", "/v1/endpoints", body)

    def token(person: str) -> str:
        return instance.token("resident", person, SITE)

    return {
        "timed": token("timed"),
        "flood": token("flood"),
        "many": [instance.token("resident", "flood", SITE, units=[str(n)]) for n in range(2_000)],
        "hostile": [token(owner) for owner in hostile],
        "polite": [token(f"polite-{number}") for number in range(_POLITE)],
    }


def _endpoint(owner: str, port: int, path: str) -> dict[str, Any]:
    return {
        "owner": owner,
        "url": f"http://127.0.0.1:{port}/{path}",
        "kinds": ["ticket.received"],
    }


def _one(
    name: str, instance: Instance, other: Worker, timed: Worker, seconds: float
) -> dict[str, Any]:
    """One round: the flood, and then what was let in of it from others."""
    before, cpu = instance.memory_mb(), [instance.cpu_s()]
    other.order({"flood": name, "seconds": seconds})
    beside_flood = timed.ask({"time": seconds})
    flood = other.hear()
    after = instance.memory_mb()
    cpu.append(instance.cpu_s())
    polite = _as_polite(name, flood["statuses"], seconds)
    other.order({"polite": polite, "seconds": seconds})
    beside_polite = timed.ask({"time": seconds})
    other.hear()
    cpu.append(instance.cpu_s())
    return {
        "statuses": flood["statuses"],
        "beside_flood": beside_flood,
        "beside_polite": beside_polite,
        "cpu_s": [{each: now[each] - then[each] for each in then} for then, now in pairwise(cpu)],
        "memory_mb": {"before": before, "after": after},
    }


def _together(rounds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What all rounds of a flood say together; memory from before the first to after the last."""
    statuses = sum((Counter(one["statuses"]) for one in rounds), Counter[str]())
    beside = {
        when: pooled([one[when]["waits_ms"] for one in rounds])
        for when in ("beside_flood", "beside_polite")
    }
    refused = sum((Counter(one["beside_flood"]["refused"]) for one in rounds), Counter[str]())
    before, after = rounds[0]["memory_mb"]["before"], rounds[-1]["memory_mb"]["after"]
    return {
        "statuses": dict(statuses),
        "refused": dict(refused),
        **beside,
        "cpu_s": {
            when: dict(sum((Counter(one["cpu_s"][turn]) for one in rounds), Counter[str]()))
            for turn, when in enumerate(beside)
        },
        "memory_mb": {"before": before, "after": after},
        "p99_ratio": {
            kind: ratio(
                beside["beside_flood"][f"{kind}_p99_ms"], beside["beside_polite"][f"{kind}_p99_ms"]
            )
            for kind in _KINDS
        },
        "memory_ratio": max(ratio(after[each], before[each]) for each in before),
    }


def _as_polite(name: str, statuses: Mapping[str, int], seconds: float) -> dict[str, float]:
    """Requests a second: reads, writes, and writes with a bad body."""

    def per_s(*those: str) -> float:
        return sum(statuses.get(status, 0) for status in those) / seconds

    let_in = per_s("200", "201", "422")
    return {
        "reads": let_in if name in ("pipelined", "streams", *SHAPES) else 0.0,
        "writes": let_in if name in ("posts", "receivers") else 0.0,
        "bad": let_in if name in ("bodies", "slow") else 0.0,
    }


def _told(one: Mapping[str, Any]) -> str:
    ratios = ", ".join(f"{kind} {value:.2f}" for kind, value in one["p99_ratio"].items())
    return (
        f"{one['statuses']}; p99 ÷ polite: {ratios}; memory × "
        f"{one['memory_ratio']:.2f}; refused to the other: {one['refused']}"
    )


def _used(one: Mapping[str, Any], when: str, whose: str | None) -> float:
    """Return the CPU seconds of a service, or of all that runs."""
    cpu: Mapping[str, float] = one["cpu_s"][when]
    return sum(cpu.values()) if whose is None else cpu[whose]


def _print(measured: Mapping[str, Any], console: Console) -> None:
    table = Table(
        title=(
            f"another caller's p99 beside a flood, and beside as many requests let in from many "
            f"(at most × {_MAX_RATIO}); memory after ÷ before (at most {_MAX_MEMORY})"
        ),
        title_justify="left",
    )
    for column in ("flood", "let in, refused", *_KINDS, "CPU of tickets", "of all", "memory"):
        table.add_column(column)
    for name, one in measured.items():
        statuses = one["statuses"]
        let_in = sum(count for status, count in statuses.items() if status in _LET_IN)
        table.add_row(
            name,
            f"{let_in}, {sum(statuses.values()) - let_in}",
            *(
                f"{one['beside_flood'][f'{kind}_p99_ms']:.0f} ÷ "
                f"{one['beside_polite'][f'{kind}_p99_ms']:.0f} ms = {one['p99_ratio'][kind]:.2f}"
                for kind in _KINDS
            ),
            *(
                f"{_used(one, 'beside_flood', whose):.1f} ÷ "
                f"{_used(one, 'beside_polite', whose):.1f} s"
                for whose in ("tickets", None)
            ),
            f"{one['memory_ratio']:.2f}",
        )
    console.print(table)


_LET_IN = frozenset({"200", "201", "422"})


if __name__ == "__main__":
    main()
