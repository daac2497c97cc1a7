"""What a record of a person, or a token of theirs, no longer leaves them: in the inbox, and in what
is pushed.
"""

from datetime import timedelta

import pytest

from shared.contracts import PersonV1
from shared.contracts.people import Residency
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import TicketState
from shared.retention import RETENTION
from tests.component.notify.conftest import register, send
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_inbox import inbox, kinds
from tests.support.component import Component
from tests.support.streams import watching
from tests.unit.notify.stories import Story, a_technician


def a_record(
    person: str, *roles: str, version: int = 1, units: tuple[Residency, ...] = ()
) -> PersonV1:
    return PersonV1(
        id=f"demo/{person}",
        version=version,
        site_id="demo",
        person_id=person,
        roles=roles,
        units=units,
    )


async def listen(notify: Component, person: str) -> None:
    async with notify.http(role="dispatcher", id=person) as client:
        audience = [{"role": "dispatcher", "site": "demo"}]
        put = await client.put(f"/v1/recipients/{person}", json={"audience": audience})
    assert put.status_code == 200, put.text


async def breach(notify: Component, story: Story) -> None:
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.clocks(announced=(story.announcement(ClockKind.RESPONSE, 100),)))


async def test_the_desks_messages_are_for_those_who_are_staff_now(notify: Component) -> None:
    await listen(notify, "dana")
    story = Story(notify.clock.now(), reporter="dana")
    await notify.hears(*story.begun())
    await breach(notify, story)

    staff = await inbox(notify, "dana", role="dispatcher")
    resident = await inbox(notify, "dana")

    assert kinds(staff) == ["clock.breached", "ticket.received"]
    assert kinds(resident) == ["ticket.received"]
    assert (staff["unread"], resident["unread"]) == (2, 1)
    assert isinstance(staff["items"], list)
    async with notify.http(id="dana") as client:
        read = await client.post(f"/v1/inbox/{staff['items'][0]['id']}/read", json={})
    assert read.status_code == 404


async def test_a_sites_messages_are_for_those_who_belong_there_now(notify: Component) -> None:
    await notify.hears(*Story(notify.clock.now()).begun())
    async with notify.http(site="park") as client:
        elsewhere = (await client.get("/v1/inbox")).json()

    assert (elsewhere["items"], elsewhere["unread"]) == ([], 0)
    assert kinds(await inbox(notify)) == ["ticket.received"]


async def test_offers_are_for_those_who_are_technicians_now(notify: Component) -> None:
    story = Story(notify.clock.now())
    await notify.hears(a_technician(), *story.begun())
    await notify.hears(story.offered("wang"))

    assert kinds(await inbox(notify, "wang", role="technician")) == ["job.offered"]
    assert kinds(await inbox(notify, "wang", role="resident")) == []


async def test_a_record_ends_the_inbox_and_the_pushes_of_who_is_no_longer_there(
    notify: Component, receiver: Receiver
) -> None:
    await listen(notify, "dana")
    await register(notify, receiver, owner="dana")
    await register(notify, receiver, owner="resident-1")
    story = Story(notify.clock.now())
    await notify.hears(*story.begun())
    await breach(notify, story)
    await send(notify)
    before = len(receiver.got)

    await notify.hears(a_record("dana", "resident"), a_record("resident-1"))
    second = Story(notify.clock.now(), reporter="resident-1")
    await notify.hears(*second.begun())
    await breach(notify, second)
    await send(notify)

    assert len(receiver.got) == before > 0
    assert kinds(await inbox(notify, "dana", role="dispatcher")) == []
    assert kinds(await inbox(notify)) == []


@pytest.mark.parametrize("days", [0, 40])
async def test_the_inbox_of_who_moved_out_has_nothing_of_what_others_reported_for_the_flat(
    notify: Component, days: int
) -> None:
    own, theirs = Story(notify.clock.now()), Story(notify.clock.now(), reporter="resident-2")
    theirs.followers = ("resident-1",)
    await notify.hears(*own.begun())
    await notify.hears(*theirs.begun())
    theirs.now = notify.clock.move(minutes=1)
    await notify.hears(theirs.ticket(TicketState.CANCELLED))
    before = await inbox(notify)
    own.now = notify.clock.now()
    await notify.hears(own.ticket(TicketState.CANCELLED, cause="resident-1"))
    assert (kinds(before), before["unread"]) == (["ticket.cancelled", "ticket.received"], 2)

    left = a_record("resident-1", "resident").model_copy(update={"units_left": ("3-1202",)})
    await notify.hears(left)
    notify.clock.move(days=days)
    forgotten = await notify.runs_due(RETENTION)

    after = await inbox(notify)
    assert (kinds(after), forgotten) == (["ticket.cancelled", "ticket.received"], days // 20)
    assert isinstance(after["items"], list)
    assert {each["ticket_id"] for each in after["items"]} == {str(own.ticket_id)}
    assert after["unread"] == 2
    assert len(kinds(await inbox(notify, "resident-2"))) == 2


@pytest.mark.parametrize("recorded", [False, True])
async def test_a_flat_that_the_newest_token_does_not_claim_is_left_unless_a_record_says(
    notify: Component, recorded: bool
) -> None:
    story = Story(notify.clock.now(), reporter="resident-2")
    story.followers = ("resident-1",)
    await notify.hears(*story.begun())
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.ticket(TicketState.CANCELLED))
    if recorded:
        home = Residency(unit="3-1202", since=notify.clock.now())
        await notify.hears(a_record("resident-1", "resident", units=(home,)))
    everywhere = {"id": "*/resident-1", "site_id": "*", "roles": None}
    left = a_record("resident-1").model_copy(update={**everywhere, "units_left": ("3-1202",)})

    await notify.hears(left)

    there = ["ticket.cancelled"] if recorded else []
    assert kinds(await inbox(notify)) == there
    again = left.model_copy(update={"version": 2, "units_left": ()})
    await notify.hears(again)
    assert kinds(await inbox(notify)) == ["ticket.cancelled"]


async def test_what_waits_to_be_sent_again_is_not_sent_to_who_is_no_longer_there(
    notify: Component, receiver: Receiver
) -> None:
    receiver.answer(500)
    await register(notify, receiver, owner="resident-1")
    story = Story(notify.clock.now())
    await notify.hears(*story.begun())
    await send(notify)
    assert [got.kind for got in receiver.got] == ["ticket.received"]

    await notify.hears(a_record("resident-1"))
    notify.clock.move(days=1)
    await send(notify)

    assert len(receiver.got) == 1
    async with notify.http(role="dispatcher", id="dana") as client:
        told = await client.get("/v1/messages", params={"ticket_id": str(story.ticket_id)})
    deliveries = told.json()["items"][0]["deliveries"]
    assert [(each["state"], each["reason"]) for each in deliveries] == [
        ("dropped", "no_longer_there")
    ]


async def test_who_lives_there_is_told_until_they_leave(notify: Component) -> None:
    until = notify.clock.now() + timedelta(hours=1)
    home = Residency(unit="3-1202", since=notify.clock.now(), until=until)
    await notify.hears(a_record("resident-1", units=(home,)))
    story = Story(notify.clock.now())
    await notify.hears(*story.begun())
    assert kinds(await inbox(notify)) == ["ticket.received"]

    story.now = notify.clock.move(hours=2)
    await notify.hears(story.ticket(TicketState.CANCELLED))
    await notify.hears(a_record("resident-1", "resident", version=2))

    assert kinds(await inbox(notify)) == ["ticket.received"]


async def test_a_live_inbox_ends_when_a_record_leaves_less(notify: Component) -> None:
    await notify.hears(*Story(notify.clock.now()).begun())
    who = {"role": "resident", "id": "resident-1", "site": "demo"}

    async with watching(notify, "/v1/inbox/events", **who) as stream:
        await stream.has(1)
        await notify.hears(a_record("resident-1"))
        await stream.end()

    assert [event["event"] for event in stream.events] == ["ticket.received"]


async def test_the_newest_record_counts_in_whatever_order_they_come(
    notify: Component,
) -> None:
    await notify.hears(a_record("resident-1", "resident", version=2))
    await notify.hears(a_record("resident-1", version=1))

    await notify.hears(*Story(notify.clock.now()).begun())

    assert kinds(await inbox(notify)) == ["ticket.received"]
