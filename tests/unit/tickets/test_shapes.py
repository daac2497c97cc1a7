"""Domain, contract and table declare the same names on purpose; this says when they
part by accident.
"""

from dataclasses import fields, replace
from typing import Any

import pytest
from pydantic_core import from_json

from services.tickets.domain.amending import amend
from services.tickets.domain.conversation import Comment, rate, subscribe
from services.tickets.domain.following import follow
from services.tickets.domain.intake import Report, open_ticket_for
from services.tickets.domain.limits import MAX_STEPS, STEPS_FOR_ENDING, TicketFull
from services.tickets.domain.site import Site
from services.tickets.domain.ticket import Ticket
from services.tickets.events import of_site, of_ticket, ticket_snapshot
from services.tickets.store.queries import Entry
from services.tickets.store.tables import CommentRow, EntryRow, SiteRow, TicketRow
from shared.contracts import CommentV1, SiteV1, TicketV1
from shared.contracts.dispatch import JobState, WorkOrderState
from shared.contracts.tickets import HoldReason, Place
from shared.contracts.tickets import TicketState as State
from shared.facts import MAX_FACT_BYTES
from tests.unit.tickets.arranging import (
    RESIDENT,
    SITE,
    STAFF,
    TICKET_ID,
    a_job,
    a_ticket,
    after,
    an_order,
)

OURS_ALONE = {
    "admitted",
    "entries",
    "settled_by",
    "objection_ends_at",
    "joined",
    "unheard_since",
}
FOR_QUERIES = {"unit_key", "spot", "lat", "lon", "external_id", "closes_at", "updated_at"}


def names(kind: type) -> set[str]:
    return {field.name for field in fields(kind)}


def test_a_ticket_has_the_names_of_its_contract() -> None:
    assert names(Ticket) - OURS_ALONE == set(TicketV1.model_fields)


def test_a_ticket_has_the_names_of_its_table() -> None:
    assert names(Ticket) | FOR_QUERIES == set(TicketRow.model_fields)


def test_a_comment_has_the_names_of_its_contract_and_table() -> None:
    assert names(Comment) == set(CommentV1.model_fields) == set(CommentRow.model_fields)


def test_a_line_of_the_timeline_has_the_names_of_its_table_and_a_comments_words() -> None:
    assert names(Entry) - {"text", "by_staff", "by_technician"} == set(EntryRow.model_fields) - {
        "ticket_id"
    }


def test_a_site_tells_what_the_contract_has_and_keeps_the_rest() -> None:
    assert set(SiteV1.model_fields) - {"site_id"} <= names(Site)
    ours = {"revision", "said_at", "told_revision"}
    assert names(Site) | ours == set(SiteRow.model_fields)


def test_a_fact_is_the_snapshot_of_its_ticket() -> None:
    ticket = a_ticket(State.ON_HOLD)

    body = from_json(of_ticket("held", ticket, {"reason": "waiting_parts"}).body())

    assert TicketV1.model_validate(body["ticket"]) == ticket_snapshot(ticket)
    assert body == {
        "ticket": ticket_snapshot(ticket).model_dump(mode="json", exclude_defaults=True),
        "detail": {"reason": "waiting_parts"},
    }


def test_a_snapshot_is_the_ticket_without_what_is_ours_alone() -> None:
    ticket = a_ticket(State.ON_HOLD)

    snapshot = ticket_snapshot(ticket)

    assert {name: getattr(snapshot, name) for name in TicketV1.model_fields} == {
        name: getattr(ticket, name) for name in TicketV1.model_fields
    }


WORDY: dict[str, Any] = {
    "title": "水" * 200,
    "description": "水" * 4000,
    "answers": {f"{n:060}": "水" * 300 for n in range(12)},
    "place": Place(address="水" * 600),
}


def test_a_ticket_that_grew_until_it_was_full_still_ends_and_is_rated() -> None:
    ticket = amend(a_ticket(State.OPEN), by=STAFF, **WORDY)
    while ticket.has_room_for(State.OPEN):
        again = ticket.resolve(by=STAFF, at=after(hours=1), note="水" * 100)
        ticket = again.reopen(by=RESIDENT, at=after(hours=1), reason="水" * 100)
    with pytest.raises(TicketFull):
        subscribe(ticket, *(f"resident-{n}" for n in range(200)))

    resolved = ticket.resolve(by=STAFF, at=after(days=9), note="水" * 1000)
    rated = rate(
        resolved, by=RESIDENT, at=after(days=9), speed=1, quality=1, manner=1, text="水" * 1000
    )
    closed = rated.confirm(by=RESIDENT, at=after(days=9))

    assert len(ticket.steps) < MAX_STEPS - STEPS_FOR_ENDING
    for name, last in (("resolved", resolved), ("rated", rated), ("closed", closed)):
        assert len(of_ticket(name, last, {"note": "水" * 1000}).body()) < MAX_FACT_BYTES


def test_a_full_ticket_follows_its_work_no_further_and_is_still_resolved_by_it() -> None:
    ticket, version = amend(a_ticket(State.OPEN), by=STAFF, **WORDY), 2
    stuck = False
    while not stuck:
        for order in (
            an_order(
                WorkOrderState.ACCEPTED,
                a_job(JobState.ACCEPTED, at=after(days=version)),
                version=version,
            ),
            an_order(
                WorkOrderState.WAITING,
                a_job(JobState.WAITING, reason="远" * 100, at=after(days=version)),
                version=version + 1,
            ),
        ):
            ticket, happenings = follow(ticket, order, at=after(days=version))
            stuck = not happenings
        version += 2
    held = a_ticket(State.OPEN).put_on_hold(
        by=STAFF, at=after(hours=1), reason=HoldReason.NO_ACCESS
    )
    full_and_held = replace(
        held, **WORDY, followers=tuple(f"resident-{n:0>55}" for n in range(400))
    )

    done = an_order(
        WorkOrderState.DONE, a_job(JobState.WORKING, JobState.COMPLETED), version=version
    )
    resolved, [happening] = follow(ticket, done, at=after(days=version))
    remembered, nothing = follow(
        full_and_held, an_order(WorkOrderState.ACCEPTED, a_job(JobState.ACCEPTED)), at=after(days=1)
    )

    assert (len(ticket.steps) < MAX_STEPS - STEPS_FOR_ENDING, ticket.observed) == (
        True,
        version - 1,
    )
    assert (resolved.state, happening.name) == (State.RESOLVED, "resolved")
    assert len(of_ticket("resolved", resolved, happening.detail).body()) < MAX_FACT_BYTES
    assert (remembered.version, remembered.observed, nothing) == (held.version, 2, ())


def test_a_report_that_would_fill_a_ticket_at_once_is_refused() -> None:
    noise = Report(
        site_id=SITE.id,
        category="plumbing",
        description="\x01" * 4000,
        answers=dict.fromkeys("abcdefghijkl", "\x01" * 300),
    )

    assert open_ticket_for(noise, SITE, by="a", id=TICKET_ID, reference="DEMO-1001-A", at=after())
    with pytest.raises(TicketFull):
        open_ticket_for(
            replace(noise, title="\x01" * 1000),
            SITE,
            by="a",
            id=TICKET_ID,
            reference="DEMO-1001-A",
            at=after(),
        )


def test_a_sites_units_and_danger_words_are_in_no_fact() -> None:
    body = of_site("changed", SITE).body().decode()

    assert "1202" not in body
    assert "困人" not in body
