"""How long `fettle up` takes until it says that it is ready: the first time, and again with what is
there.
"""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.folders import temporary_folder
from tests.bench.instances import Instance
from tests.bench.progress import Progress
from tests.bench.trees import Tree


def measure_starts(trees: Sequence[Tree], *, starts: int, progress: Progress) -> dict[str, Any]:
    """By tree: `{"first_s", "second_s", "second_starts_s"}`, from the command to its word;
    `second_s` is the median of so many starts.
    """
    with temporary_folder() as folder:
        first = {tree.name: _start(tree, folder) for tree in trees}
        again: dict[str, list[float]] = {tree.name: [] for tree in trees}
        for number in range(starts):
            for tree in trees:
                again[tree.name].append(_start(tree, folder))
                progress.say(f"start {number + 2} of {tree.name}: {again[tree.name][-1]:.1f} s")
    return {
        name: {"first_s": first[name], "second_s": median(all), "second_starts_s": all}
        for name, all in again.items()
    }


def _start(tree: Tree, folder: Path) -> float:
    instance = Instance(tree, folder / tree.name, own_issuer=False)
    instance.stop()
    return instance.ready_s
