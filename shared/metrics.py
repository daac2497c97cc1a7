"""Metrics, each declared once: what it measures, by which labels, and how the values of several
instances are put together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import Metric as Family
from prometheus_client.core import Sample

MAX_SITES = 1000
"""Series that a metric by site has at most, whatever the number of sites: those with the most."""


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Across(StrEnum):
    """How the values that several instances of a service show are put together."""

    SUM = "sum"
    """Each instance counts its own: add them up."""
    MAX = "max"
    """Every instance shows the same, read from the database or the stream: take the greatest.

    A sum would count it once an instance.
    """
    EACH = "each"
    """A state of one instance: look at each, or at the worst."""


_SENTENCE_FOR = {
    Across.SUM: "Each instance's own: sum.",
    Across.MAX: "The same at every instance: max, never sum.",
    Across.EACH: "A state of this instance.",
}


@dataclass(frozen=True, eq=False)
class Metric:
    """A metric under the name that Prometheus knows, `_total` included. `buckets` are the upper
    bounds of a histogram, in its unit.

    `from_start` are labels to show before anything is observed: of a series that begins with its
    first value, no increase is seen.
    """

    name: str
    help: str
    kind: Kind
    across: Across
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    from_start: tuple[tuple[str, ...], ...] = ()

    @property
    def described(self) -> str:
        """The HELP text: what it measures, and what to do with several instances."""
        return f"{self.help} {_SENTENCE_FOR[self.across]}"

    def family(self, values: float | Mapping[tuple[str, ...], float]) -> Family:
        """Return what is shown of it at a scrape: one value, or one for each series by what stands
        for its labels, in their order.

        Raises TypeError for a series with more or fewer labels than were declared.
        """
        names = self.labels
        made = Family(self.name.removesuffix("_total"), self.described, self.kind)
        series = values if isinstance(values, Mapping) else {(): values}
        if not {len(names)}.issuperset(map(len, series)):
            raise TypeError(f"every series of {self.name} needs its labels {names}")
        # not by `add_metric`, which costs as much again for a thousand sites
        made.samples = [
            Sample(self.name, dict(zip(names, labels)), value)  # noqa: B905 - as long as seen above
            for labels, value in series.items()
        ]
        return made

    def counter_in(self, registry: CollectorRegistry) -> Counter:
        """Return the counter that the process counts with, shown by the registry from now on."""
        return Counter(self.name, self.described, self.labels, registry=registry)

    def histogram_in(self, registry: CollectorRegistry) -> Histogram:
        """Return the histogram that the process observes with, shown by the
        registry from now on.
        """
        made = Histogram(
            self.name, self.described, self.labels, buckets=self.buckets, registry=registry
        )
        for labels in self.from_start:
            made.labels(*labels)
        return made


def counter(name: str, help: str, across: Across, *labels: str) -> Metric:
    """Declare what only grows; the name ends with `_total`."""
    return Metric(name, help, Kind.COUNTER, across, labels)


def gauge(name: str, help: str, across: Across, *labels: str) -> Metric:
    """Declare what rises and falls."""
    return Metric(name, help, Kind.GAUGE, across, labels)


def histogram(
    name: str,
    help: str,
    *labels: str,
    buckets: tuple[float, ...],
    from_start: tuple[tuple[str, ...], ...] = (),
) -> Metric:
    """Declare a distribution, which each instance observes by itself."""
    return Metric(name, help, Kind.HISTOGRAM, Across.SUM, labels, buckets, from_start)
