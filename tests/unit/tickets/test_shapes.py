"""Domain, contract and table declare the same names on purpose; this says when they part by accident."""

from dataclasses import fields

from pydantic_core import to_json

from services.tickets.domain.conversation import Comment
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import MOST_STEPS, Ticket
from services.tickets.events import of_site, of_ticket, ticket_snapshot
from services.tickets.store.queries import Entry
from services.tickets.store.tables import CommentRow, EntryRow, SiteRow, TicketRow
from shared.contracts import CommentV1, SiteV1, TicketV1
from shared.contracts.tickets import TicketState as State
from shared.messaging.facts import MAX_FACT_BYTES
from tests.unit.tickets.arranging import SITE, STAFF, a_ticket, after

OURS_ALONE = {"admitted", "entries"}
FOR_QUERIES = {"unit_key", "spot", "lat", "lon", "closes_at", "updated_at"}


def names(kind: type) -> set[str]:
    return {field.name for field in fields(kind)}


def test_a_ticket_has_the_names_of_its_contract() -> None:
    assert names(Ticket) - OURS_ALONE == set(TicketV1.model_fields)


def test_a_ticket_has_the_names_of_its_table() -> None:
    assert names(Ticket) | FOR_QUERIES == set(TicketRow.model_fields)


def test_a_comment_has_the_names_of_its_contract_and_table() -> None:
    assert names(Comment) == set(CommentV1.model_fields) == set(CommentRow.model_fields)


def test_a_line_of_the_timeline_has_the_names_of_its_table_and_a_comments_words() -> None:
    assert names(Entry) - {"text", "by_staff"} == set(EntryRow.model_fields) - {"ticket_id"}


def test_a_site_tells_what_the_contract_has_and_keeps_the_rest() -> None:
    assert set(SiteV1.model_fields) - {"site_id"} <= names(Site)
    assert names(Site) | {"revision", "said_at"} == set(SiteRow.model_fields)


def test_a_snapshot_is_the_ticket_without_what_is_ours_alone() -> None:
    ticket = a_ticket(State.ON_HOLD)

    snapshot = ticket_snapshot(ticket)

    assert {name: getattr(snapshot, name) for name in TicketV1.model_fields} == {
        name: getattr(ticket, name) for name in TicketV1.model_fields
    }


def test_a_ticket_at_its_limits_still_fits_into_a_fact() -> None:
    answers = {f"{n:060}": "水" * 300 for n in range(12)}
    ticket = a_ticket(State.OPEN).amend(by=STAFF, description="水" * 4000, title="水" * 200, answers=answers)
    while len(ticket.steps) < MOST_STEPS - 4:
        ticket = ticket.step(to=State.ASSIGNED if ticket.state is State.OPEN else State.OPEN, at=after(hours=1), cause=f"job:{ticket.id}")

    fact = of_ticket("amended", ticket)

    assert len(to_json(fact.snapshot)) < len(fact.body()) < MAX_FACT_BYTES


def test_a_sites_units_and_danger_words_are_in_no_fact() -> None:
    body = of_site("changed", SITE).body().decode()

    assert "1202" not in body
    assert "困人" not in body
