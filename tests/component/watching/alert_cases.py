"""For every alert: series with which it fires, and series with which it stays silent.

Two instances, wherever both show the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fettle.home import PROCESSES

Series = tuple[str, str]
"""A series and its values, a minute apart, as promtool writes them: `0+2x60` is 0, 2, 4 … 120."""


@dataclass(frozen=True)
class Case:
    """After so many minutes of these series, the alert fires so many times."""

    alert: str
    fires: int
    series: Sequence[Series]
    minutes: int = 30


def _fires(alert: str, *series: Series, times: int = 1, minutes: int = 30) -> Case:
    return Case(alert, times, series, minutes)


def _silent(alert: str, *series: Series, minutes: int = 30) -> Case:
    return Case(alert, 0, series, minutes)


def _two(metric: str, values: str, labels: str = "", *, service: str = "sla") -> Sequence[Series]:
    """The same at two instances."""
    more = f",{labels}" if labels else ""
    return [
        (f'{metric}{{job="fettle",service="{service}",instance="{instance}"{more}}}', values)
        for instance in ("a:1", "b:1")
    ]


def _one(metric: str, values: str, labels: str = "", *, service: str = "sla") -> Sequence[Series]:
    """At the first of them only."""
    return _two(metric, values, labels, service=service)[:1]


def _up(*services: str, values: str = "1x30") -> Sequence[Series]:
    return [
        (f'up{{job="fettle",service="{service}",instance="{service}:1"}}', values)
        for service in services
    ]


def _buckets(metric: str, fast: str, all_: str) -> Sequence[Series]:
    """Requests or timers: those within a tenth of a second, and all; the slow ones
    took up to five.
    """
    labels = 'method="GET",route="/v1/tickets"' if "http" in metric else ""
    more = f"{labels}," if labels else ""
    return [
        *((_one(metric, fast, f'{more}le="{le}"')[0]) for le in ("0.1", "0.25", "1.0")),
        *((_one(metric, all_, f'{more}le="{le}"')[0]) for le in ("5.0", "+Inf")),
    ]


def _promises(kept: str, broken: str) -> Sequence[Series]:
    labels = 'clock="arrival",priority="normal"'
    return [
        *_two("fettle_sla_kept_total", kept, labels),
        *_two("fettle_sla_breaches_total", broken, labels),
    ]


_CONSUMER = 'durable="sla-tickets"'
_STREAM = 'stream="TICKETS"'
_REQUESTS = "fettle_http_requests_total"
_WEBHOOKS = "fettle_webhook_attempts_total"
_MAILS = "fettle_mail_attempts_total"
_FULL = "1000x30"

CASES: Sequence[Case] = [
    _fires("ServiceDown", *_up(*PROCESSES[:-1]), *_up(PROCESSES[-1], values="0x30")),
    _fires("ServiceDown", *_up(*PROCESSES[:-1])),
    _silent("ServiceDown", *_up(*PROCESSES)),
    _fires("BrokerAway", *_one("fettle_broker_connected", "0x30")),
    _silent("BrokerAway", *_one("fettle_broker_connected", "1x30")),
    _fires("DatabaseAway", *_one("fettle_database_reachable", "0x30")),
    _silent("DatabaseAway", *_one("fettle_database_reachable", "1x30")),
    _fires("PoolExhausted", *_one("fettle_pool_waiting", "3x30")),
    _fires(
        "PoolExhausted",
        *_one("fettle_pool_waiting", "0x30"),
        *_one("fettle_pool_timeouts_total", "0+1x30"),
    ),
    _silent(
        "PoolExhausted",
        *_one("fettle_pool_waiting", "0x27 3x3"),
        *_one("fettle_pool_timeouts_total", "7x30"),
        minutes=28,
    ),
    _fires(
        "EventLoopHeld", *_buckets("fettle_event_loop_lag_seconds_bucket", "0+90x30", "0+120x30")
    ),
    _silent(
        "EventLoopHeld", *_buckets("fettle_event_loop_lag_seconds_bucket", "0+120x30", "0+120x30")
    ),
    _fires("DeadLetters", *_two("fettle_dead_letters", "2x30", _CONSUMER)),
    _silent("DeadLetters", *_two("fettle_dead_letters", "0x30", _CONSUMER)),
    _fires("FactsUnpublishable", *_two("fettle_outbox_dead_letters", "1x30")),
    _silent("FactsUnpublishable", *_two("fettle_outbox_dead_letters", "0x30")),
    _fires("RowsQuarantined", *_two("fettle_rows_quarantined", "1x30", 'alarm="clocks"')),
    _silent("RowsQuarantined", *_two("fettle_rows_quarantined", "0x25 1x5", 'alarm="clocks"')),
    _fires("OutboxGrows", *_two("fettle_outbox_backlog", "5000x30")),
    _silent("OutboxGrows", *_two("fettle_outbox_backlog", "900x30")),
    _fires("NothingPublished", *_one("fettle_outbox_stalled_seconds", "0+60x30")),
    _silent("NothingPublished", *_one("fettle_outbox_stalled_seconds", "0x30")),
    _fires(
        "StreamFillsUp",
        *_two("fettle_stream_bytes", "800x30", _STREAM),
        *_two("fettle_stream_max_bytes", _FULL, _STREAM),
    ),
    _silent(
        "StreamFillsUp",
        *_two("fettle_stream_bytes", "600x30", _STREAM),
        *_two("fettle_stream_max_bytes", _FULL, _STREAM),
    ),
    _fires("ConsumerBehind", *_two("fettle_consumer_lag", "5000x30", _CONSUMER)),
    _silent("ConsumerBehind", *_two("fettle_consumer_lag", "800x30", _CONSUMER)),
    _fires(
        "ConsumerSilent",
        *_one("fettle_consumer_silent_seconds", "0+60x30", _CONSUMER),
        *_two("fettle_broker_connected", "1x30"),
        *_two("fettle_database_reachable", "1x30"),
    ),
    _silent(
        "ConsumerSilent",
        *_one("fettle_consumer_silent_seconds", "60x30", _CONSUMER),
        *_two("fettle_broker_connected", "1x30"),
        *_two("fettle_database_reachable", "1x30"),
    ),
    _silent(
        "ConsumerSilent",
        *_one("fettle_consumer_silent_seconds", "0+60x30", _CONSUMER),
        *_two("fettle_broker_connected", "0x30"),
        *_two("fettle_database_reachable", "1x30"),
    ),
    _fires(
        "DeliveriesLate", *_two("fettle_deliveries_overdue_seconds", "0+60x30", service="notify")
    ),
    _silent(
        "DeliveriesLate", *_two("fettle_deliveries_overdue_seconds", "20x30", service="notify")
    ),
    _fires(
        "WebhooksUnanswered",
        *_one(_WEBHOOKS, "0+9x30", 'outcome="no_answer"'),
        *_one(_WEBHOOKS, "0+5x30", 'outcome="arrived"'),
    ),
    _silent(
        "WebhooksUnanswered",
        *_one(_WEBHOOKS, "0+9x30", 'outcome="no_answer"'),
        *_one(_WEBHOOKS, "0+50x30", 'outcome="arrived"'),
    ),
    _fires(
        "MailsUnanswered",
        *_one(_MAILS, "0+3x30", 'outcome="no_answer"'),
        *_one(_MAILS, "0+2x30", 'outcome="arrived"'),
    ),
    _silent(
        "MailsUnanswered",
        *_one(_MAILS, "0+3x30", 'outcome="refused"'),
        *_one(_MAILS, "0+9x30", 'outcome="arrived"'),
    ),
    _fires(
        "EndpointsSilent", *_two("fettle_endpoints", "2x30", 'state="silent"', service="notify")
    ),
    _silent(
        "EndpointsSilent", *_two("fettle_endpoints", "2x30", 'state="failing"', service="notify")
    ),
    _fires(
        "EndpointsDisabled",
        *_two("fettle_endpoints", "1x60 2x100", 'state="disabled"', service="notify"),
        minutes=80,
    ),
    _silent(
        "EndpointsDisabled",
        *_two("fettle_endpoints", "1x60 2x100", 'state="disabled"', service="notify"),
        minutes=150,
    ),
    _fires("SitesUnheard", *_two("fettle_sites_unheard", "2x30", service="notify")),
    _silent("SitesUnheard", *_two("fettle_sites_unheard", "0x25 1x5", service="notify")),
    _fires(
        "ErrorsAnswered",
        *_one(_REQUESTS, "0+2x30", 'status="500"'),
        *_one(_REQUESTS, "0+98x30", 'status="200"'),
    ),
    _silent(
        "ErrorsAnswered",
        *_one(_REQUESTS, "0+2x30", 'status="404"'),
        *_one(_REQUESTS, "0+98x30", 'status="200"'),
    ),
    _fires("AnswersSlow", *_buckets("fettle_http_request_seconds_bucket", "0+90x30", "0+100x30")),
    _silent("AnswersSlow", *_buckets("fettle_http_request_seconds_bucket", "0+100x30", "0+100x30")),
    _fires("PromisesBroken", *_promises(kept="0+2x90", broken="0+1x90"), minutes=90),
    _fires("PromisesBroken", *_promises(kept="7x90", broken="0+1x90"), minutes=90),
    _silent("PromisesBroken", *_promises(kept="0+100x90", broken="0+1x90"), minutes=90),
    _silent("PromisesBroken", *_promises(kept="7x90", broken="0x60 3x30"), minutes=90),
    _silent("PromisesBroken", *_promises(kept="7x90", broken="9x90"), minutes=90),
    _fires(
        "SitePromisesBroken",
        *_two("fettle_sla_site_breaches_total", "0+1x90", 'site="demo"'),
        minutes=90,
    ),
    _silent(
        "SitePromisesBroken",
        *_two("fettle_sla_site_breaches_total", "100x60 102x30", 'site="demo"'),
        minutes=90,
    ),
    _fires(
        "JobsUnassignable",
        *_two("fettle_unassignable_jobs", "3x30", 'site="demo"', service="dispatch"),
    ),
    _silent(
        "JobsUnassignable",
        *_two("fettle_unassignable_jobs", "0x25 3x5", 'site="demo"', service="dispatch"),
    ),
]
