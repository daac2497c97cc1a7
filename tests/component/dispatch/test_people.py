"""What a record of a person leaves of what their token grants, in dispatch."""

from typing import Any

from shared.contracts import PersonV1
from tests.component.dispatch.world import (
    a_ticket,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    work,
)
from tests.support.component import Component, MakeComponent


def a_record(person: str, *roles: str, version: int = 1, site: str = "demo") -> PersonV1:
    return PersonV1(
        id=f"{site}/{person}",
        version=version,
        site_id=site,
        person_id=person,
        roles=roles,
    )


async def shown(dispatch: Component, role: str, person: str, path: str) -> list[Any]:
    async with dispatch.http(role=role, id=person) as client:
        answered = await client.get(path)
    assert answered.status_code == 200, answered.text
    items: list[Any] = answered.json()["items"]
    return items


async def test_who_is_no_technician_there_any_more_has_no_offers_and_no_jobs(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())
    offered = a_ticket()
    await dispatch.hears(offered)
    await rest(dispatch)
    offer = (await order_of(dispatch, offered)).jobs[-1].offers[-1]
    for path in ("/v1/me/offers", "/v1/me/jobs", "/v1/jobs"):
        assert await shown(dispatch, "technician", "li", path), path

    await dispatch.hears(a_record("li", "resident"))

    for path in ("/v1/me/offers", "/v1/me/jobs", "/v1/jobs"):
        assert await shown(dispatch, "technician", "li", path) == [], path
    assert (await answer(dispatch, "li", offer.id)).status_code == 404
    assert (await work(dispatch, "li", job_id, "start")).status_code == 404

    await dispatch.hears(a_record("li", "technician", version=2))

    assert (await answer(dispatch, "li", offer.id)).status_code == 200


async def test_who_is_no_dispatcher_any_more_decides_nothing(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    job_id, _ = await offered_and_accepted(dispatch, a_ticket())

    await dispatch.hears(a_record("dana"))

    assert (await decide(dispatch, job_id, "withdraw")).status_code == 404
    assert await shown(dispatch, "dispatcher", "dana", "/v1/jobs") == []


async def test_a_record_of_another_site_changes_nothing_here(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await offered_and_accepted(dispatch, a_ticket())

    await dispatch.hears(a_record("li", site="park"))

    assert await shown(dispatch, "technician", "li", "/v1/me/jobs")
