"""The facts of tickets: the only place where its own state becomes what other services read."""

from collections.abc import Mapping

from pydantic import JsonValue

from services.tickets.domain.buildings import ToldBuilding
from services.tickets.domain.conversation import Comment
from services.tickets.domain.person import Person
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from shared.contracts import BuildingV1, CommentV1, PersonV1, SiteV1, TicketV1
from shared.facts import Fact


def of_ticket(
    past_tense: str, ticket: Ticket, detail: Mapping[str, JsonValue] | None = None
) -> Fact:
    """Return the ticket's fact; `past_tense` is one of `TicketV1.FACTS`."""
    return Fact(TicketV1, past_tense, ticket, detail or {})


def of_comment(comment: Comment, *, reference: str) -> Fact:
    return Fact(CommentV1, "added", CommentV1.model_validate(comment), {"reference": reference})


def of_site(past_tense: str, site: Site) -> Fact:
    """Return the site's fact; `past_tense` is `changed` or `restated`."""
    return Fact(SiteV1, past_tense, _site_snapshot(site))


def of_building(past_tense: str, building: ToldBuilding) -> Fact:
    """Return the building's fact; `past_tense` is `changed` or `restated`."""
    return Fact(BuildingV1, past_tense, building)


def of_person(past_tense: str, person: Person) -> Fact:
    """Return the record's fact; `past_tense` is `changed` or `restated`."""
    return Fact(PersonV1, past_tense, person)


def person_snapshot(person: Person) -> PersonV1:
    return PersonV1.model_validate(person)


def ticket_snapshot(ticket: Ticket) -> TicketV1:
    return TicketV1.model_validate(ticket)


def _site_snapshot(site: Site) -> SiteV1:
    return SiteV1.model_validate(site)
