"""The highest rate that holds, by bisection; the trees take turns, step by step."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.bench.bisection import Tried, best_rate, next_rate
from tests.bench.plan import Plan
from tests.bench.progress import Progress

Run = Callable[[float, float], dict[str, Any]]
"""`run(rate, seconds)` says, among other things, `held`, `swift`, `p99_ms` and `backlog_s`."""

_MIN_STEPS = 3
_MAX_CONFIRMATIONS = 3
_LOWER = 0.92
"""A rate that does not last for long is confirmed at this share of it."""


def find_held_rates(
    runs: Mapping[str, Run],
    guesses: Mapping[str, float],
    plan: Plan,
    progress: Progress,
    *,
    reserve_s: float,
) -> dict[str, dict[str, Any]]:
    """By name: `{"per_second", "swift_per_second", "steps", "confirmations"}`; rates in tickets a
    second, the rest what each run said.

    The search ends early, with what it found, when after some steps less than `reserve_s` is left.
    """
    searches = {
        name: _Search(name, run, guesses[name], plan, progress) for name, run in runs.items()
    }
    going_on, turns = list(searches.values()), 0
    while going_on and (turns < _MIN_STEPS or progress.left_s > reserve_s):
        going_on = [search for search in going_on if search.step()]
        turns += 1
    return {name: search.result() for name, search in searches.items()}


class _Search:
    def __init__(self, name: str, run: Run, guess: float, plan: Plan, progress: Progress) -> None:
        self._name, self._run, self._guess, self._plan, self._progress = (
            name,
            run,
            guess,
            plan,
            progress,
        )
        self._steps: list[dict[str, Any]] = []
        self._swift_from: int | None = None
        """How many steps it took to find what holds; those after it look for what holds swiftly."""
        self._confirmations: list[dict[str, Any]] = []

    def step(self) -> bool:
        """Try one more rate, or hold the best one for long; False when there is nothing left to
        try.
        """
        if (rate := self._next()) is not None:
            self._steps.append(self._hold(rate, self._plan.step_s))
        elif (rate := self._to_confirm()) is not None:
            self._confirmations.append(self._hold(rate, self._plan.confirm_s))
        return rate is not None

    def result(self) -> dict[str, Any]:
        best, swift = best_rate(self._tried("held")), best_rate(self._tried("swift"))
        if self._plan.confirm_s:
            best = best_rate(Tried(each["rate"], each["held"]) for each in self._confirmations)
        return {
            "per_second": best,
            "swift_per_second": min(swift, best),
            "steps": self._steps,
            "confirmations": self._confirmations,
        }

    def _next(self) -> float | None:
        count, plan, held = len(self._steps), self._plan, self._tried("held")
        if self._swift_from is None:
            if count < plan.steps and (rate := next_rate(held, guess=self._guess)) is not None:
                return rate
            self._swift_from = count
        if count < self._swift_from + plan.swift_steps and (best := best_rate(held)):
            return next_rate(self._tried("swift"), guess=best)
        return None

    def _to_confirm(self) -> float | None:
        """The best rate that was swift, or else that held: the highest that holds for a minute
        grows in ten. Then a lower one, while it does not last.
        """
        if not self._plan.confirm_s or len(self._confirmations) == _MAX_CONFIRMATIONS:
            return None
        if not self._confirmations:
            return best_rate(self._tried("swift")) or best_rate(self._tried("held")) or None
        last = self._confirmations[-1]
        return None if last["held"] else float(round(last["rate"] * _LOWER))

    def _hold(self, rate: float, seconds: float) -> dict[str, Any]:
        ran = self._run(rate, seconds)
        how = "held" if ran["held"] else "grew"
        self._progress.say(
            f"{self._name}: {rate:g}/s for {seconds:g} s {how} (p99 {ran['p99_ms']:.0f} ms, "
            f"backlog {ran['backlog_s']:.1f} s)"
        )
        return {"seconds": seconds, **ran}

    def _tried(self, how: str) -> list[Tried]:
        return [Tried(step["rate"], step[how]) for step in self._steps]
