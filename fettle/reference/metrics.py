"""The page of metrics: what each service shows, and what to do with the values of several
instances.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fettle.home import PROCESSES
from shared.metrics import Across, Metric
from shared.service.composition import Service
from shared.service.messaging_readings import MESSAGING_METRICS
from shared.service.readings import PROCESS_METRICS

_WORDS_FOR = {
    Across.SUM: "each instance's own: add them up",
    Across.MAX: (
        "the same at every instance, out of the database or the stream: take the greatest; a sum "
        "counts it once an instance"
    ),
    Across.EACH: "a state of one instance: look at each, or at the worst",
}


def metrics_page(applications: dict[str, Any]) -> str:
    """Return the page; `applications` are the services' by name."""
    lines = [
        "# Metrics",
        "",
        (
            "Made by `make docs` from the code. Every process shows them at `/metrics`, "
            "in Prometheus' text format. How the values of several"
        ),
        (
            "instances of a service are put together is said in the column *instances*, and at "
            "the end of each HELP text:"
        ),
        "",
        *(f"- `{across}`: {means}." for across, means in _WORDS_FOR.items()),
        "",
        (
            "Only two have a label for sites, each with at most a thousand of them, "
            "so that what is shown does not grow with the sites."
        ),
        "",
        "## Every process",
        "",
        *_table(PROCESS_METRICS),
        "",
        (
            "And what the library shows of the process: `process_cpu_seconds_total`, "
            "`process_resident_memory_bytes`,"
        ),
        (
            "`process_virtual_memory_bytes`, `process_start_time_seconds`, `process_open_fds`, "
            "`process_max_fds`; each is `each`."
        ),
        "",
        "## Every service",
        "",
        "What the portal, which hears and publishes no facts, does not show:",
        "",
        *_table(MESSAGING_METRICS),
    ]
    for name in PROCESSES:
        if metrics := metrics_of(applications[name]):
            lines += ["", f"## {name}", "", *_table(metrics)]
    return "\n".join(lines) + "\n"


def metrics_of(application: Any) -> tuple[Metric, ...]:
    """Return what the service shows beside the kernel's own."""
    service: Service = application.state.service
    return service.metrics


def _table(metrics: Iterable[Metric]) -> Iterator[str]:
    yield "| metric | kind | labels | instances | |"
    yield "| --- | --- | --- | --- | --- |"
    for metric in metrics:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        yield f"| `{metric.name}` | {metric.kind} | {labels} | `{metric.across}` | {metric.help} |"
