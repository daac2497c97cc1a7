"""The figures as people read them: this tree's, the base's beside them where there is one, what
they are held against, and the goals.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console

from tests.bench.goals import gap
from tests.bench.headline import create_costs_ms, meaning
from tests.bench.pages.table import TITLE as PAGES_TITLE
from tests.bench.pages.table import page_rows
from tests.bench.rows import Row, Trees, costs_in_words, goals_of, print_rows

_FLOWS = (
    ("opened → offered → webhook", "offer", "offer"),
    ("a life", "life", "life"),
    ("a whole life", "whole", "whole_life"),
)
"""What people call it, its name among the parts, and its name in the headline."""


def print_tables(
    trees: Trees,
    kernel: Mapping[str, Any],
    noise: Mapping[str, Any],
    console: Console,
    *,
    markdown: bool = False,
) -> None:
    names = tuple(trees)
    for title, columns, rows in (
        ("Create a ticket over HTTP, one worker of tickets", names, _creating(trees)),
        ("All four services: offers, lives and whole lives of tickets", names, _lives(trees)),
        ("The kernel", ("now", "against"), _kernel(kernel)),
        ("Start and return", names, _starts(trees)),
        (PAGES_TITLE, names, page_rows(trees)),
    ):
        print_rows(title, columns, rows, console, markdown=markdown)
    console.print(
        meaning(trees["now"]["headline"]["life_held_per_s"], noise["cores"]),
        markup=False,
        highlight=False,
    )
    for line in _noise(trees, kernel, noise):
        console.print(line, markup=False, highlight=False)


def _creating(trees: Trees) -> Iterator[Row]:
    for connections in ("1", "16", "64"):
        goal = goals_of(trees, "create_64_p99_ms") if connections == "64" else ""
        for what, name in (
            ("create", "create"),
            ("empty", "empty endpoint"),
            ("textbook", "textbook SQLModel"),
        ):
            yield Row(
                f"{name}, {connections} at a time",
                [_run(tree["create"][connections][what]) for tree in trees.values()],
                goal,
            )
            goal = ""
    for what in ("textbook", "empty"):
        key = f"create_16_x_{what}"
        yield Row(
            f"create, × {what}, 16 at a time", _each(trees, key, "{:.2f}"), goals_of(trees, key)
        )
        yield Row(
            "the same by CPU, the load generator's share taken out",
            _each(trees, f"{key}_by_cpu", "{:.2f}"),
        )
    yield Row(
        "read one, × empty, 16 at a time",
        _each(trees, "read_16_x_empty", "{:.2f}"),
        goals_of(trees, "read_16_x_empty"),
    )
    costs = [create_costs_ms(tree["create"]) for tree in trees.values()]
    yield Row(
        "CPU of a request, with its PostgreSQL and NATS", [costs_in_words(cost) for cost in costs]
    )
    splits = [tree["create"]["16"]["create"]["cpu_ms"] for tree in trees.values()]
    yield Row(
        "CPU of a create by process",
        [
            costs_in_words({k: v for k, v in split.items() if "textbook" not in k})
            for split in splits
        ],
    )


def _lives(trees: Trees) -> Iterator[Row]:
    def said(part: str, say: Callable[[Mapping[str, Any]], str]) -> list[str]:
        return [say(tree["lives"][part]) for tree in trees.values()]

    for name, part, key in (
        ("idle, 5/s", "idle", "webhook_idle"),
        ("30/s", "steady", "webhook_30"),
    ):
        waits = said(part, lambda run: f"{run['p50_ms']:.1f}, {run['p99_ms']:.0f} ms")
        yield Row(
            f"201 → offer's webhook, nothing else, {name}: p50, p99",
            waits,
            goals_of(trees, f"{key}_p50_ms", f"{key}_p99_ms"),
        )
    for name, part, key in _FLOWS[:2]:
        yield Row(
            f"{name}, held (of it with p99 < 0.5 s)",
            said(f"{part}_held", _held),
            goals_of(trees, f"{key}_held_per_s"),
        )
    for name, part, key in _FLOWS:
        burst = f"{part}_burst"
        yield Row(f"{name}, a burst", said(burst, lambda run: f"{run['tickets_per_s']:.0f}/s"))
        cpu = said(burst, lambda run: f"{run['served_cpu_ms']:.1f} ms")
        yield Row(
            f"{name}, CPU of a ticket in a burst", cpu, goals_of(trees, f"{key}_burst_cpu_ms")
        )
        yield Row(
            "by process, with the loader", said(burst, lambda run: costs_in_words(run["cpu_ms"]))
        )
    yield Row(
        "a life at 20/s, CPU by process",
        said("life_fixed", lambda run: costs_in_words(run["cpu_ms"])),
    )
    for name, _, key in _FLOWS[1:]:
        keys = (f"facts_per_{key}", f"hearings_per_{key}")
        counts = [
            ", ".join(f"{tree['headline'][each]:.4g}" for each in keys) for tree in trees.values()
        ]
        yield Row(f"facts and hearings of {name}", counts, goals_of(trees, *keys))
    yield Row(
        "memory after many tickets (growth)", said("memory", _memory), goals_of(trees, "memory_mb")
    )
    yield Row(
        "offers to one technician in a burst: most, mean",
        said("offer_burst", lambda run: f"{run['offers_most']:.0f}, {run['offers_mean']:.1f}"),
    )


def _kernel(kernel: Mapping[str, Any]) -> Iterator[Row]:
    for ours, theirs, name, bare, key in (
        (
            "relay",
            "publish",
            "relay, a full outbox",
            "the same bodies published bare, 256 in flight",
            "relay_x_bare",
        ),
        (
            "consume",
            "fetch",
            "consumer, a backlog with snapshot and handler",
            "nats-py's bare fetch and ack",
            "consume_x_bare",
        ),
    ):
        mine, bare_rate = kernel[ours]["per_second"], kernel[theirs]["per_second"]
        against = f"{mine / bare_rate:.2f} × {bare} ({bare_rate:,.0f}/s)"
        yield Row(name, [f"{mine:,.0f} facts/s", against], gap(key, mine / bare_rate))


def _starts(trees: Trees) -> Iterator[Row]:
    yield Row(
        "fettle up to ready, five processes, first start",
        _each(trees, "ready_first_start_s", "{:.1f} s"),
    )
    yield Row(
        "fettle up to ready, five processes, second start",
        _each(trees, "ready_second_start_s", "{:.1f} s"),
        goals_of(trees, "ready_second_start_s"),
    )
    overdue = [tree["lives"]["overdue"] for tree in trees.values()]
    goals = goals_of(trees, "sla_overdue_first_s", "sla_overdue_all_s")
    said = [f"{each['first_s']:.1f} s, {each['all_s']:.1f} s" for each in overdue]
    yield Row(
        f"sla's start over {overdue[0]['promises']:,} overdue promises: first, all said",
        said,
        goals,
    )


def _noise(trees: Trees, kernel: Mapping[str, Any], noise: Mapping[str, Any]) -> Iterator[str]:
    empty = ", ".join(f"{noise[f'empty_{c}_spread']:.0%} at {c}" for c in (1, 16, 64))
    kernels = ", ".join(f"{name} {run['spread']:.0%}" for name, run in kernel.items())
    yield (
        f"Noise: the same empty endpoint differed from round to round by {empty} at a time "
        f"(highest less lowest, by the median); {kernels};"
        f" a fixed piece of CPU work took {noise['calibration_median_ms']:.0f} ms, spread "
        f"{noise['calibration_spread']:.0%}."
    )
    yield (
        f"Load average {noise['load_average_before']:.1f} before, "
        f"{noise['load_average_after']:.1f} after; of {noise['cores']:.0f} cores"
        f" other programs took {noise['cores_used_by_others']:.2f}, other machines "
        f"{noise['cores_stolen']:.2f}."
        f" Requests that failed: {noise['failed_requests']:.0f}; tickets that did not go their "
        f"whole way: {noise['lost_tickets']:.0f}."
    )
    yield from (f"Refused: {refusal}" for refusal in noise["refusals"])
    spreads = [
        f"{name} "
        + ", ".join(
            f"{part.replace('_', ' ')} {tree['lives'][part]['spread']:.0%}"
            for part in ("idle", "steady", "life_burst")
        )
        for name, tree in trees.items()
    ]
    yield f"From round to round: {'; '.join(spreads)}."
    yield (
        "Load is made by processes of the bench on the same cores (asyncio over uvloop); their "
        "CPU stands as loader and is in no sum."
    )


def _each(trees: Trees, key: str, form: str) -> list[str]:
    return [form.format(tree["headline"][key]) for tree in trees.values()]


def _run(run: Mapping[str, float]) -> str:
    return f"{run['per_second']:,.0f}/s, p50 {run['p50_ms']:.1f}, p99 {run['p99_ms']:.0f} ms"


def _held(held: Mapping[str, Any]) -> str:
    tried = held["confirmations"] or held["steps"]
    return (
        f"{held['per_second']:.0f}/s ({held['swift_per_second']:.0f}/s), for "
        f"{tried[-1]['seconds']:.0f} s"
    )


def _memory(memory: Mapping[str, Any]) -> str:
    grown = ", ".join(
        f"{name} {mb:.0f} ({mb - memory['before_mb'][name]:+.0f})"
        for name, mb in memory["after_mb"].items()
    )
    return f"{grown} MB, {memory['tickets']:,} tickets"
