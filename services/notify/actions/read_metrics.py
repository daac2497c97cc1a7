"""What Prometheus is told beside the kernel's own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from prometheus_client.core import Metric as Family

from services.notify.domain.channels import Channel
from services.notify.store.audiences import find_unheard
from services.notify.store.claims import count_pending
from services.notify.store.endpoints import count_endpoints
from shared.db.transaction import Transaction
from shared.metrics import Across, counter, gauge

_SILENT_AFTER = timedelta(hours=1)
"""How long an endpoint fails without a single success before it counts as silent."""

_PENDING = gauge(
    "fettle_deliveries_pending",
    "Deliveries that have not arrived and are not given up.",
    Across.MAX,
)
_OVERDUE = gauge(
    "fettle_deliveries_overdue_seconds",
    "Seconds since the first pending delivery was due.",
    Across.MAX,
)
_UNDER_WAY = gauge("fettle_attempts_under_way", "Webhooks being sent now.", Across.SUM)
_ATTEMPTS = counter(
    "fettle_webhook_attempts_total",
    "Attempts to send a webhook that have ended, by outcome.",
    Across.SUM,
    "outcome",
)
_ENDPOINTS = gauge(
    "fettle_endpoints",
    "Endpoints of webhooks: working; failing; silent, which is failing for an hour; disabled for "
    "failing; switched_off by their owners.",
    Across.MAX,
    "state",
)
_UNHEARD = gauge(
    "fettle_sites_unheard",
    "Sites of whose broken promises and jobs that no technician can take no one hears.",
    Across.MAX,
)
_MAILS_UNDER_WAY = gauge("fettle_mails_under_way", "E-mails being sent now.", Across.SUM)
_MAIL_ATTEMPTS = counter(
    "fettle_mail_attempts_total",
    "Attempts to send an e-mail that have ended, by outcome.",
    Across.SUM,
    "outcome",
)
METRICS = (
    *(_PENDING, _OVERDUE, _UNDER_WAY, _ATTEMPTS, _ENDPOINTS, _UNHEARD),
    *(_MAILS_UNDER_WAY, _MAIL_ATTEMPTS),
)
_OUTCOMES = ("arrived", "refused", "no_answer")


@dataclass(frozen=True, kw_only=True)
class Attempts:
    """A channel's attempts in this instance: how many are under way, and how many have ended, by
    outcome; none of a channel that is off.
    """

    under_way: int = 0
    ended: Counter[str] = field(default_factory=Counter)


async def read_metrics(
    tx: Transaction, *, channels: Iterable[Channel], webhooks: Attempts, mails: Attempts
) -> list[Family]:
    """Return the counts of the database, and of this instance's attempts. `channels` are those that
    are on: what waits for another is not late.
    """
    pending, oldest = await count_pending(tx, channels)
    waits = max((tx.now - oldest).total_seconds(), 0.0) if oldest else 0.0
    unheard = await find_unheard(tx, limit=1)
    endpoints = await count_endpoints(tx, silent_since=tx.now - _SILENT_AFTER)
    return [
        _PENDING.family(pending),
        _OVERDUE.family(waits),
        _UNDER_WAY.family(webhooks.under_way),
        _ATTEMPTS.family({(outcome,): webhooks.ended[outcome] for outcome in _OUTCOMES}),
        _ENDPOINTS.family(
            {
                (state,): endpoints[state]
                for state in ("working", "failing", "silent", "disabled", "switched_off")
            }
        ),
        _UNHEARD.family(unheard.count),
        _MAILS_UNDER_WAY.family(mails.under_way),
        _MAIL_ATTEMPTS.family({(outcome,): mails.ended[outcome] for outcome in _OUTCOMES}),
    ]
