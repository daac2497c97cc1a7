"""How many dangers the rules of tickets find in labelled sentences, and how many of what they find
is danger: counts alone, so that the held-out files stay unread.
"""

import csv
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from services.tickets.domain.danger.words import USUAL_DANGER_WORDS, words_of_danger
from tests.bench.figures import ratio
from tests.bench.goals import gap

SENTENCES = Path(__file__).parent.parent / "data" / "danger"
FILES = {
    "held_out": "danger",
    "comments_held_out": "danger_comments",
    "tuning": "danger_tuning",
}
"""The file, and what its figures are called."""


class Counted(NamedTuple):
    found: int
    missed: int
    raised: int
    """Sentences that are no danger and were taken for one."""
    calm: int

    @property
    def recall(self) -> float:
        return ratio(self.found, self.found + self.missed)

    @property
    def precision(self) -> float:
        return ratio(self.found, self.found + self.raised)


def count(labelled: Iterable[tuple[str, bool]]) -> Counted:
    """Count the sentences by whether they are danger and whether the rules say so."""
    counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
    for text, is_danger in labelled:
        counts[is_danger, bool(words_of_danger(USUAL_DANGER_WORDS, text))] += 1
    return Counted(
        found=counts[True, True],
        missed=counts[True, False],
        raised=counts[False, True],
        calm=counts[False, False],
    )


def measure_danger(folder: Path = SENTENCES) -> dict[str, float]:
    """Return recall and precision of each file, by the names of `bench.json`."""
    figures: dict[str, float] = {}
    for file, name in FILES.items():
        counted = count(_labelled(folder / f"{file}.csv"))
        figures |= {
            f"{name}_recall": counted.recall,
            f"{name}_precision": counted.precision,
            f"{name}_sentences": float(sum(counted)),
        }
    return figures


def said(figures: Mapping[str, float]) -> str:
    """Return the figures in words, one line."""
    files = ", ".join(
        f"{figures[f'{name}_recall']:.3f} and {figures[f'{name}_precision']:.3f} of "
        f"{figures[f'{name}_sentences']:.0f} sentences ({file.replace('_', ' ')})"
        for file, name in FILES.items()
    )
    goals = "; ".join(gap(key, figures[key]) for key in ("danger_recall", "danger_precision"))
    return f"Words of danger, recall and precision: {files}; held out {goals}."


def _labelled(path: Path) -> Iterable[tuple[str, bool]]:
    with path.open(encoding="utf8", newline="") as rows:
        for row in csv.DictReader(rows):
            yield row["text"], row["danger"] == "yes"


if __name__ == "__main__":
    sys.stdout.write(said(measure_danger()) + "\n")
