"""What is watched is shown, is put together over instances as it must be, and is explained."""

import re

import pytest

from shared.metrics import Across, Metric
from tests.support.promql import Use, uses
from tests.support.watching import (
    ROOT,
    alerts,
    dashboard,
    metrics_by_service,
    panels,
    queries,
    series_of,
)

_OF_PROMETHEUS = frozenset({"up"})


def _declared() -> dict[str, Metric]:
    """Series → the metric that it is of."""
    return {
        name: metric
        for metrics in metrics_by_service().values()
        for metric in metrics
        for name in series_of(metric)
    }


def _watched() -> list[tuple[str, Use]]:
    expressions = [*((alert.name, alert.expression) for alert in alerts()), *queries()]
    return [
        (where, use)
        for where, expression in expressions
        for use in uses(expression)
        if use.metric not in _OF_PROMETHEUS
    ]


def test_alerts_and_panels_watch_metrics_that_services_show() -> None:
    declared = _declared()
    watched = {use.metric for _, use in _watched() if not use.metric.startswith("process_")}

    assert len(watched) > 30
    assert watched - declared.keys() == set()


def test_no_alert_and_no_panel_puts_instances_together_in_a_way_that_lies() -> None:
    declared = _declared()

    wrong = [
        f"{where}: {misuse}"
        for where, use in _watched()
        if (
            misuse := use.misuse_of(
                declared[use.metric].across if use.metric in declared else Across.EACH
            )
        )
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("expression", "across", "is_wrong"),
    [
        ("sum by (service) (rate(x_total[5m]))", Across.SUM, False),
        ("rate(x_total[5m])", Across.SUM, False),
        ("max by (service) (rate(x_total[5m]))", Across.SUM, True),
        ("histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))", Across.SUM, False),
        ("max by (service) (x)", Across.MAX, False),
        ("sum(max by (site) (increase(x_total[1h]))) > 3", Across.MAX, False),
        ("topk(3, max by (site) (x))", Across.MAX, False),
        ("max(x offset 1h)", Across.MAX, False),
        ("x > 3", Across.MAX, True),
        ("topk(3, x)", Across.MAX, True),
        ("sum by (service) (x)", Across.MAX, True),
        ("avg(x)", Across.MAX, True),
        ("max(sum by (service) (x))", Across.MAX, True),
        ("max by (instance) (x)", Across.MAX, True),
        ("x == 0", Across.EACH, False),
        ("min by (service) (x)", Across.EACH, False),
        ("sum(x)", Across.EACH, True),
        ("avg by (service) (x)", Across.EACH, True),
    ],
)
def test_a_way_of_putting_instances_together_that_lies_is_found(
    expression: str, across: Across, is_wrong: bool
) -> None:
    (use,) = uses(expression)

    assert (use.misuse_of(across) is not None) is is_wrong


def test_an_expression_is_read_with_its_labels_and_what_it_is_joined_on() -> None:
    found = uses(
        'a{b="x) by (y"} > 1 and on (service, instance) (max by (c, d) (e{f!~".*/(g|h)"}[5m])) '
        "unless sum(i offset 1h)"
    )

    assert [(use.metric, use.selector) for use in found] == [
        ("a", 'a{b="x) by (y"}'),
        ("e", 'e{f!~".*/(g|h)"}'),
        ("i", "i"),
    ]
    assert [[(each.operator, each.by) for each in use.within] for use in found] == [
        [],
        [("max", ("c", "d"))],
        [("sum", ())],
    ]


def test_every_alert_says_how_urgent_it_is_and_has_a_row_of_what_to_do() -> None:
    operating = (ROOT / "docs" / "operating.md").read_text()
    rows = re.findall(r"^\| `([A-Za-z]+)` \| (?:page|look) \| .{20,} \|$", operating, re.MULTILINE)

    assert len(alerts()) > 15
    assert sorted(rows) == sorted(alert.name for alert in alerts())
    for alert in alerts():
        assert re.search(r"labels: \{severity: (page|look)\}", alert.text), alert.name
        assert "summary:" in alert.text, alert.name


def test_every_panel_says_what_it_shows_and_can_be_narrowed_to_a_service_or_a_site() -> None:
    variables = {variable["name"] for variable in dashboard()["templating"]["list"]}
    used = {
        name
        for panel in panels()
        for target in panel["targets"]
        for name in re.findall(r"\$(\w+)", target["expr"])
    }

    assert [panel["title"] for panel in panels() if len(panel.get("description", "")) < 30] == []
    assert variables == used == {"service", "site"}
    assert len({panel["id"] for panel in dashboard()["panels"]}) == len(dashboard()["panels"])


def test_only_what_an_alert_of_one_site_needs_is_shown_by_site() -> None:
    declared = {
        metric.name: metric for metrics in metrics_by_service().values() for metric in metrics
    }

    by_site = {metric.name for metric in declared.values() if "site" in metric.labels}

    assert by_site == {"fettle_sla_site_breaches_total", "fettle_unassignable_jobs"}
