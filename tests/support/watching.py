"""What watches the product: the rules of Prometheus and the panels of Grafana, as they are
deployed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fettle.home import PORTAL, SERVICES
from fettle.reference.command import application_of
from fettle.reference.metrics import metrics_of
from shared.metrics import Kind, Metric
from shared.service.readings import KERNEL_METRICS, PROCESS_METRICS

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "fettle.json"
_VARIABLES = re.compile(r"\$(?:service|site)\b")


@dataclass(frozen=True)
class Alert:
    name: str
    expression: str
    text: str


def alerts() -> list[Alert]:
    """Return the rules of `alerts.yml`, which is written in a few of YAML's ways only."""
    found = []
    for block in ALERTS.read_text().split("      - alert: ")[1:]:
        name, _, rest = block.partition("\n")
        expression = re.search(
            r"^        expr:(?: [>|]-?\n((?:          .*\n)+)| (.*)\n)", rest, re.MULTILINE
        )
        assert expression, f"{name} has no expression"
        found.append(Alert(name.strip(), (expression[1] or expression[2]).strip(), rest))
    return found


def dashboard() -> dict[str, Any]:
    board: dict[str, Any] = json.loads(DASHBOARD.read_text())
    return board


def panels() -> list[dict[str, Any]]:
    """Return what the dashboard shows, without the titles of rows."""
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def queries() -> Iterator[tuple[str, str]]:
    """Yield (title of the panel, query) with every service and every site chosen."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], _VARIABLES.sub(".*", target["expr"])


def metrics_by_service() -> dict[str, tuple[Metric, ...]]:
    """Return what each service and the portal declare, the kernel's own included."""
    of_kernel = dict.fromkeys(SERVICES, KERNEL_METRICS) | {PORTAL: PROCESS_METRICS}
    return {name: (*own, *metrics_of(application_of(name))) for name, own in of_kernel.items()}


def series_of(metric: Metric) -> set[str]:
    """Return the names under which the metric's series are stored."""
    if metric.kind is Kind.HISTOGRAM:
        return {f"{metric.name}_{part}" for part in ("bucket", "count", "sum")}
    return {metric.name}
