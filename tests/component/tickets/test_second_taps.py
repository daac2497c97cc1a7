"""Two taps on one button, at one and the same moment, at two instances of tickets."""

import asyncio
from typing import Any

import asyncpg
import pytest

from services.tickets.actions.open_ticket import open_ticket
from services.tickets.api.schemas import TicketIn
from services.tickets.api.state import TicketsState
from shared.auth.caller import Caller, Grant, Role
from shared.db.failures import Outdated
from shared.db.transaction import Kind, Transaction
from shared.ids import PersonId, SiteId
from tests.component.tickets.arranging import Tickets
from tests.support.component import Component, MakeComponent
from tests.support.eventually import eventually

SAID: dict[str, Any] = {
    "site_id": "demo",
    "category": "plumbing",
    "unit": "3-1202",
    "description": "马桶堵了",
}


@pytest.fixture
async def instances(component: MakeComponent, tickets: Tickets) -> tuple[Tickets, Tickets]:
    url = tickets.component.service.settings.database_url
    both = tickets, Tickets(await component("tickets", database_url=url))
    for each in both:
        await each.open(description="so that the site is known")
    return both


async def test_one_of_two_taps_at_two_instances_is_shown_the_other(
    instances: tuple[Tickets, Tickets],
) -> None:
    for n in range(10):
        said: dict[str, Any] = {**SAID, "description": f"马桶堵了, {n}"}

        taps = await asyncio.gather(*(each.open(**said) for each in instances))

        shown = [[other["id"] for other in tap["possible_duplicates"]] for tap in taps]
        assert [taps[1]["id"] in shown[0], taps[0]["id"] in shown[1]].count(True) == 1


async def test_who_reads_before_the_other_commits_begins_anew(
    instances: tuple[Tickets, Tickets],
) -> None:
    first, second = (each.component for each in instances)
    one, other = _begin(first), _begin(second)
    await _report(first, one)
    await _report(second, other)

    await one.__aexit__(None, None, None)

    with pytest.raises(Outdated):
        await other.__aexit__(None, None, None)


async def test_other_words_and_other_places_are_not_held_up(
    instances: tuple[Tickets, Tickets],
) -> None:
    first, second = (each.component for each in instances)
    begun = _begin(first)
    await _report(first, begun)
    async with first.tx() as holding:
        await _report(first, holding)

        for said in ({"unit": "3-1201"}, {"category": "lift"}, {"reporter_id": "resident-2"}):
            async with _begin(second) as tx:
                await _report(second, tx, **said)

    with pytest.raises(Outdated):  # by the one that held the words
        await begun.__aexit__(None, None, None)


async def test_a_commit_while_another_holds_the_words_begins_anew_and_waits(
    instances: tuple[Tickets, Tickets],
) -> None:
    first, second = (each.component for each in instances)
    async with first.tx() as holding:
        opened = await _report(first, holding)
        with pytest.raises(Outdated):
            async with _begin(second) as tx:
                await _report(second, tx)

        again = asyncio.create_task(instances[1].open(**SAID))
        await eventually(lambda: _waits_for_a_lock(first))
    shown = (await again)["possible_duplicates"]

    assert shown[0]["id"] == opened


async def test_what_was_committed_after_the_statement_began_is_found(
    instances: tuple[Tickets, Tickets],
) -> None:
    """A statement reads what was committed when it began, however long it then waits."""
    component = instances[0].component
    asked = await asyncpg.connect(component.service.settings.database_url)
    async with component.tx() as gate:
        await gate.lock("gate", ["shut"])
        begun = asyncio.create_task(
            asked.fetchval(
                """select is_first_report('report:words', 'resident-1', $1, 20, 'demo', 'plumbing',
                     'resident-1', '3-1202', '', '{}')
                from (select pg_advisory_xact_lock(hashtextextended('gate:shut', 0))) as waited
                where waited is not null""",
                "00000000-0000-0000-0000-000000000000",
            )
        )
        await eventually(lambda: _waits_for_a_lock(component))

        await instances[1].open(**SAID)

    is_first = await begun
    await asked.close()
    assert is_first is False


async def test_the_same_key_at_two_instances_at_once_has_one_answer(
    instances: tuple[Tickets, Tickets],
) -> None:
    for n in range(10):
        key = {"Idempotency-Key": f"tap-{n}"}
        said = {**SAID, "description": f"一样的话 {n}"}

        answers = await asyncio.gather(
            *(each.post("tickets", said, status=201, headers=key) for each in instances)
        )

        assert answers[0] == answers[1]


def _begin(component: Component) -> Transaction:
    return component.database.transaction(actor="resident-1", kind=Kind.OPTIMISTIC)


async def _report(component: Component, tx: Transaction, **said: Any) -> str:
    """Open a ticket in the transaction, which stays open; return its id."""
    state = component.app.state
    assert isinstance(state, TicketsState)
    reporter = said.pop("reporter_id", "resident-1")
    by = Caller(PersonId(reporter), (Grant(Role.RESIDENT, SiteId("demo")),))
    report = TicketIn.model_validate({**SAID, **said}).report()
    opened = await open_ticket(tx, report, by=by, numbers=state.numbers)
    return str(opened.ticket.id)


async def _waits_for_a_lock(component: Component) -> bool:
    url = component.service.settings.database_url
    connection = await asyncpg.connect(url)
    waiting: bool = await connection.fetchval(
        """select exists (select from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database()))"""
    )
    await connection.close()
    return waiting
