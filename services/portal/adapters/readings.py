"""What Prometheus is told of the portal beside the kernel's own."""

from collections import Counter

from prometheus_client.core import Metric as Family

from shared.metrics import Across, counter

_CALLS = counter(
    "fettle_portal_calls_total",
    "Requests to the other services, by service and outcome: answered, refused (4xx), failed (5xx, "
    "401), no_answer, not_tried (left alone for two seconds after three failures).",
    Across.SUM,
    "service",
    "outcome",
)
METRICS = (_CALLS,)


def portal_readings(calls: Counter[tuple[str, str]]) -> list[Family]:
    """Return the counts of this instance."""
    by_labels: dict[tuple[str, ...], float] = {
        (service, outcome): count for (service, outcome), count in calls.items()
    }
    return [_CALLS.family(by_labels)]
