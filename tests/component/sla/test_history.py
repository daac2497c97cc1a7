"""Tickets that had ended in a former system: timed by their own dates, for no one to be warned."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.contracts import TicketV1
from shared.contracts.imported import Imported
from shared.contracts.tickets import TicketState
from tests.component.sla.conftest import NINE
from tests.component.sla.test_terms import ALWAYS_OPEN, SECONDS, manager
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent
from tests.unit.sla.tickets import a_site, a_step, a_ticket, after

YEARS_AGO = NINE - timedelta(days=800)


def history(
    *,
    opened_at: datetime = YEARS_AGO,
    assigned: timedelta | None = timedelta(minutes=10),
    arrived: timedelta | None = None,
    ended: timedelta = timedelta(hours=2),
    state: str = "closed",
    **fields: Any,
) -> TicketV1:
    """Dates are counted from the opening."""
    steps = [] if assigned is None else [a_step("assigned", opened_at + assigned, cause="system")]
    last = ["resolved", "closed"] if state == "closed" else ["cancelled"]
    steps += [a_step(each, opened_at + ended, cause="system") for each in last]
    imported = Imported(
        at=NINE,
        external_id="WX-1",
        opened_at=opened_at,
        arrived_at=None if arrived is None else opened_at + arrived,
        ended=True,
        kept_from=NINE,
    )
    return a_ticket(
        *steps, opened_at=opened_at, channel="import", imported=imported, version=1, **fields
    )


async def clocks_of(sla: Component, ticket: TicketV1) -> dict[str, str]:
    async with sla.http(role="dispatcher", id="dispatcher-1") as staff:
        answer = await staff.get("/v1/clocks", params={"ticket_id": str(ticket.id)})
    assert answer.status_code == 200, answer.text
    return {clock["kind"]: clock["state"] for clock in answer.json()["items"]}


async def rows(sla: Component, table: str) -> int:
    async with sla.tx() as tx:
        (row,) = await tx.rows(text(f"select count(*) as n from {table}"))
    return int(row["n"])


async def assert_quiet(sla: Component) -> None:
    """Nothing was told, announced or counted, and nothing is to be looked at again."""
    assert await sla.said() == []
    assert await rows(sla, "announcements") == 0
    assert await rows(sla, "clocks") == 0
    assert await rows(sla, "figures where n <> 0") == 0
    assert await rows(sla, "promises where next_at is not null or going_on or not imported") == 0


@pytest.mark.parametrize(
    ("dates", "states"),
    [
        ({"arrived": timedelta(hours=1)}, ("met", "met", "met")),
        ({}, ("met", "unknown", "met")),
        ({"arrived": timedelta(hours=1), "assigned": None}, ("unknown", "met", "met")),
        (
            {"assigned": timedelta(hours=1), "arrived": timedelta(hours=3),
             "ended": timedelta(days=30)},
            ("breached", "breached", "breached"),
        ),
        ({"state": "cancelled"}, ("met", "cancelled", "cancelled")),
    ],
)  # fmt: skip
async def test_the_clocks_of_history_are_computed_from_its_dates_and_nothing_is_said(
    sla: Component, dates: dict[str, Any], states: tuple[str, str, str]
) -> None:
    ticket = history(**dates)

    await sla.hears(a_site(), ticket)

    clocks = await clocks_of(sla, ticket)
    assert tuple(clocks[kind] for kind in ("response", "arrival", "resolution")) == states
    await assert_quiet(sla)


async def test_history_stays_quiet_when_it_is_heard_again_swept_rated_or_long_past(
    component: MakeComponent, sla: Component
) -> None:
    late = history(ended=timedelta(days=30))
    await sla.hears(a_site(), late)

    await sla.hears(late)
    await sla.hears(late.model_copy(update={"version": 2, "followers": ("resident-2",)}))
    async with manager(sla) as client:
        assert (await client.put("/v1/calendars/demo", json=ALWAYS_OPEN)).is_success
        assert (await client.put("/v1/policies/demo", json=SECONDS)).is_success
    await sla.runs_due("sweeps")
    sla.clock.move(days=400)
    await sla.runs_due("clocks")
    again = await component("sla", clock=sla.clock, database_url=sla.service.settings.database_url)
    sla.clock.move(minutes=1)
    await again.runs_due("clocks")
    await again.hears(late.model_copy(update={"version": 3, "followers": ()}))

    await assert_quiet(sla)
    assert (await clocks_of(sla, late))["resolution"] == "breached"


async def test_what_was_opened_before_the_first_policy_is_timed_by_it(sla: Component) -> None:
    async with manager(sla) as client:
        await client.put("/v1/policies/demo", json=SECONDS)
        sla.clock.set(after(minutes=2))
        longer = {"site_id": "demo", "targets": {"urgent": {"response": "PT1H"}}}
        await client.put("/v1/policies/demo", json=longer, headers={"If-Match": '"1"'})
    old, live = history(opened_at=NINE - timedelta(days=1)), a_ticket(opened_at=NINE)

    await sla.hears(a_site(), old, live)

    async with sla.tx() as tx:
        policies = {
            row["ticket_id"]: (row["policy_id"], row["policy_version"])
            for row in await tx.rows(text("select * from promises"))
        }
    assert policies == {old.id: ("demo", 1), live.id: ("default", 1)}
    assert (await clocks_of(sla, old))["response"] == "breached"


async def test_history_that_is_reopened_is_promised_anew_from_then_on(sla: Component) -> None:
    late = history(opened_at=NINE - timedelta(days=9), ended=timedelta(days=8))
    await sla.hears(a_site(), late)
    sla.clock.set(after(hours=1, seconds=1))
    reopened = late.model_copy(
        update={
            "version": 2,
            "state": TicketState.OPEN,
            "cycle": 2,
            "steps": (*late.steps, a_step("open", after(hours=1), cycle=2, cause="resident-1")),
        }
    )

    await sla.hears(reopened)

    (fact,) = await sla.said()
    assert (fact.type, fact.version) == ("sla.clocks.recomputed.v1", 2)
    assert {(clock.state.value, clock.started_at) for clock in fact.snapshot.clocks} == {
        ("running", after(hours=1))
    }
    sla.clock.set(after(days=9))
    await sla.runs_due("clocks")
    assert "sla.clocks.breached.v1" in {fact.type for fact in await sla.said()}


async def test_history_is_summed_up_apart_when_it_is_forgotten(component: MakeComponent) -> None:
    clock = SettableClock(NINE)
    sla = await component("sla", clock=clock, ticket_retention_days=90)
    clock.move(seconds=10)
    await sla.hears(a_site(), history(ended=timedelta(days=30)))

    clock.move(days=98)
    await sla.runs_due("retention")

    assert await rows(sla, "promises") == 0
    assert await rows(sla, "outcome_sums where imported") == 3
    assert await rows(sla, "outcome_sums where not imported") == 0
