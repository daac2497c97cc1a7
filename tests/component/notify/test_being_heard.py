"""What is said on a ticket reaches inboxes and webhooks once; what no longer stands says so."""

from datetime import timedelta
from typing import Any

from shared.contracts.dispatch import JobState
from shared.contracts.tickets import Appointment, Deed, TicketState
from tests.component.notify.conftest import register, send
from tests.component.notify.receiver import Receiver
from tests.component.notify.test_inbox import inbox, kinds
from tests.support.component import Component
from tests.unit.notify.stories import Story, a_technician, the_site


async def taken(notify: Component) -> Story:
    """A ticket whose job `wang` has."""
    story = Story(notify.clock.now())
    await notify.hears(
        the_site(),
        a_technician(language="en"),
        story.ticket(),
        story.clocks(),
        story.offered("wang"),
    )
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.accepted("wang"), story.ticket(TicketState.ASSIGNED))
    return story


async def listen(notify: Component, person: str = "desk") -> None:
    async with notify.http(role="dispatcher", id=person) as client:
        answer = await client.put(
            f"/v1/recipients/{person}",
            json={"language": "en", "audience": [{"role": "dispatcher", "site": "demo"}]},
        )
    assert answer.status_code in (200, 201), answer.text


def standing(box: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(item["kind"], item["superseded_at"] is None) for item in box["items"]]


async def test_words_of_a_resident_are_a_webhook_to_who_has_the_job_in_words_and_data(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, kinds=["job.changed"])
    await listen(notify)
    story = await taken(notify)
    said = story.said("Call first, the dog bites")

    await notify.hears(said)
    await notify.hears(said, story.order(technician="wang"))
    await send(notify)

    [got] = receiver.got
    data = got.body["data"]
    assert (got.kind, data["changed"]) == ("job.changed", ["comments"])
    assert data["comment"]["text"] == "Call first, the dog bites"
    assert "The resident wrote: Call first, the dog bites" in data["text"]
    assert {"job_token", "job_url", "title", "language"} <= data.keys()
    assert kinds(await inbox(notify, "wang", role="technician"))[0] == "job.changed"
    assert kinds(await inbox(notify, "desk", role="dispatcher")) == []


async def test_an_urge_is_told_to_the_desk_and_the_technician_once(notify: Component) -> None:
    await listen(notify)
    story = await taken(notify)
    story.now = notify.clock.move(minutes=1)
    urged = story.ticket(urges=(story.now,), activities=(story.deed(Deed.URGED),))

    await notify.hears(urged)
    await notify.hears(urged, story.clocks())

    assert kinds(await inbox(notify, "desk", role="dispatcher")) == ["ticket.urged"]
    assert kinds(await inbox(notify, "wang", role="technician")).count("job.changed") == 1


async def test_what_was_said_of_a_visit_no_longer_stands_once_it_is_off(notify: Component) -> None:
    story = await taken(notify)
    before = standing(await inbox(notify))
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.order(JobState.TRAVELLING, technician="wang"))
    story.now = notify.clock.move(minutes=1)

    await notify.hears(story.order(JobState.WAITING, reason="car broke down"))

    assert before == [("ticket.assigned", True), ("ticket.received", False)]
    assert standing(await inbox(notify)) == [
        ("ticket.unassigned", True),
        ("technician.travelling", False),
        ("ticket.assigned", False),
        ("ticket.received", False),
    ]


async def test_a_message_about_another_ticket_or_to_another_person_supersedes_nothing(
    notify: Component,
) -> None:
    one = await taken(notify)
    other = await taken(notify)
    other.now = notify.clock.move(minutes=1)

    await notify.hears(other.order(JobState.WAITING, reason="ill"))

    about_one = [
        (item["kind"], item["superseded_at"] is None)
        for item in (await inbox(notify))["items"]  # type: ignore[attr-defined]
        if item["ticket_id"] == str(one.ticket_id)
    ]
    assert ("ticket.assigned", True) in about_one


async def test_staff_see_since_when_a_message_no_longer_stands(notify: Component) -> None:
    story = await taken(notify)
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.order(JobState.WAITING, reason="ill"))

    async with notify.http(role="dispatcher", id="desk") as client:
        answer = await client.get("/v1/messages", params={"ticket_id": str(story.ticket_id)})

    since = {
        item["kind"]: item["superseded_at"]
        for item in answer.json()["items"]
        if item["recipient_id"] == "resident-1"
    }
    assert since["ticket.unassigned"] is None
    assert since["ticket.assigned"].startswith(story.now.isoformat()[:19])


async def test_an_offered_visit_no_longer_stands_once_the_resident_has_cancelled_it(
    notify: Component,
) -> None:
    story = await taken(notify)
    start = story.now + timedelta(days=2)
    offered = Appointment(
        at=story.now,
        start=start,
        end=start + timedelta(hours=2),
        by="desk",
        by_staff=True,
        proposed=True,
    )
    await notify.hears(story.ticket(appointments=(offered,)))
    before = standing(await inbox(notify))
    off = offered.model_copy(
        update={"at": notify.clock.move(minutes=1), "by": "resident-1", "cancelled": True}
    )

    await notify.hears(story.ticket(appointments=(offered, off)))

    after = standing(await inbox(notify))
    assert ("ticket.appointed", True) in before
    assert ("ticket.appointed", False) in after
    assert "ticket.visit_cancelled" not in [kind for kind, _ in after]


async def test_words_older_than_a_day_are_not_sent(notify: Component) -> None:
    await listen(notify)
    story = Story(notify.clock.now())
    said = story.said("When?")
    ticket = story.ticket()
    notify.clock.move(hours=25)

    await notify.hears(ticket, said)

    assert notify.clock.now() - said.at > timedelta(days=1)
    assert kinds(await inbox(notify, "desk", role="dispatcher")) == []
