"""The whole road through the four real processes: an offer, a life and a whole life of a ticket,
calm, at fixed rates and in bursts.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from tests.bench.counting import count_facts
from tests.bench.figures import medians, spread
from tests.bench.flow import Flow, flow_through
from tests.bench.holding import Run, find_held_rates
from tests.bench.noise import Noise
from tests.bench.overdue import measure_overdue
from tests.bench.plan import Plan
from tests.bench.progress import Progress
from tests.bench.trees import Tree

IDLE_RATE, STEADY_RATE, FIXED_RATE = 5, 30, 20
"""Tickets a second: at which offers are timed at idle and under way, and at which a life's CPU is
read.
"""
_TOP_UP_RATE = 40
_GUESS = 0.85
"""What is held lies about there, as a share of what a burst went at."""
_FIGURES = (
    "p50_ms",
    "p99_ms",
    "per_second",
    "backlog_s",
    "offers_most",
    "offers_mean",
    "tickets_per_s",
    "served_cpu_ms",
    "late_ms",
)


def measure_lives(
    trees: Sequence[Tree], plan: Plan, progress: Progress, noise: Noise
) -> dict[str, Any]:
    """By tree: `{"idle", "steady", "offer_burst", "life_burst", "whole_burst", "life_fixed",
    "offer_held", "life_held", "counts", "memory", "overdue"}`.
    """
    with ExitStack() as stack:
        flows = [stack.enter_context(flow_through(tree)) for tree in trees]
        progress.say("instances are up and warm")
        memory = _Memory(flows, plan.memory_tickets)
        counts = {flow.tree.name: _counts(flow, plan, progress) for flow in flows}
        parts = _in_turns(flows, plan, progress, memory, noise)
        for which, reserve_s in (
            ("offer", (plan.search_s + plan.last_s) / 2),
            ("life", plan.last_s),
        ):
            guesses = {
                name: parts[name][f"{which}_burst"]["tickets_per_s"] * _GUESS for name in parts
            }
            progress.say(f"what is held, {which}")
            runs = {flow.tree.name: _held_run(flow, which) for flow in flows}
            for name, found in find_held_rates(
                runs, guesses, plan, progress, reserve_s=reserve_s * len(flows)
            ).items():
                parts[name][f"{which}_held"] = found
            memory.look()
        memory.top_up(progress)
        for flow in flows:
            parts[flow.tree.name] |= {"counts": counts[flow.tree.name], "memory": memory.of(flow)}
            parts[flow.tree.name]["overdue"] = overdue = measure_overdue(flow, plan.overdue)
            progress.say(
                f"sla over {plan.overdue} overdue, {flow.tree.name}: all said "
                f"{overdue['all_s']:.1f} s after its start"
            )
    return parts


def _in_turns(
    flows: Sequence[Flow], plan: Plan, progress: Progress, memory: "_Memory", noise: Noise
) -> dict[str, dict[str, Any]]:
    """Each part once a round for each tree, the fixed rate in the first alone; of all rounds the
    median.
    """
    runs: dict[str, dict[str, list[dict[str, Any]]]] = {flow.tree.name: {} for flow in flows}
    for number in range(plan.rounds):
        if number and progress.left_s < plan.search_s * len(flows):
            progress.say("no time for another round")
            break
        noise.calibrate()
        once = ("life_fixed",) if number == 0 else ()
        for part in ("idle", "steady", "offer_burst", "life_burst", "whole_burst", *once):
            for flow in flows:
                ran = _measure(flow, part, plan)
                runs[flow.tree.name].setdefault(part, []).append(ran)
                speed = (
                    f"{ran['tickets_per_s']:.0f} tickets/s"
                    if "tickets_per_s" in ran
                    else f"p50 {ran['p50_ms']:.0f} ms"
                )
                progress.say(
                    f"{part.replace('_', ' ')}, {flow.tree.name}, round {number + 1} of "
                    f"{plan.rounds}: {speed}"
                )
                memory.look()
    return {
        name: {part: _median(each) for part, each in parts.items()} for name, parts in runs.items()
    }


def _measure(flow: Flow, part: str, plan: Plan) -> dict[str, Any]:
    match part:
        case "idle":
            return flow.run("offer", rate=IDLE_RATE, seconds=plan.idle_s)
        case "steady":
            return flow.run("offer", rate=STEADY_RATE, seconds=plan.steady_s)
        case "life_fixed":
            return flow.run("life", rate=FIXED_RATE, seconds=plan.fixed_s)
        case _:
            which = part.removesuffix("_burst")
            return flow.burst(
                which,
                {"offer": plan.offer_burst, "life": plan.life_burst, "whole": plan.whole_burst}[
                    which
                ],
            )


def _held_run(flow: Flow, which: str) -> Run:
    return lambda rate, seconds: flow.run(which, rate=rate, seconds=seconds)


def _median(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The median of each figure; what was opened and ended, and what each round said, stand beside
    it.
    """
    figures = [{name: float(run[name]) for name in _FIGURES if name in run} for run in runs]
    telling = "served_cpu_ms" if "served_cpu_ms" in runs[0] else "p50_ms"
    return {
        **medians(figures),
        "cpu_ms": medians([run["cpu_ms"] for run in runs]),
        "opened": sum(run["opened"] for run in runs),
        "ended": sum(run["ended"] for run in runs),
        "refused": sum(run["refused"] for run in runs),
        "refusals": [refusal for run in runs for refusal in run["refusals"]],
        "spread": spread([run[telling] for run in runs]),
        "rounds": figures,
    }


def _counts(flow: Flow, plan: Plan, progress: Progress) -> dict[str, Any]:
    counts = {which: count_facts(flow, which, plan.calm_tickets) for which in ("life", "whole")}
    told = ", ".join(
        f"{which} {count['facts']:.1f} facts and {count['hearings']:.1f} hearings"
        for which, count in counts.items()
    )
    progress.say(f"counted, {flow.tree.name}: {told}")
    return counts


class _Memory:
    """What the services hold, before the first part and once enough tickets have gone through."""

    def __init__(self, flows: Sequence[Flow], tickets: int) -> None:
        self._flows, self._tickets = flows, tickets
        self._before = {flow.tree.name: flow.instance.memory_mb() for flow in flows}
        self._after: dict[str, dict[str, Any]] = {}

    def look(self) -> None:
        for flow in self._flows:
            if flow.tickets >= self._tickets and flow.tree.name not in self._after:
                self._after[flow.tree.name] = {
                    "after_mb": flow.instance.memory_mb(),
                    "tickets": flow.tickets,
                }

    def top_up(self, progress: Progress) -> None:
        for flow in self._flows:
            while flow.tickets < self._tickets:
                progress.say(
                    f"{flow.tree.name} took {flow.tickets} of {self._tickets} tickets; more, for "
                    "the memory"
                )
                flow.run(
                    "life",
                    rate=_TOP_UP_RATE,
                    seconds=min(self._tickets - flow.tickets + 1, 1000) / _TOP_UP_RATE,
                )
                self.look()

    def of(self, flow: Flow) -> dict[str, Any]:
        return {"before_mb": self._before[flow.tree.name], **self._after[flow.tree.name]}
