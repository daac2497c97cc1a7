"""An entity's version rises once per transaction: several things that happen to it there are one
fact.
"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from shared.contracts import CommentV1, TicketV1
from shared.db.transaction import Database
from shared.facts import Fact, FactTooLarge, OutboxRow
from shared.ids import new_id
from tests.kernel.conftest import MakeDatabase
from tests.kernel.toy import METADATA, NOON, Note, a_ticket
from tests.support.clocks import SettableClock

Published = list[tuple[str, int, dict[str, object]]]


@pytest.fixture
async def tickets(database: MakeDatabase) -> AsyncIterator[Database]:
    made = Database(
        await database("tickets"), metadata=METADATA, clock=SettableClock(NOON), name="tickets"
    )
    yield made
    await made.close()


async def outbox(database: Database) -> Published:
    """Past tense, version and detail of each row, in order."""
    async with database.transaction() as tx:
        rows = await tx.rows(
            text(
                "select split_part(type, '.', 3) as name, version, "
                "body::json -> 'detail' as detail from outbox order by id"
            )
        )
    return [(row["name"], row["version"], row["detail"]) for row in rows]


async def publish(database: Database, *facts: Fact) -> None:
    """All of them in one transaction."""
    async with database.transaction() as tx:
        for fact in facts:
            tx.publish(fact)


async def test_the_facts_of_one_entity_are_one_row_with_the_last_name_and_the_others_in_order(
    tickets: Database,
) -> None:
    ticket = a_ticket()
    handed_to_the_relay: list[OutboxRow] = []
    tickets.after.published = handed_to_the_relay.extend

    await publish(
        tickets,
        Fact(TicketV1, "assigned", ticket, {"technician_id": "li"}),
        Fact(TicketV1, "started", ticket),
        Fact(
            TicketV1,
            "resolved",
            ticket.model_copy(update={"title": "the last"}),
            {"note": "mended"},
        ),
    )

    assert await outbox(tickets) == [
        ("resolved", 1, {"note": "mended", "also": ["assigned", "started"]})
    ]
    [row] = handed_to_the_relay
    assert b'"the last"' in row.body


async def test_a_name_published_twice_stands_once_and_the_last_name_not_among_the_others(
    tickets: Database,
) -> None:
    ticket = a_ticket()

    names = ("amended", "reclassified", "amended", "reclassified")
    await publish(
        tickets,
        *(Fact(TicketV1, name, ticket) for name in names),
        Fact(TicketV1, "amended", a_ticket()),
    )

    assert await outbox(tickets) == [("reclassified", 1, {"also": ["amended"]}), ("amended", 1, {})]


async def test_entities_of_two_contracts_under_one_id_are_two_facts(tickets: Database) -> None:
    ticket = a_ticket()
    words = {
        "ticket_id": ticket.id,
        "author_id": "wang",
        "by_staff": True,
        "public": True,
        "text": "coming",
        "at": NOON,
    }
    comment = CommentV1.model_validate({"id": ticket.id, "version": 1, "site_id": "demo", **words})

    await publish(tickets, Fact(TicketV1, "answered", ticket), Fact(CommentV1, "added", comment))

    assert [name for name, _, _ in await outbox(tickets)] == ["answered", "added"]


async def test_two_versions_of_one_entity_in_one_transaction_are_refused_and_nothing_is_committed(
    tickets: Database,
) -> None:
    ticket = a_ticket(version=3)

    with pytest.raises(
        ValueError, match=f"ticket {ticket.id} is published at versions 3 and 4 in one transaction"
    ):
        await publish(
            tickets,
            Fact(TicketV1, "assigned", ticket),
            Fact(TicketV1, "resolved", ticket.model_copy(update={"version": 4})),
        )

    assert await outbox(tickets) == []


async def test_a_flush_sends_the_rows_and_leaves_the_facts_to_be_merged_until_the_commit(
    tickets: Database,
) -> None:
    ticket, note = (
        a_ticket(),
        {"id": new_id(), "after_id": None, "version": 1, "words": "drips", "kind": "note"},
    )

    async with tickets.transaction() as tx:
        tx.insert(Note, note)
        tx.publish(Fact(TicketV1, "assigned", ticket))
        await tx.flush()
        seen = await tx.rows(
            text(
                "select (select count(*) from notes) as notes, "
                "(select count(*) from outbox) as facts"
            )
        )
        tx.publish(Fact(TicketV1, "resolved", ticket))

    assert seen == [{"notes": 1, "facts": 0}]
    assert await outbox(tickets) == [("resolved", 1, {"also": ["assigned"]})]


async def test_the_next_version_is_one_more_once_per_transaction(tickets: Database) -> None:
    ticket = a_ticket(version=3)

    async with tickets.transaction() as tx:
        first = tx.next_version(TicketV1, ticket.id, 2)
        tx.publish(Fact(TicketV1, "assigned", ticket))
        second = tx.next_version(TicketV1, ticket.id, 3)
        other = tx.next_version(TicketV1, new_id(), 3)

    assert (first, second, other) == (3, 3, 4)


async def test_a_fact_that_grows_too_large_by_what_also_happened_is_refused(
    tickets: Database,
) -> None:
    ticket = a_ticket()
    room = 60 * 1024 - len(Fact(TicketV1, "amended", ticket).body())
    full = ticket.model_copy(update={"title": "x" * room})

    with pytest.raises(FactTooLarge):
        await publish(tickets, Fact(TicketV1, "assigned", full), Fact(TicketV1, "amended", full))
