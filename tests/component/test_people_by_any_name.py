"""People under the names that their issuers give them, in every service, from the first request to
the last message.
"""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from shared.contracts.dispatch import JobState
from shared.contracts.tickets import TicketState
from tests.component.dispatch.world import a_ticket as a_ticket_heard
from tests.component.dispatch.world import answer, facts_of, order_of, rest, work
from tests.component.notify.conftest import MakeNotify, make_notify  # noqa: F401
from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.component import Component, MakeComponent
from tests.support.subjects import NASTY
from tests.unit.notify.stories import Story, a_technician

named = pytest.mark.parametrize("subject", NASTY)


def part(subject: str) -> str:
    """As a part of a path; dots are written out, for clients take `..` for the folder above."""
    return quote(subject, safe="").replace(".", "%2E")


@named
async def test_a_resident_reports_reads_follows_and_rates(
    subject: str, component: MakeComponent
) -> None:
    tickets = Tickets(await component("tickets"))
    await tickets.send("PUT", "sites/demo", DEMO, status=201, as_="admin")

    own = await tickets.open(id=subject)
    theirs = await tickets.open(as_="dispatcher", reporter_id=subject)
    other = await tickets.open(id="resident-2")

    assert own["reporter_id"] == theirs["reporter_id"] == subject
    found = await tickets.send(
        "GET", f"tickets?reporter={quote(subject, safe='')}&limit=1", as_="dispatcher"
    )
    assert [each["id"] for each in found["items"]] == [theirs["id"]]
    assert (await tickets.get(own["id"], id=subject))["legal"]
    await tickets.post(f"tickets/{own['id']}/comments", {"text": "快点"}, status=201, id=subject)
    await tickets.send("PUT", f"tickets/{other['id']}/follow", as_="dispatcher", id=subject)
    await tickets.send(
        "DELETE", f"tickets/{other['id']}/follow", status=204, as_="dispatcher", id=subject
    )
    await tickets.post(f"tickets/{own['id']}/resolve", {"note": "好了"}, as_="dispatcher")
    marks = {"speed": 5, "quality": 5, "manner": 5}
    rated = await tickets.post(f"tickets/{own['id']}/rating", marks, id=subject)
    assert rated["steps"][0]["cause"] == subject
    assert subject in {fact.actor for fact in await tickets.component.said()}


@named
async def test_a_technician_is_kept_listed_offered_and_works(
    subject: str, component: MakeComponent
) -> None:
    dispatch = await component("dispatch")
    week = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]
    body = {"name": "Li", "sites": ["demo"], "skills": [{"code": "plumbing"}], "shifts": week}
    async with dispatch.http(role="dispatcher", id="dana") as staff:
        path = f"/v1/technicians/{part(subject)}"
        assert (await staff.put(path, json=body)).status_code == 201
        assert (await staff.get(path)).json()["id"] == subject
        assert (await staff.put("/v1/technicians/!", json={**body, "sites": ["demo"]})).is_success
        first = await staff.get("/v1/technicians", params={"limit": 1})
        cursor = parse_qs(urlsplit(first.links["next"]["url"]).query)["cursor"][0]
        second = await staff.get("/v1/technicians", params={"limit": 1, "cursor": cursor})
        shown = [each["id"] for page in (first, second) for each in page.json()["items"]]
        assert sorted(shown) == sorted([subject, "!"])
        assert (await staff.delete("/v1/technicians/!")).status_code == 204
        at = {"lat": 31.2, "lon": 121.4, "at": "2026-11-21T08:00:00+08:00"}
        assert (await staff.put(f"{path}/position", json=at)).status_code == 200

    ticket = a_ticket_heard()
    await dispatch.hears(ticket)
    await rest(dispatch)
    job = (await order_of(dispatch, ticket)).jobs[-1]
    offer = job.offers[-1]
    assert offer.technician_id == subject
    async with dispatch.http(role="dispatcher", id="dana") as staff:
        why = await staff.get(f"/v1/jobs/{job.id}/explanation", params={"technician_id": subject})
        assert why.status_code == 200, why.text
    accepted = await answer(dispatch, subject, offer.id)
    assert accepted.status_code == 200, accepted.text
    token = {"Authorization": f"Job {accepted.json()['job_token']}"}
    async with dispatch.http(role=None) as client:
        job_id = accepted.json()["job_id"]
        started = await client.post(f"/v1/jobs/{job_id}/start", json={}, headers=token)
    assert started.status_code == 200, started.text
    done = await work(dispatch, subject, job_id, "complete", note="ok")
    assert done.status_code == 200, done.text
    assert (await facts_of(dispatch, ticket))[-1] == ["completed"]


@named
async def test_a_recipient_is_told_in_their_language_and_at_their_endpoint(
    subject: str,
    make_notify: MakeNotify,  # noqa: F811
) -> None:
    notify: Component = await make_notify()
    async with notify.http(id=subject) as resident:
        path = f"/v1/recipients/{part(subject)}"
        assert (await resident.put(path, json={"language": "en"})).status_code == 200
        assert (await resident.get(path)).json()["id"] == subject
        endpoint = {"owner": subject, "url": "http://127.0.0.1:9/"}
        registered = await resident.post("/v1/endpoints", json=endpoint)
        assert registered.status_code == 201, registered.text
    async with notify.http(role="dispatcher", id="dana", site="*") as staff:
        listed = await staff.get("/v1/endpoints", params={"owner": subject})
        assert [each["owner"] for each in listed.json()["items"]] == [subject]

    story = Story(notify.clock.now(), reporter=subject)
    story.followers = (subject + "2",)
    await notify.hears(a_technician(subject), story.ticket(), story.clocks())
    await notify.hears(story.offered(subject))
    await notify.hears(story.accepted(subject))
    story.now = notify.clock.move(minutes=1)
    await notify.hears(
        story.ticket(TicketState.ASSIGNED), story.order(JobState.TRAVELLING, technician=subject)
    )

    async with notify.http(id=subject) as resident:
        inbox = (await resident.get("/v1/inbox")).json()["items"]
        kinds = {each["kind"] for each in inbox}
        assert {"ticket.received", "ticket.assigned", "technician.travelling"} <= kinds
        assert {each["language"] for each in inbox} == {"en"}
        read = await resident.post(f"/v1/inbox/{inbox[0]['id']}/read", json={})
        assert read.status_code == 200, read.text
        assert (await resident.delete(path)).status_code == 204
    async with notify.http(role="technician", id=subject) as technician:
        worked = (await technician.get("/v1/inbox")).json()["items"]
    assert {"job.offered", "job.accepted"} <= {each["kind"] for each in worked}
