"""How jobs came to technicians, as figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.component.dispatch.world import (
    a_ticket,
    age_offers,
    answer,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    rows,
    work,
)
from tests.support.component import Component, MakeComponent


async def figures(dispatch: Component, query: dict[str, Any] | None = None, **who: Any) -> Any:
    now = datetime.now(UTC)
    period = {
        "from": (now - timedelta(days=1)).isoformat(),
        "to": (now + timedelta(hours=1)).isoformat(),
    }
    async with dispatch.http(**{"role": "manager", "id": "boss", **who}) as client:
        return await client.get("/v1/handed-out", params={**period, **(query or {})})


async def of_demo(dispatch: Component) -> Any:
    """The figures, which are the same before and after they are added up."""
    got = await figures(dispatch)
    assert got.status_code == 200, got.text
    async with dispatch.tx() as tx:
        await tx.execute(text("update handed_out_changes set at = at - interval '5 minutes'"))
    await dispatch.runs_due("adding_up")
    assert await rows(dispatch, "select * from handed_out_changes") == []
    assert (await figures(dispatch)).json() == got.json()
    (item,) = got.json()["items"]
    return item


async def test_what_was_taken_at_the_first_offer_is_told_from_what_was_declined_before(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await offered_and_accepted(dispatch, a_ticket())
    await put_technician(dispatch, "wang")
    second = a_ticket()
    await dispatch.hears(second)
    await rest(dispatch)
    offer = (await order_of(dispatch, second)).jobs[0].offers[0]
    await answer(dispatch, offer.technician_id, offer.id, "decline", reason="busy")
    await rest(dispatch)
    again = (await order_of(dispatch, second)).jobs[0].offers[-1]
    await answer(dispatch, again.technician_id, again.id)

    found = await of_demo(dispatch)

    assert (found["jobs"], found["asked"], found["offers"]) == (2, 2, 3)
    assert (found["accepted"], found["at_first"], found["declined"]) == (2, 1, 1)
    assert found["minutes_to_accept"] is not None


async def test_what_a_technician_gives_back_is_returned(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job, by = await offered_and_accepted(dispatch, a_ticket())

    await work(dispatch, by, job, "return", reason="no parts")

    found = await of_demo(dispatch)
    assert (found["accepted"], found["returned"]) == (1, 1)


async def test_an_offer_that_ran_out_is_counted(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await dispatch.hears(a_ticket())
    await rest(dispatch)
    await age_offers(dispatch, minutes=60)
    await dispatch.runs_due("offers")

    assert (await of_demo(dispatch))["expired"] == 1


async def test_a_site_without_jobs_has_figures_of_nothing(component: MakeComponent) -> None:
    dispatch = await component("dispatch")

    found = await of_demo(dispatch)

    assert (found["jobs"], found["offers"], found["minutes_to_accept"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"site": "elsewhere"}, 404),
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}, 422),
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, 422),
        ({"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T12:00:00Z"}, 200),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    component: MakeComponent, query: dict[str, Any], status: int
) -> None:
    dispatch = await component("dispatch")

    assert (await figures(dispatch, query)).status_code == status


@pytest.mark.parametrize("role", ["resident", "technician", "integration"])
async def test_the_figures_are_for_staff(component: MakeComponent, role: str) -> None:
    dispatch = await component("dispatch")

    assert (await figures(dispatch, role=role)).status_code == 403


async def test_admins_of_every_site_see_each(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await dispatch.hears(a_ticket(), a_ticket(site_id="annex"))

    got = await figures(dispatch, role="admin", site="*")

    assert [(each["site_id"], each["jobs"]) for each in got.json()["items"]] == [
        ("annex", 1),
        ("demo", 1),
    ]
