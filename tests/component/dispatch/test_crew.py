"""`GET /v1/crew`: who is on duty at a site, what they do, what they are asked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.component.dispatch.world import (
    a_ticket,
    offered_and_accepted,
    order_of,
    put_technician,
    rest,
    work,
)
from tests.support.component import Component, MakeComponent


async def crew(dispatch: Component, *, site: str = "demo", of: str = "demo") -> Any:
    async with dispatch.http(role="dispatcher", id="dana", site=site) as http:
        answer = await http.get("/v1/crew", params={"site": of})
    assert answer.status_code == 200, answer.text
    return {member["id"]: member for member in answer.json()["items"]}


async def test_who_does_what_where_and_when_they_will_be_there(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)
    arrival = (dispatch.clock.now() + timedelta(minutes=20)).isoformat()
    await work(dispatch, "li", job_id, "travel", planned_arrival=arrival)

    [member] = (await crew(dispatch)).values()

    [job] = member["holds"]
    assert (member["name"], member["on_duty"], member["asked"]) == ("Li", True, [])
    assert (job["job_id"], job["ticket_id"]) == (str(job_id), str(ticket.id))
    assert (job["state"], job["reference"], job["place"]["unit"]) == (
        "travelling",
        "DEMO-1-A",
        "1202",
    )
    assert job["since"] is not None
    assert datetime.fromisoformat(job["planned_arrival"]) == datetime.fromisoformat(arrival)


async def test_who_is_asked_and_until_when(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    member = (await crew(dispatch))["li"]

    [asked] = member["asked"]
    assert member["holds"] == []
    assert (asked["ticket_id"], asked["state"]) == (str(ticket.id), "offered")
    assert datetime.fromisoformat(asked["expires_at"]) == offer.expires_at


async def test_those_on_duty_come_first_and_the_others_say_when_they_are_back(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    now = dispatch.clock.now()
    yesterday = (now - timedelta(days=1)).isoweekday()
    await put_technician(dispatch, "asleep", shifts=[])
    await put_technician(
        dispatch, "back", shifts=[{"weekday": yesterday, "start": "08:00", "end": "08:30"}]
    )
    await put_technician(dispatch, "free")
    await put_technician(dispatch, "always", shifts=None)
    await put_technician(dispatch, "away")
    leave = {"start": (now - timedelta(hours=1)).isoformat(), "end": "2099-01-01T00:00:00Z"}
    async with dispatch.http(role="dispatcher", id="dana") as http:
        await http.put("/v1/technicians/away/leave", json={"leave": [leave]})

    found = await crew(dispatch)

    duty = {id: (each["on_duty"], each["on_leave"]) for id, each in found.items()}
    assert duty == {
        "always": (True, False),
        "free": (True, False),
        "asleep": (False, False),
        "away": (False, True),
        "back": (False, False),
    }
    assert list(found)[:2] == ["always", "free"]
    assert found["away"]["next_at"] == "2099-01-01T00:00:00Z"
    assert datetime.fromisoformat(found["back"]["next_at"]) > now
    assert (found["asleep"]["next_at"], found["always"]["until"]) == (None, None)
    assert datetime.fromisoformat(found["free"]["until"]) > datetime.now(UTC)


async def test_what_is_done_at_other_sites_is_counted_and_not_shown(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li", at="*", sites=["demo", "other"])
    await offered_and_accepted(dispatch, a_ticket())

    here = (await crew(dispatch))["li"]
    there = (await crew(dispatch, site="other", of="other"))["li"]

    assert (len(here["holds"]), here["elsewhere"]) == (1, 0)
    assert (there["holds"], there["elsewhere"]) == ([], 1)


async def test_the_crew_is_for_staff_of_the_site(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    statuses = []
    for role, site in (
        ("dispatcher", "other"),
        ("technician", "demo"),
        ("resident", "demo"),
        ("manager", "*"),
    ):
        async with dispatch.http(role=role, id="x", site=site) as http:
            answer = await http.get("/v1/crew", params={"site": "demo"})
        statuses.append(answer.status_code)

    assert statuses == [404, 403, 403, 200]


async def test_a_list_of_jobs_says_what_technicians_are_called_to_staff_alone(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    ticket = a_ticket()
    await offered_and_accepted(dispatch, ticket)
    names = []
    for role, id in (("dispatcher", "dana"), ("technician", "li")):
        async with dispatch.http(role=role, id=id) as http:
            answer = await http.get("/v1/jobs", params={"ticket_id": str(ticket.id)})
        names.append(answer.json()["names"])

    assert names == [{"li": "Li"}, {}]
