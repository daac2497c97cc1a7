"""What was measured of one tree's portal, and what is told of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.bench.figures import quantile, spread
from tests.bench.pages.outbox import VERBS
from tests.bench.pages.rota import pages


@dataclass
class Figures:
    """`cpu_s` and `calls` are of all pages together. `unanswered` are calls of services that
    failed: a page says so then, and is quick.
    """

    took_ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bytes: dict[str, int] = field(default_factory=dict)
    cpu_s: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: int = 0
    unanswered: int = 0
    late_ms: float = 0.0
    outbox_s: list[float] = field(default_factory=list)
    screen_ms: Mapping[str, Sequence[float]] = field(default_factory=dict)
    lost: int = 0
    failures: list[str] = field(default_factory=list)
    failed: int = 0

    def note_failures(self, failures: Sequence[str], count: int) -> None:
        """Count what was not answered as it should be, and keep a few words of it."""
        self.failed += count
        self.failures += failures

    def summary(self) -> dict[str, Any]:
        """Return the figures: quantiles of all rounds together, costs of a page."""
        read = sum(len(each) for each in self.took_ms.values())
        return {
            "pages": {
                page: {
                    "p50_ms": quantile(self.took_ms[page], 0.5),
                    "p95_ms": quantile(self.took_ms[page], 0.95),
                    "read": len(self.took_ms[page]),
                    "packed_bytes": self.bytes.get(page, 0),
                }
                for page in pages()
            },
            "read": read,
            "cpu_ms": {name: used * 1000 / max(read, 1) for name, used in self.cpu_s.items()},
            "calls": self.calls / max(read, 1),
            "unanswered_calls": self.unanswered,
            "late_ms": self.late_ms,
            "verbs": VERBS,
            "outbox_s": median(self.outbox_s),
            "outbox_spread": spread(self.outbox_s),
            "screen": {
                kind: {
                    "p50_ms": quantile(took, 0.5),
                    "p95_ms": quantile(took, 0.95),
                    "heard": len(took),
                }
                for kind, took in self.screen_ms.items()
            },
            "lost_news": self.lost,
            "failed": self.failed,
            "refusals": self.failures[:5],
        }
