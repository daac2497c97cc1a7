"""The figures as people read them: each beside what it is held against and the goal."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Row = tuple[str, str, str, str]
"""(figure, measured, against, goal and the gap to it)"""


def print_tables(figures: Mapping[str, Any], console: Console) -> None:
    for title, rows in (
        ("Create a ticket over HTTP, one worker of tickets", list(_creating(figures["create"]))),
        ("The kernel", list(_kernel(figures["kernel"]))),
        ("All four services", list(_flow(figures["flow"]))),
        ("Start", list(_starts(figures["start"]))),
    ):
        table = Table("figure", "measured", "against", "goal", title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        console.print(table)
    console.print(_noise(figures))


def _creating(create: Mapping[str, Any]) -> Iterator[Row]:
    for connections in ("1", "16", "64"):
        at = create[connections]
        empty, made, textbook = at["empty"], at["create"], at["textbook"]
        against = f"{_ratio(made, empty)} × empty ({_rate(empty)}), {_ratio(made, textbook)} × textbook ({_rate(textbook)})"
        goal = ""
        if connections == "16":
            goal = f"{_gap(made['per_second'] / empty['per_second'], 0.5)}; {_gap(made['per_second'] / textbook['per_second'], 7)}"
        yield f"create, {connections} connection{'s' * (connections != '1')}", _full(made), against, goal
    read, empty = create["16"]["read"], create["16"]["empty"]
    yield "read one, 16 connections", _full(read), f"{_ratio(read, empty)} × empty", _gap(read["per_second"] / empty["per_second"], 0.7)
    cpu = create["cpu_ms"]
    worker, textbook_cpu = cpu["create"]["tickets"], cpu["textbook"]["textbook"]
    against = f"worker: {worker / cpu['empty']['tickets']:.1f} × an empty request's, {worker / textbook_cpu:.2f} × a textbook create's"
    yield "CPU per create, 16 connections", _costs({name: cpu["create"][name] for name in ("tickets", "postgres", "nats")}), against, ""


def _kernel(kernel: Mapping[str, Any]) -> Iterator[Row]:
    for ours, theirs, name, bare, goal in (
        ("relay", "publish", "relay, a full outbox", "the same bodies published bare, 256 in flight", 0.6),
        ("consume", "fetch", "consumer, a backlog with snapshot and handler", "nats-py's bare fetch and ack", 0.4),
    ):
        mine, bare_rate = kernel[ours]["per_second"], kernel[theirs]["per_second"]
        yield name, f"{mine:,.0f} facts/s", f"{mine / bare_rate:.2f} × {bare} ({bare_rate:,.0f}/s)", _gap(mine / bare_rate, goal)


def _flow(flow: Mapping[str, Any]) -> Iterator[Row]:
    for name, key, p50_goal, p99_goal in (("idle", "idle", 15, 50), ("50 tickets/s", "at_50", None, 100)):
        waits = flow[key]
        goals = (("p50", waits["p50_ms"], p50_goal), ("p99", waits["p99_ms"], p99_goal))
        goal = ", ".join(f"{which} {_most(ms, limit)}" for which, ms, limit in goals if limit)
        came_of_it = ", ".join(f"{waits[what]} {what}" for what in ("opened", "offered", "completed", "unannounced"))
        yield f"201 → offer's webhook, {name}", f"p50 {waits['p50_ms']:.0f} ms, p99 {waits['p99_ms']:.0f} ms", came_of_it, goal
    burst, last = flow["burst"], flow["steps"][-1]
    yield (
        "a burst, opened to announced",
        f"{burst['per_second']:.0f} tickets/s",
        f"{burst['opened']} at once, all done in {burst['seconds']:.1f} s",
        "",
    )
    steps = ", ".join(f"{step['rate']}/s {'holds' if step['sustained'] else 'grows'}" for step in flow["steps"])
    yield "sustained, opened to announced", f"{flow['sustained']:.0f} tickets/s", steps, f"≥ 500: {flow['sustained'] / 500:.2f} of it"
    yield "201 → offer's webhook at that rate", f"p50 {last['p50_ms']:.0f} ms, p99 {last['p99_ms']:.0f} ms", "", ""
    yield "CPU per ticket at that rate", _costs(flow["cpu_ms"]), "", ""
    before, after = flow["memory_mb"]["before"], flow["memory_mb"]["after"]
    for name, mb in after.items():
        grown = mb - before[name]
        yield f"memory of {name}", f"{mb:.0f} MB", f"{grown:+.0f} MB over {flow['memory_mb']['tickets']} tickets", _most(mb, 120)


def _starts(start: Mapping[str, float]) -> Iterator[Row]:
    yield "fettle up to ready, first start", f"{start['first_s']:.1f} s", "", ""
    yield "fettle up to ready, second start", f"{start['second_s']:.1f} s", "", _most(start["second_s"], 5)


def _noise(figures: Mapping[str, Any]) -> str:
    create = figures["create"]
    empty = ", ".join(f"{create[c]['empty']['spread']:.0%} at {c}" for c in ("1", "16", "64"))
    kernel = ", ".join(f"{name} {run['spread']:.0%}" for name, run in figures["kernel"].items())
    failed = sum(int(run["failed"]) for c in ("1", "16", "64") for run in create[c].values())
    before, after = figures["load"]
    return (
        f"Noise: the same empty endpoint differed from round to round by {empty} connections (highest less lowest, by the median); "
        f"{kernel}. Load average {before:.1f} before and {after:.1f} after. Requests that failed: {failed}. "
        f"Load made by tests/bench/loader.py (asyncio over uvloop, a process of its own); {figures['seconds']:.0f} s in all."
    )


def _full(run: Mapping[str, float]) -> str:
    return f"{_rate(run)}, p50 {run['p50_ms']:.1f} ms, p99 {run['p99_ms']:.0f} ms"


def _rate(run: Mapping[str, float]) -> str:
    return f"{run['per_second']:,.0f}/s"


def _ratio(run: Mapping[str, float], other: Mapping[str, float]) -> str:
    return f"{run['per_second'] / other['per_second']:.2f}" if other["per_second"] else "–"


def _costs(costs: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {ms:.2f}" for name, ms in costs.items()) + " ms"


def _gap(value: float, goal: float) -> str:
    return f"≥ {goal:g} ×: {'met' if value >= goal else f'{value / goal:.2f} of it'}"


def _most(value: float, goal: float | None) -> str:
    return "" if goal is None else f"≤ {goal:g}: {'met' if value <= goal else f'{value / goal:.1f} times it'}"
