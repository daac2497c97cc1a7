"""Every public GET, and the lists as people ask for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import asyncpg

STREAMS = ("/events", "/live")
"""How the paths of live streams end: they have no end to be timed."""
_EVERY_SERVICE = ("/livez", "/readyz", "/metrics", "/v1/parked")

# Of a filled instance some copy, of an empty one a ticket of its own; the same order finds the same row for each of its samples.
_SOME = "order by site_id like 'scale-%' desc, md5(cast(id as text)) limit 1"
_SAMPLES: Mapping[str, Mapping[str, str]] = {
    "tickets": {
        "ticket": f"select id from tickets where state = 'closed' {_SOME}",
        "site": f"select site_id from tickets where state = 'closed' {_SOME}",
        "reporter": f"select reporter_id from tickets where state = 'closed' {_SOME}",
        "unit": f"select unit_key from tickets where state = 'closed' {_SOME}",
        "reference": "select reference from tickets where site_id like 'bench-%' order by id limit 1",  # of a copy it would seem misread
        "half_a_year_ago": "select to_char(now() - interval '180 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "a_day_later": "select to_char(now() - interval '179 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
    },
    "dispatch": {
        "job": f"select id from jobs where state = 'completed' {_SOME}",
        "technician": "select technician_id from jobs where state = 'completed' order by technician_id limit 1",
    },
    "notify": {
        "endpoint": "select endpoint_id from attempts order by id limit 1",
        "known": "select id from recipients order by id limit 1",
        "recipient": f"select recipient_id from messages where ticket_id is not null {_SOME}",
    },
}
_MADE = {"policy": "bench", "calendar": "scale-0000"}


@dataclass(frozen=True)
class Question:
    """A GET as its OpenAPI names it, asked with these values by a person in that role. `{name}` stands for a sample."""

    service: str
    path: str
    query: str = ""
    role: str = "admin"
    subject: str = "bench"
    site: str = "*"
    units: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.service, self.path, self.query) if part)


QUESTIONS: Sequence[Question] = (
    *(Question(service, path) for service in ("tickets", "dispatch", "sla", "notify") for path in _EVERY_SERVICE),
    Question("tickets", "/v1/tickets"),
    Question("tickets", "/v1/tickets", "site={site}"),
    Question("tickets", "/v1/tickets", "state=on_hold"),
    Question("tickets", "/v1/tickets", "site={site}&state=open"),
    Question("tickets", "/v1/tickets", "opened_from={half_a_year_ago}&opened_to={a_day_later}"),
    Question("tickets", "/v1/tickets", "reporter={reporter}"),
    Question("tickets", "/v1/tickets", "reference={reference}"),
    Question("tickets", "/v1/tickets", "q=drips"),
    Question("tickets", "/v1/tickets", "site={site}&q=漏水"),
    Question("tickets", "/v1/tickets", "q=zeppelin"),
    Question("tickets", "/v1/tickets", "limit=50", role="resident", subject="{reporter}", site="{site}", units=("{unit}",)),
    Question("tickets", "/v1/tickets/{ticket_id}"),
    Question("tickets", "/v1/tickets/{ticket_id}/timeline"),
    Question("tickets", "/v1/sites/{site_id}"),
    Question("dispatch", "/v1/technicians"),
    Question("dispatch", "/v1/technicians/{technician_id}"),
    Question("dispatch", "/v1/jobs"),
    Question("dispatch", "/v1/jobs", "site_id={site}"),
    Question("dispatch", "/v1/jobs", "state=waiting"),
    Question("dispatch", "/v1/jobs", "state=working"),
    Question("dispatch", "/v1/jobs", "technician_id={technician}"),
    Question("dispatch", "/v1/jobs", "ticket_id={ticket}"),
    Question("dispatch", "/v1/jobs/{job_id}"),
    Question("dispatch", "/v1/jobs/{job_id}/explanation"),
    Question("dispatch", "/v1/me/offers", role="technician", subject="{technician}"),
    Question("dispatch", "/v1/me/jobs", role="technician", subject="{technician}"),
    Question("dispatch", "/v1/sites/{site_id}/rules"),
    Question("sla", "/v1/clocks", "ticket_id={ticket}"),
    Question("sla", "/v1/board", "site={site}"),
    Question("sla", "/v1/policies/{policy_id}"),
    Question("sla", "/v1/calendars/{calendar_id}"),
    Question("notify", "/v1/recipients/{recipient_id}"),
    Question("notify", "/v1/endpoints"),
    Question("notify", "/v1/endpoints/{endpoint_id}"),
    Question("notify", "/v1/endpoints/{endpoint_id}/attempts"),
    Question("notify", "/v1/inbox", role="resident", subject="{recipient}"),
    Question("notify", "/v1/messages", "ticket_id={ticket}"),
)
_IN_PATHS = {
    "ticket_id": "ticket",
    "site_id": "site",
    "technician_id": "technician",
    "job_id": "job",
    "endpoint_id": "endpoint",
    "recipient_id": "known",
    "policy_id": "policy",
    "calendar_id": "calendar",
    "parked_id": "parked",
}
NOT_ASKED = frozenset({"/v1/parked/{parked_id}"})
"""Nothing is parked in a bench."""


def unasked(service: str, openapi: Mapping[str, Any]) -> list[str]:
    """Return the GETs of a service that no question is about."""
    asked = {question.path for question in QUESTIONS if question.service == service} | NOT_ASKED
    gets = [path for path, verbs in openapi["paths"].items() if "get" in verbs and not path.endswith(STREAMS)]
    return [path for path in gets if path not in asked]


def filled(template: str, samples: Mapping[str, str], *, quoting: bool = True) -> str:
    """Return the text with a sample in each place."""
    for name, sample in {**samples, **{name: samples[sample] for name, sample in _IN_PATHS.items() if sample in samples}}.items():
        template = template.replace("{" + name + "}", quote(sample, safe="") if quoting else sample)
    return template


async def find_samples(urls: Mapping[str, str]) -> dict[str, str]:
    """Return by name what is asked about, the same for every question."""
    found = dict(_MADE)
    for service, statements in _SAMPLES.items():
        connection = await asyncpg.connect(urls[service])
        try:
            for name, statement in statements.items():
                found[name] = str(await connection.fetchval(statement))
        finally:
            await connection.close()
    return found
