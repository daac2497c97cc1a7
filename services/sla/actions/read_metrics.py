"""What Prometheus is told beside the kernel's own. The figures are those of the database: every instance shows the same, so take the
greatest of them, not their sum.
"""

from prometheus_client.core import HistogramMetricFamily

from services.sla.domain.urgency import AT_RISK
from services.sla.store.board import count_at_risk
from services.sla.store.figures import BREACHES, RUN_UPTO_S, WARNINGS, Histogram, load_figures
from shared.db.transaction import Transaction
from shared.http.metrics import Reading

_EVENTS = {
    BREACHES: ("fettle_sla_breaches", "Promises that were broken, as announced."),
    WARNINGS: ("fettle_sla_warnings", "Warnings that were told."),
}


async def read_metrics(tx: Transaction) -> list[Reading]:
    """Costs as much as there are sites and promises at risk, however many clocks run."""
    readings: list[Reading] = []
    figures = await load_figures(tx)
    for figure, n in figures.now:
        where = {"site": figure.site_id, "priority": figure.priority, "state": figure.counted}
        if figure.kind == "ticket":
            readings.append(("gauge", "fettle_sla_open_tickets", "Tickets that are not resolved.", where, n))
        else:
            clock = {**where, "clock": figure.kind}
            readings.append(("gauge", "fettle_sla_clocks", "Promises that are not done with.", clock, n))
    for row in await count_at_risk(tx, since=tx.now, until=tx.now + AT_RISK):
        clock = {"site": row["site_id"], "priority": row["priority"], "clock": row["kind"]}
        readings.append(("gauge", "fettle_sla_at_risk", "Running promises that fall due within the hour.", clock, row["n"]))
    for figure, n in figures.announced:
        name, help_text = _EVENTS[figure.counted]
        readings.append(("counter", name, help_text, {"site": figure.site_id, "priority": figure.priority, "clock": figure.kind}, n))
    return [*readings, *_durations(figures.ran)]


def _durations(histograms: list[Histogram]) -> list[Reading]:
    """One histogram for each kind of clock: `fettle_sla_response_seconds` and so on."""
    families: dict[str, HistogramMetricFamily] = {}
    for found in histograms:
        name = f"fettle_sla_{found.kind}_seconds"
        if name not in families:
            families[name] = HistogramMetricFamily(name, f"Time from the start to the {found.kind}.", labels=["site", "priority"])
        buckets = [*((str(float(upto)), n) for upto, n in zip(RUN_UPTO_S, found.upto, strict=True)), ("+Inf", found.n)]
        families[name].add_metric([found.site_id, found.priority], buckets=buckets, sum_value=found.seconds)
    return list(families.values())
