"""A ticket, its work order and its clocks heard in one batch: what there is to say is worked out
once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import event, text

from services.notify.domain.kinds import Kind
from shared.contracts.dispatch import OfferState
from shared.db.transaction import Database
from tests.component.notify.conftest import MakeNotify, register, send
from tests.component.notify.receiver import Receiver
from tests.support.component import Component
from tests.unit.notify.stories import Story, a_technician, the_site


async def test_a_batch_of_ticket_comment_order_and_clocks_costs_one_load(notify: Component) -> None:
    story = Story(notify.clock.now())
    facts = story.ticket(), story.comment("unterwegs"), story.offered("wang"), story.clocks()

    with statements(notify.database) as sent:
        await notify.hears_at_once(*facts)

    assert sum("from messages where ticket_id" in statement for statement in sent) == 1
    assert sum("insert into snapshots" in statement for statement in sent) == 1
    assert len(await said(notify)) == 3


async def test_a_batch_says_what_its_facts_say_one_by_one(make_notify: MakeNotify) -> None:
    def heard(notify: Component) -> list[Any]:
        story = Story(notify.clock.now())
        return [
            story.clocks(),
            the_site(),
            a_technician(),
            story.ticket(),
            story.offered("wang", "li"),
            story.comment("unterwegs"),
        ]

    together, one_by_one = await make_notify(), await make_notify()

    await together.hears_at_once(*heard(together))
    for fact in heard(one_by_one):
        await one_by_one.hears(fact)

    assert await said(together) == await said(one_by_one)


async def test_what_is_heard_of_one_ticket_does_not_hide_what_is_held_of_another(
    notify: Component,
) -> None:
    one, other = Story(notify.clock.now()), Story(notify.clock.now())
    await notify.hears(one.ticket(), other.ticket())

    await notify.hears_at_once(one.clocks(), other.offered("wang"))

    assert [kind for kind, *_ in await said(notify)] == [Kind.JOB_OFFERED, Kind.TICKET_RECEIVED]


@pytest.mark.parametrize("decided", [OfferState.WITHDRAWN, OfferState.ACCEPTED])
async def test_an_offer_decided_in_a_batch_with_other_news_ends(
    notify: Component, receiver: Receiver, decided: OfferState
) -> None:
    await register(notify, receiver, kinds=["job.offered"])
    receiver.answer(500)
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)

    await notify.hears_at_once(
        story.ticket(),
        story.decided("wang", decided),
        story.clocks(),
        story.comment("danke", by_staff=False),
    )

    async with notify.tx() as tx:
        deliveries = await tx.rows(text("select state, reason from deliveries"))
    assert [dict(row) for row in deliveries] == [{"state": "dropped", "reason": f"offer_{decided}"}]


async def said(notify: Component) -> list[tuple[str, str, str | None]]:
    """(kind, recipient, why it is stale) of every message, sorted."""
    async with notify.tx() as tx:
        rows = await tx.rows(
            text("select kind, recipient_id, stale from messages order by 1, 2, 3")
        )
    return [(row["kind"], row["recipient_id"], row["stale"]) for row in rows]


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    sent: list[str] = []

    def note(query: LoggedQuery) -> None:
        sent.append(query.query)

    def listen(connection: Any, *_: object) -> None:
        connection.driver_connection.add_query_logger(note)

    def unlisten(connection: Any, *_: object) -> None:
        connection.driver_connection.remove_query_logger(note)

    engine = database.engine
    event.listen(engine, "checkout", listen)
    event.listen(engine, "checkin", unlisten)
    try:
        yield sent
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "checkin", unlisten)
