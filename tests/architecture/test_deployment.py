"""What Prometheus and Grafana are told to look at is what the services say."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PARTS = re.compile(r"_(total|bucket|count|sum)$")


def test_alerts_and_dashboards_name_metrics_that_there_are() -> None:
    sources = "\n".join(path.read_text() for room in ("shared", "services") for path in (ROOT / room).rglob("*.py"))
    said = [re.compile(re.sub(r"\{.*?\}", "[a-z]+", name)) for name in re.findall(r'f?"(fettle_[a-z_{}.]+)"', sources)]

    watched = {
        name
        for path in (ROOT / "deploy/prometheus/alerts.yml", ROOT / "deploy/grafana/dashboards/fettle.json")
        for name in re.findall(r"\bfettle_[a-z_]+\b", path.read_text())
    }

    assert len(watched) > 15
    assert [name for name in sorted(watched) if not any(metric.fullmatch(_PARTS.sub("", name)) for metric in said)] == []
