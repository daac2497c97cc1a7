"""What Prometheus is told beside the kernel's own.

Figures of the database have no site, but for one: what an alert of a single site needs. So what is
said, and what it costs, does not grow with the sites.
"""

from prometheus_client.core import Metric as Family

from services.sla.domain.figures import BREACHES, KEPT, TICKET, WARNINGS
from services.sla.domain.urgency import AT_RISK, GOING_ON, OPEN
from services.sla.store.board import count_at_risk
from services.sla.store.figures import count_breaches_by_site, sum_figures
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Priority
from shared.db.transaction import Transaction
from shared.metrics import MAX_SITES, Across, Metric, counter, gauge, histogram

_CLOCK = ("clock", "priority")
_OPEN_TICKETS = gauge(
    "fettle_sla_open_tickets", "Tickets that are not resolved.", Across.MAX, "priority", "state"
)
_CLOCKS = gauge(
    "fettle_sla_clocks",
    "Promises that are waited for: running, paused, or broken.",
    Across.MAX,
    *_CLOCK,
    "state",
)
_AT_RISK = gauge(
    "fettle_sla_at_risk", "Running promises that fall due within the hour.", Across.MAX, *_CLOCK
)
_COUNTERS = {
    BREACHES: counter(
        "fettle_sla_breaches_total", "Promises that were broken, as announced.", Across.MAX, *_CLOCK
    ),
    WARNINGS: counter(
        "fettle_sla_warnings_total",
        "Warnings that a promise is close to its end.",
        Across.MAX,
        *_CLOCK,
    ),
    KEPT: counter("fettle_sla_kept_total", "Promises that were kept.", Across.MAX, *_CLOCK),
}
_SITE_BREACHES = counter(
    "fettle_sla_site_breaches_total",
    f"Promises that were broken, at the {MAX_SITES:,} sites with the most.",
    Across.MAX,
    "site",
)
RAN = {
    kind: histogram(
        f"fettle_sla_{kind}_seconds",
        f"Seconds from the start of a ticket's promise to its {kind}, kept or not.",
        "priority",
        buckets=(15, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 172_800, 432_000),
        from_start=tuple((priority,) for priority in Priority),
    )
    for kind in ClockKind
}
"""How long clocks of each kind ran; observed when they stop."""
METRICS: tuple[Metric, ...] = (
    _OPEN_TICKETS,
    _CLOCKS,
    _AT_RISK,
    *_COUNTERS.values(),
    _SITE_BREACHES,
    *RAN.values(),
)


async def read_metrics(tx: Transaction) -> list[Family]:
    """Return the figures of the database.

    It costs as much as there are sites and promises at risk, however many clocks run.
    """
    counted = await sum_figures(tx)
    at_risk = await count_at_risk(tx, since=tx.now, until=tx.now + AT_RISK)
    clocks = [(kind, priority) for kind in ClockKind for priority in Priority]
    return [
        _OPEN_TICKETS.family(
            {
                (priority, state): counted[priority, TICKET, state]
                for priority in Priority
                for state in OPEN
            }
        ),
        _CLOCKS.family(
            {
                (kind, priority, state): counted[priority, kind, state]
                for kind, priority in clocks
                for state in GOING_ON
            }
        ),
        *(
            metric.family(
                {(kind, priority): counted[priority, kind, name] for kind, priority in clocks}
            )
            for name, metric in _COUNTERS.items()
        ),
        _AT_RISK.family({each: at_risk.get(each, 0) for each in clocks}),
        _SITE_BREACHES.family(
            {(site,): n for site, n in await count_breaches_by_site(tx, limit=MAX_SITES)}
        ),
    ]
