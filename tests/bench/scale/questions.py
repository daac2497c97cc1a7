"""Every public GET, and the lists as people ask for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fettle.home import SERVICES
from tests.bench.scale.samples import FIFTY_SITES

STREAMS = "/events"
"""How the paths of live streams end: they have no end to be timed."""
_EVERY_SERVICE = ("/livez", "/readyz", "/metrics", "/v1/dead-letters")


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
    return Question(service, path, query, role="dispatcher", sites=FIFTY_SITES)


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
    *(
        Question("tickets", "/v1/tickets", f"state=closed&{seldom}")
        for seldom in ("category=crane", "priority=emergency", "q=zeppelin")
    ),
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
    Question("tickets", "/v1/attachments/{attachment_id}"),
    Question("tickets", "/v1/attachments/{attachment_id}/thumbnail"),
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
    _of_fifty_sites("tickets", "/v1/queue", "view=unassignable"),
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
    _of_fifty_sites("sla", "/v1/compliance", "from={last_week}&to={today}&group_by=category"),
    *(
        Question("sla", "/v1/compliance/promises", f"{at}from={{last_year}}&to={{next_month}}{of}")
        for at in ("", "site={site}&")
        for of in (
            "",
            "&category=crane",
            "&outcome=kept",
            "&outcome=kept&category=crane",
            "&outcome=running",
        )
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
NOT_ASKED = frozenset({"/v1/dead-letters/{dead_letter_id}"})
"""There are no dead letters in a bench."""
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
