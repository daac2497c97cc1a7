"""The rules as Prometheus itself reads them: every alert fires once when it should, however many
instances there are, and not else.
"""

import json
from pathlib import Path

from tests.component.watching.alert_cases import CASES, Case
from tests.support.prometheus import promtool
from tests.support.watching import ALERTS, alerts


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    fires, silent = (
        {case.alert for case in CASES if bool(case.fires) is wanted} for wanted in (True, False)
    )

    assert fires == silent == {alert.name for alert in alerts()}


def test_prometheus_takes_the_configuration_and_the_rules() -> None:
    said = promtool("check", "config", ALERTS.parent / "prometheus.yml")

    assert f"{len(alerts())} rules found" in said


def test_alerts_fire_when_they_should_and_stay_silent_otherwise(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yml"
    cases.write_text(
        json.dumps(
            {
                "rule_files": [str(ALERTS)],
                "evaluation_interval": "1m",
                "tests": [_test(case) for case in CASES],
            }
        )
    )

    assert "SUCCESS" in promtool("test", "rules", cases)


def _test(case: Case) -> dict[str, object]:
    expected = [{"labels": "{}", "value": case.fires}] if case.fires else []
    return {
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in case.series],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{case.alert}",alertstate="firing"}})',
                "eval_time": f"{case.minutes}m",
                "exp_samples": expected,
            }
        ],
    }
