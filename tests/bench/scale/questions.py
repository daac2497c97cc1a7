"""Every public GET, and the lists as people ask for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import asyncpg

from fettle.home import SERVICES

STREAMS = "/events"
"""How the paths of live streams end: they have no end to be timed."""
_EVERY_SERVICE = ("/livez", "/readyz", "/metrics", "/v1/dead-letters")

ASKED_SITE = "scale-0000"
"""Of the sites that are filled the first, in both instances; its first resident is asked about."""
_FIRST_RESIDENT = f"resident-{ASKED_SITE}-0"
_FIFTY_SITES = tuple(f"scale-{number:04}" for number in range(50))
_SAMPLES: Mapping[str, Mapping[str, str]] = {
    "tickets": {
        "ticket": (
            f"select id from tickets where state = 'closed' and site_id = '{ASKED_SITE}' "
            "order by md5(cast(id as text)) limit 1"
        ),
        "unit": f"select unit_key from tickets where reporter_id = '{_FIRST_RESIDENT}' limit 1",
        # of a copy it would seem misread
        "reference": (
            "select reference from tickets where site_id like 'bench-%' order by id limit 1"
        ),
        "place": (
            f"select code from places where site_id = '{ASKED_SITE}' order by kind, key limit 1"
        ),
        "from": "select to_char(now() - interval '200 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "to": "select to_char(now() - interval '170 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
    },
    "dispatch": {
        "job": (
            f"select id from jobs where state = 'completed' and site_id = '{ASKED_SITE}' "
            "order by md5(cast(id as text)) limit 1"
        ),
        "explained": (
            "select id from jobs where state = 'completed' and site_id like 'bench-%' order by id "
            "limit 1"
        ),
        "technician": f"""
            select technician_id from jobs where state = 'completed' and site_id = '{ASKED_SITE}'
            group by 1 order by count(*) desc, 1 limit 1""",
        "offered": (
            "select technician_id from offers where state = 'open' group by 1 having count(*) = 1 "
            "order by 1 limit 1"
        ),
        "day_ago": "select to_char(now() - interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "week_ago": "select to_char(now() - interval '7 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "this_moment": 'select to_char(now(), \'YYYY-MM-DD"T"HH24:MI:SS"Z"\')',
    },
    "sla": {
        "last_year": (
            "select to_char(date_trunc('month', now()) - interval '11 months', 'YYYY-MM-DD')"
        ),
        "this_month": "select to_char(date_trunc('month', now()), 'YYYY-MM-DD')",
        "last_week": "select to_char(now() - interval '7 days', 'YYYY-MM-DD')",
        "today": "select to_char(now(), 'YYYY-MM-DD')",
        "next_month": (
            "select to_char(date_trunc('month', now() + interval '1 month'), 'YYYY-MM-DD')"
        ),
    },
    "notify": {
        "endpoint": "select endpoint_id from attempts group by 1 order by count(*) desc, 1 limit 1",
    },
}
_MADE = {
    "policy": "bench",
    "calendar": ASKED_SITE,
    "site": ASKED_SITE,
    "reporter": _FIRST_RESIDENT,
    "phone": "+8613800138000",
}


@dataclass(frozen=True)
class Question:
    """A GET as its OpenAPI names it, asked with these values by a person in that role. `{name}`
    stands for a sample.

    `instead` has another sample stand where the path names one: `{"job": "explained"}`.
    """

    service: str
    path: str
    query: str = ""
    role: str = "admin"
    subject: str = "bench"
    sites: tuple[str, ...] = ("*",)
    units: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        path = f"{self.path} (a scrape)" if self.path == "/metrics" else self.path
        who = (
            f"({self.role} of {len(self.sites)} sites)" if len(self.sites) > 1 else f"({self.role})"
        )
        return " ".join(
            part
            for part in (self.service, path, self.query, "" if self.role == "admin" else who)
            if part
        )


def _of_fifty_sites(service: str, path: str, query: str = "") -> Question:
    return Question(service, path, query, role="dispatcher", sites=_FIFTY_SITES)


_SELDOM = ("priority=emergency", "category=gas", "nature=complaint", "imported=true")
"""What no ticket of a bench is: a list that looks for it must not look through all there are."""
_GOING_ON = "state=open&state=assigned&state=in_progress&state=on_hold"
_FILTERS = (
    "state=open",
    "state=on_hold",
    "state=closed",
    _GOING_ON,
    "category=crane",
    *_SELDOM,
    "reporter={reporter}",
    "q=crane",
    "q=zeppelin",
    "opened_from={from}&opened_to={to}",
)
_WHOLE_MONTHS = "from={last_year}&to={this_month}"
"""Of this month, which may have begun a moment ago, few tickets may have no figures yet."""
_BY_MONTH_AND_CATEGORY = "group_by=month&group_by=category"

_NOTHING_YET = "format=csv&from={this_moment}"
"""An export takes as long as what it sends; this one sends nothing, and must not look for it."""

QUESTIONS: Sequence[Question] = (
    *(Question(service, path) for service in SERVICES for path in _EVERY_SERVICE),
    Question("tickets", "/v1/tickets"),
    Question("tickets", "/v1/tickets", "site={site}"),
    Question("tickets", "/v1/tickets", "state=open"),
    Question("tickets", "/v1/tickets", "state=on_hold"),
    Question("tickets", "/v1/tickets", "site={site}&state=open"),
    Question("tickets", "/v1/tickets", "opened_from={from}&opened_to={to}"),
    Question("tickets", "/v1/tickets", "reporter={reporter}"),
    Question("tickets", "/v1/tickets", "updated_from={week_ago}"),
    *(Question("tickets", "/v1/tickets", f"{seldom}") for seldom in _SELDOM),
    *(Question("tickets", "/v1/tickets", f"site={{site}}&{seldom}") for seldom in _SELDOM),
    Question("tickets", "/v1/tickets", f"site={{site}}&{_GOING_ON}&category=crane"),
    Question("tickets", "/v1/tickets", "state=closed&category=crane"),
    Question("tickets", "/v1/tickets", "state=open&q=crane"),
    Question("tickets", "/v1/tickets", "state=open&q=zeppelin"),
    Question("tickets", "/v1/tickets", "reference={reference}"),
    Question("tickets", "/v1/tickets", "q=drips"),
    Question("tickets", "/v1/tickets", "q=drips&opened_from={from}&opened_to={to}"),
    Question("tickets", "/v1/tickets", "q={reference}"),
    Question("tickets", "/v1/tickets", "in_full=true"),
    Question("tickets", "/v1/tickets", "site={site}&q=漏水"),
    Question("tickets", "/v1/tickets", "q=zeppelin"),
    Question(
        "tickets",
        "/v1/tickets",
        role="resident",
        subject="{reporter}",
        sites=("{site}",),
        units=("{unit}",),
    ),
    _of_fifty_sites("tickets", "/v1/tickets"),
    _of_fifty_sites("tickets", "/v1/tickets", "state=open"),
    _of_fifty_sites("tickets", "/v1/tickets", "opened_from={from}&opened_to={to}"),
    _of_fifty_sites("tickets", "/v1/tickets", "priority=emergency"),
    _of_fifty_sites("tickets", "/v1/tickets", "state=open&q=zeppelin"),
    _of_fifty_sites("tickets", "/v1/tickets", "q=漏水"),
    _of_fifty_sites("tickets", "/v1/tickets", "q=zeppelin"),
    Question("tickets", "/v1/tickets/{ticket_id}"),
    Question("tickets", "/v1/tickets/{ticket_id}/timeline"),
    Question("tickets", "/v1/tickets/{ticket_id}/timeline", "order=newest"),
    Question("tickets", "/v1/sites"),
    Question("tickets", "/v1/sites/{site_id}"),
    Question("tickets", "/v1/sites/{site_id}/people/{person_id}"),
    Question("tickets", "/v1/sites/{site_id}/places"),
    Question("tickets", "/v1/sites/{site_id}/places", "kind=unit"),
    Question("tickets", "/v1/places/{place_code}", role="resident", sites=("{site}",)),
    Question("tickets", "/v1/tickets", "order=due"),
    Question("tickets", "/v1/tickets", "site={site}&order=due"),
    _of_fifty_sites("tickets", "/v1/tickets", "order=due"),
    *(
        question
        for filters in _FILTERS
        for question in (
            Question("tickets", "/v1/tickets", f"order=due&site={{site}}&{filters}"),
            _of_fifty_sites("tickets", "/v1/tickets", f"order=due&{filters}"),
        )
    ),
    Question("tickets", "/v1/tickets:export", _NOTHING_YET),
    Question("tickets", "/v1/queue"),
    Question("tickets", "/v1/queue", "site={site}"),
    Question("tickets", "/v1/queue", "site={site}&view=unheard"),
    Question("tickets", "/v1/queue", "site={site}&view=unassignable"),
    Question("tickets", "/v1/queue", "site={site}&view=breached"),
    Question("tickets", "/v1/queue", "site={site}&view=at_risk"),
    Question("tickets", "/v1/queue", "site={site}&priority=emergency"),
    _of_fifty_sites("tickets", "/v1/queue"),
    _of_fifty_sites("tickets", "/v1/queue", "view=breached"),
    _of_fifty_sites("tickets", "/v1/queue", "view=unheard"),
    _of_fifty_sites("tickets", "/v1/queue", "category=crane"),
    _of_fifty_sites("tickets", "/v1/queue", "priority=emergency"),
    Question("dispatch", "/v1/technicians"),
    Question("dispatch", "/v1/technicians", "site={site}"),
    Question("dispatch", "/v1/technicians/{technician_id}"),
    Question("dispatch", "/v1/crew", "site={site}"),
    Question("dispatch", "/v1/jobs"),
    Question("dispatch", "/v1/jobs", "site={site}"),
    Question("dispatch", "/v1/jobs", "state=waiting"),
    Question("dispatch", "/v1/jobs", "state=working"),
    Question("dispatch", "/v1/jobs", "technician_id={technician}"),
    Question("dispatch", "/v1/jobs", "technician_id={technician}&state=working"),
    Question("dispatch", "/v1/jobs", "site={site}&state=completed"),
    Question("dispatch", "/v1/jobs", "ticket_id={ticket}"),
    Question("dispatch", "/v1/jobs", "state=completed", role="technician", subject="{technician}"),
    _of_fifty_sites("dispatch", "/v1/jobs"),
    _of_fifty_sites("dispatch", "/v1/jobs", "state=waiting"),
    Question("dispatch", "/v1/jobs:export", _NOTHING_YET),
    Question("dispatch", "/v1/jobs/{job_id}"),
    Question("dispatch", "/v1/jobs/{job_id}/explanation", instead={"job": "explained"}),
    Question("dispatch", "/v1/me/offers", role="technician", subject="{offered}"),
    Question("dispatch", "/v1/me/jobs", role="technician", subject="{technician}"),
    Question("dispatch", "/v1/handed-out", "site={site}&from={week_ago}&to={this_moment}"),
    _of_fifty_sites("dispatch", "/v1/handed-out", "from={day_ago}&to={this_moment}"),
    _of_fifty_sites("dispatch", "/v1/handed-out", "from={week_ago}&to={this_moment}"),
    Question("dispatch", "/v1/pool", role="technician", subject="{technician}"),
    Question("dispatch", "/v1/sites/{site_id}/rules"),
    Question("sla", "/v1/clocks", "ticket_id={ticket}"),
    Question("sla", "/v1/clocks:batch", "ticket_id={ticket}"),
    Question("sla", "/v1/clocks:export", _NOTHING_YET),
    Question("sla", "/v1/ledgers", "ticket_id={ticket}"),
    Question("sla", "/v1/board", "site={site}"),
    Question("sla", "/v1/compliance", f"{_WHOLE_MONTHS}&group_by=month&group_by=site"),
    Question("sla", "/v1/compliance", f"site={{site}}&{_WHOLE_MONTHS}&{_BY_MONTH_AND_CATEGORY}"),
    Question("sla", "/v1/compliance", f"site={{site}}&{_WHOLE_MONTHS}&category=crane"),
    Question("sla", "/v1/compliance", "site={site}&from={last_week}&to={today}"),
    _of_fifty_sites("sla", "/v1/compliance", f"{_WHOLE_MONTHS}&group_by=site"),
    _of_fifty_sites("sla", "/v1/compliance", "from={last_week}&to={today}"),
    *(
        Question("sla", "/v1/compliance/promises", f"{at}from={{last_year}}&to={{next_month}}{of}")
        for at in ("", "site={site}&")
        for of in ("", "&category=crane", "&outcome=kept", "&outcome=running")
    ),
    _of_fifty_sites("sla", "/v1/compliance/promises", "from={last_week}&to={today}&outcome=broken"),
    Question("sla", "/v1/policies"),
    Question("sla", "/v1/policies", "site={site}"),
    Question("sla", "/v1/policies/{policy_id}"),
    Question("sla", "/v1/calendars"),
    Question("sla", "/v1/calendars", "site={site}"),
    Question("sla", "/v1/calendars/{calendar_id}"),
    Question("notify", "/v1/audiences"),
    Question("notify", "/v1/audiences", "site={site}"),
    Question("notify", "/v1/audiences", "unheard=true"),
    Question("notify", "/v1/recipients"),
    Question("notify", "/v1/recipients", "site={site}"),
    Question("notify", "/v1/recipients", "phone={phone}"),
    Question("notify", "/v1/recipients", "site={site}&phone={phone}"),
    Question("notify", "/v1/recipients", "unreachable=true"),
    Question("notify", "/v1/recipients", "unreachable=true&site={site}"),
    Question("notify", "/v1/recipients/{recipient_id}"),
    Question("notify", "/v1/recipients/{recipient_id}/preferences"),
    Question("notify", "/v1/recipients/{recipient_id}/acquaintance"),
    Question("notify", "/v1/endpoints", "owner={technician}"),
    Question("notify", "/v1/endpoints", "managed=true"),
    Question("notify", "/v1/endpoints/{endpoint_id}"),
    Question("notify", "/v1/endpoints/{endpoint_id}/attempts", "limit=5"),
    Question("notify", "/v1/inbox", role="resident", subject="{reporter}"),
    Question("notify", "/v1/inbox", "unread=true", role="resident", subject="{reporter}"),
    Question("notify", "/v1/inbox", role="technician", subject="{technician}"),
    Question("notify", "/v1/inbox", "unread=true", role="technician", subject="{technician}"),
    Question("notify", "/v1/messages", "ticket_id={ticket}"),
    Question("notify", "/v1/messages:export", _NOTHING_YET),
    Question("notify", "/v1/failed-deliveries"),
    Question("notify", "/v1/tickets/{ticket_id}/reporter"),
    Question("notify", "/v1/failed-deliveries", "site={site}"),
)
_IN_PATHS = {
    "ticket_id": "ticket",
    "place_code": "place",
    "site_id": "site",
    "technician_id": "technician",
    "job_id": "job",
    "endpoint_id": "endpoint",
    "recipient_id": "reporter",
    "person_id": "reporter",
    "policy_id": "policy",
    "calendar_id": "calendar",
    "dead_letter_id": "dead_letter",
}
NOT_ASKED = frozenset(
    {
        "/v1/dead-letters/{dead_letter_id}",
        "/v1/attachments/{attachment_id}",
        "/v1/attachments/{attachment_id}/thumbnail",
    }
)
"""There are no dead letters and no photos in a bench."""
EXPORTS = ":export"
"""How the paths of exports end: they take as long as what they send."""
TEMPLATES = ":template"
"""How the paths of empty lists end, which read next to nothing."""


def unasked(service: str, openapi: Mapping[str, Any]) -> list[str]:
    """Return the GETs of a service that no question is about."""
    asked = {question.path for question in QUESTIONS if question.service == service} | NOT_ASKED
    gets = [
        path
        for path, verbs in openapi["paths"].items()
        if "get" in verbs and not path.endswith((STREAMS, EXPORTS, TEMPLATES))
    ]
    return [path for path in gets if path not in asked]


def filled(template: str, samples: Mapping[str, str], *, quoting: bool = True) -> str:
    """Return the text with a sample in each place."""
    for name, sample in {
        **samples,
        **{name: samples[sample] for name, sample in _IN_PATHS.items() if sample in samples},
    }.items():
        template = template.replace("{" + name + "}", quote(sample, safe="") if quoting else sample)
    return template


async def find_samples(urls: Mapping[str, str]) -> dict[str, str]:
    """Return by name what is asked about, the same for every question.

    Raises RuntimeError for what is not there.
    """
    found = dict(_MADE)
    for service, statements in _SAMPLES.items():
        connection = await asyncpg.connect(urls[service])
        try:
            for name, statement in statements.items():
                if (sample := await connection.fetchval(statement)) is None:
                    raise RuntimeError(f"{service} has no {name} to ask about: {statement.strip()}")
                found[name] = str(sample)
        finally:
            await connection.close()
    return found
