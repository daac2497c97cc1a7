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
_SIGN_INS = counter(
    "fettle_portal_sign_ins_total",
    "Attempts to sign in, by way (link, handed_over, password, issuer) and outcome: signed_in, or "
    "the code of why not, such as wrong_password and too_many_tries.",
    Across.SUM,
    "way",
    "outcome",
)
METRICS = (_CALLS, _SIGN_INS)


def portal_readings(
    calls: Counter[tuple[str, str]], sign_ins: Counter[tuple[str, str]]
) -> list[Family]:
    """Return the counts of this instance."""
    return [_CALLS.family(_by_labels(calls)), _SIGN_INS.family(_by_labels(sign_ins))]


def _by_labels(counts: Counter[tuple[str, str]]) -> dict[tuple[str, ...], float]:
    return {(first, second): count for (first, second), count in counts.items()}
