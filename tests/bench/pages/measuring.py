"""The portal under those who use it: pages, a phone's outbox, news, and what it holds after."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from fettle.home import PORTAL
from tests.bench.instances import running
from tests.bench.pages.company import found_company
from tests.bench.pages.figures import Figures
from tests.bench.pages.side import Side
from tests.bench.plan import Plan
from tests.bench.processes import Worker
from tests.bench.progress import Progress
from tests.bench.trees import Tree


def measure_pages(trees: Sequence[Tree], plan: Plan, progress: Progress) -> dict[str, Any]:
    """By tree that has a portal: what `Figures.summary` tells, `tickets`, and `memory_mb` of the
    portal after all that.
    """
    with ExitStack() as stack:
        sides = [
            side
            for tree in trees
            if (side := stack.enter_context(_side(tree, plan, progress))) is not None
        ]
        for side in sides:
            side.warm_up()
        progress.say("readers are signed in, and have seen every page")
        for number in range(plan.page_rounds):
            for side in sides:
                side.read(plan.page_s)
                progress.say(f"pages, {side.name}, round {number + 1} of {plan.page_rounds}")
        for number in range(plan.outbox_rounds):
            for side in sides:
                took_s = side.replay()
                progress.say(
                    f"outbox, {side.name}, round {number + 1} of {plan.outbox_rounds}: "
                    f"{took_s:.2f} s"
                )
        for side in sides:
            side.listen(plan.screen_changes)
            progress.say(f"news on screens, {side.name}")
        return {
            side.name: {
                **side.figures.summary(),
                "tickets": plan.page_tickets,
                "memory_mb": side.instance.portal_mb(),
            }
            for side in sides
        }


@contextmanager
def _side(tree: Tree, plan: Plan, progress: Progress) -> Iterator[Side | None]:
    """A fresh instance of the tree with its company; None for a tree without a portal."""
    with running(tree) as instance, Worker("tests.bench.pages.browsers") as browsers:
        if PORTAL not in instance.state["urls"]:
            yield None
            return
        company = found_company(instance, plan.page_tickets, progress)
        yield Side(instance, company, browsers, Figures())
