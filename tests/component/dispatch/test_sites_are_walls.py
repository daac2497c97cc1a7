"""Technicians of other sites: not there, not to be taken over, not to be claimed."""

from typing import Any

from shared.contracts import PersonV1
from tests.component.dispatch.test_people import a_record
from tests.component.dispatch.world import a_ticket, order_of, put_technician, rest
from tests.support.component import Component, MakeComponent

LI: dict[str, Any] = {"name": "Li Wei", "sites": ["demo"]}


async def ask(
    dispatch: Component, method: str, path: str, body: Any = None, *, site: str = "other"
) -> Any:
    async with dispatch.http(role="dispatcher", id="spy", site=site) as http:
        return await http.request(method, f"/v1/technicians{path}", json=body)


async def test_a_technician_of_another_site_is_not_there(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    before = (await ask(dispatch, "GET", "/li", site="demo")).json()

    answers = [
        await ask(dispatch, "GET", "/li"),
        await ask(dispatch, "PUT", "/li", LI),
        await ask(dispatch, "PUT", "/li", {**LI, "sites": ["other"]}),
        await ask(dispatch, "PUT", "/li/skills", {"skills": []}),
        await ask(dispatch, "PUT", "/li/shifts", {"shifts": []}),
        await ask(dispatch, "PUT", "/li/leave", {"leave": []}),
        await ask(dispatch, "PUT", "/li/position", {"lat": 31.2, "lon": 121.4}),
        await ask(dispatch, "DELETE", "/li"),
    ]

    assert [each.status_code for each in answers] == [404] * 8
    assert "demo" not in "".join(each.text for each in answers)
    assert (await ask(dispatch, "GET", "/li", site="demo")).json() == before


async def test_a_site_that_shares_a_technician_writes_what_they_are_and_no_other_sites(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await ask(dispatch, "PUT", "/li", {**LI, "sites": ["demo", "other"]}, site="*")

    renamed = await ask(dispatch, "PUT", "/li", {**LI, "name": "Li", "sites": ["demo", "other"]})
    leave = await ask(dispatch, "PUT", "/li/leave", {"leave": []})
    refused = [
        await ask(dispatch, "PUT", "/li", {**LI, "sites": ["demo", "other", "third"]}),
        await ask(dispatch, "PUT", "/li", {**LI, "sites": ["other"]}),
        await ask(dispatch, "DELETE", "/li"),
    ]
    left = await ask(dispatch, "PUT", "/li", {**LI, "sites": ["demo"]})

    assert (renamed.json()["name"], leave.status_code, left.json()["sites"]) == (
        "Li",
        200,
        ["demo"],
    )
    assert [each.status_code for each in refused] == [403] * 3
    assert refused[0].json()["sites"] == ["third"]
    assert (await ask(dispatch, "GET", "/li")).status_code == 404


async def test_who_was_removed_is_not_taken_over_by_another_site(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    await ask(dispatch, "DELETE", "/li", site="demo")

    taken = await ask(dispatch, "PUT", "/li", {**LI, "sites": ["other"]})
    back = await ask(dispatch, "PUT", "/li", LI, site="demo")

    assert (taken.status_code, back.status_code) == (404, 201)


async def test_the_id_of_a_technician_by_record_is_for_the_sites_of_the_record(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await dispatch.hears(a_record("li", "technician"), a_record("an/na", "technician"))
    elsewhere = {**LI, "sites": ["other"]}

    squatted = [await ask(dispatch, "PUT", path, elsewhere) for path in ("/li", "/an%2Fna")]
    await dispatch.hears(a_record("li", "technician", site="other"))
    shared = await ask(dispatch, "PUT", "/li", elsewhere)
    both = await ask(dispatch, "PUT", "/li", {**LI, "sites": ["other", "demo"]}, site="demo")

    assert [each.status_code for each in (*squatted, shared, both)] == [404, 404, 201, 200]
    assert both.json()["sites"] == ["other", "demo"]


async def test_who_only_lives_elsewhere_or_left_may_be_a_technician_here(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    gone = a_record("wu", "technician")
    ended = PersonV1.model_validate({**gone.model_dump(), "removed_at": "2026-01-01T00:00:00Z"})
    await dispatch.hears(a_record("li", "resident"), ended)

    made = [await ask(dispatch, "PUT", f"/{id}", {**LI, "sites": ["other"]}) for id in ("li", "wu")]

    assert [each.status_code for each in made] == [201, 201]


async def test_a_job_is_neither_assigned_to_nor_explained_for_one_whom_its_desk_does_not_see(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", at="other", sites=["other"])
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    job = (await order_of(dispatch, ticket)).jobs[0].id

    answers, explained = [], []
    for technician in ("li", "never-heard-of"):
        async with dispatch.http(role="dispatcher", id="dana") as http:
            about = {"technician_id": technician}
            answers.append(await http.post(f"/v1/jobs/{job}/assign", json=about))
            explained.append(await http.get(f"/v1/jobs/{job}/explanation", params=about))

    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].json()["code"] == answers[1].json()["code"]
    assert [each.json()["items"] for each in explained] == [[], []]
