"""The text of metrics, read back with the library's own parser."""

import math

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from shared.http.exposition import exposition
from shared.metrics import Across, counter, gauge, histogram

JOBS = gauge("jobs", "Jobs that wait.", Across.MAX, "site", "state")
SENT = counter("sent_total", "Messages sent.", Across.SUM)
RAN = histogram("ran_seconds", "Seconds that it ran.", "kind", buckets=(1, 5))


def parsed(
    registry: CollectorRegistry, *readings: Family
) -> dict[str, dict[tuple[str, ...], float]]:
    """Sample → labels' values → value."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families("".join(exposition(registry, readings))):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return found


def test_the_series_of_a_metric_stand_together_under_its_help() -> None:
    readings = [
        JOBS.family({("demo", "waiting"): 3, ("demo", "offered"): 0}),
        SENT.family(7),
    ]

    text = "".join(exposition(CollectorRegistry(), readings))

    assert text == (
        "# HELP jobs Jobs that wait. The same at every instance: max, never sum.\n"
        "# TYPE jobs gauge\n"
        'jobs{site="demo",state="waiting"} 3.0\n'
        'jobs{site="demo",state="offered"} 0.0\n'
        "# HELP sent_total Messages sent. Each instance's own: sum.\n"
        "# TYPE sent_total counter\n"
        "sent_total 7.0\n"
    )


def test_labels_and_values_of_any_kind_survive() -> None:
    awkward = 'a "quoted" \\ back\\nslash\nline 漏水'

    found = parsed(CollectorRegistry(), JOBS.family({(awkward, ""): math.inf, ("b", "{}"): 1e21}))

    assert found == {"jobs": {(awkward, ""): math.inf, ("b", "{}"): 1e21}}


def test_what_a_process_counts_itself_is_shown_without_the_time_at_which_it_began() -> None:
    registry = CollectorRegistry()
    ran, sent = RAN.histogram_in(registry), SENT.counter_in(registry)
    ran.labels("a").observe(2)
    sent.inc(4)

    found = parsed(registry)

    assert found == {
        "ran_seconds_bucket": {("a", "1.0"): 0, ("a", "5.0"): 1, ("a", "+Inf"): 1},
        "ran_seconds_count": {("a",): 1},
        "ran_seconds_sum": {("a",): 2},
        "sent_total": {(): 4},
    }


def test_a_series_without_one_of_its_labels_is_refused() -> None:
    with pytest.raises(TypeError, match="labels"):
        JOBS.family({("demo",): 3})
