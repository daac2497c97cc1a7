"""Repeats within a minute are one message that says how many: the first is told at once, the others
when the minute is over.
"""

from typing import Any

from shared.contracts.dispatch import OfferState
from shared.contracts.tickets import Priority
from tests.component.notify.conftest import MakeNotify, register, send
from tests.component.notify.receiver import Receiver
from tests.support.component import Component
from tests.unit.notify.stories import Story


async def begun(notify: Component, **more: Any) -> Story:
    """A ticket of resident-1 whose beginning has been told."""
    story = Story(notify.clock.now(), **more)
    await notify.hears(*story.begun())
    await send(notify)
    return story


async def answers(notify: Component, id: str = "resident-1") -> list[tuple[str, int | None]]:
    """The text and the number of each answer in the inbox, the oldest first."""
    async with notify.http(id=id) as client:
        items = (await client.get("/v1/inbox")).json()["items"]
    return [
        (item["text"], item["data"].get("count"))
        for item in reversed(items)
        if item["kind"] == "ticket.answered"
    ]


async def say(notify: Component, story: Story, *words: str) -> None:
    """Let the desk answer, once a second."""
    for each in words:
        story.now = notify.clock.move(seconds=1)
        await notify.hears(story.comment(each))
        await send(notify)


async def minute_over(notify: Component) -> None:
    notify.clock.move(seconds=60)
    await notify.runs_due("repeats")
    await send(notify)


async def test_six_answers_within_a_minute_are_two_messages_the_second_with_the_newest_words(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, "resident-1", kinds=["ticket.answered"])
    story = await begun(notify, language="en")

    await say(notify, story, "one", "two", "three", "four", "five", "six")
    at_once = await answers(notify)
    await minute_over(notify)

    assert at_once == [("one", None)]
    assert await answers(notify) == [
        ("one", None),
        ("5 came within a short time. The newest:\nsix", 5),
    ]
    assert [got.body["data"]["words"] for got in receiver.got] == ["one", "six"]
    assert receiver.got[-1].body["data"]["title"].endswith("(5)")
    assert receiver.got[-1].body["data"]["count"] == 5


async def test_nothing_is_told_twice_however_often_it_is_heard_and_looked_at(
    notify: Component,
) -> None:
    story = await begun(notify)
    await say(notify, story, "one", "two", "three")
    await minute_over(notify)
    before = await answers(notify)

    await notify.hears(story.ticket(), story.clocks())
    await minute_over(notify)
    await minute_over(notify)

    assert await answers(notify) == before
    assert len(before) == 2


async def test_one_repeat_is_told_as_it_is_when_the_minute_is_over(notify: Component) -> None:
    story = await begun(notify)
    await say(notify, story, "one", "two")

    notify.clock.move(seconds=58)
    early = await notify.runs_due("repeats"), len(await answers(notify))
    await minute_over(notify)

    assert early == (0, 1)
    assert await answers(notify) == [("one", None), ("two", None)]


async def test_what_comes_after_the_minute_is_told_at_once(notify: Component) -> None:
    story = await begun(notify)
    await say(notify, story, "one")
    notify.clock.move(seconds=60)

    await say(notify, story, "two")

    assert await answers(notify) == [("one", None), ("two", None)]


async def test_another_instance_tells_what_one_that_died_had_gathered(
    make_notify: MakeNotify,
) -> None:
    one = await make_notify()
    story = await begun(one)
    await say(one, story, "one", "two", "three")
    other = await make_notify(database_url=one.service.settings.database_url, clock=one.clock)

    one.clock.move(seconds=60)
    claimed = await other.runs_due("repeats"), await one.runs_due("repeats")

    assert claimed == (1, 0)
    assert [count for _, count in await answers(other)] == [None, 2]


async def test_what_was_gathered_stays_on_record_for_staff(notify: Component) -> None:
    story = await begun(notify)
    await say(notify, story, "one", "two", "three")
    await minute_over(notify)

    async with notify.http(role="dispatcher", id="d") as client:
        answer = await client.get("/v1/messages", params={"ticket_id": str(story.ticket_id)})
    recorded = [
        (item["data"]["words"], item["stale"])
        for item in reversed(answer.json()["items"])
        if item["kind"] == "ticket.answered"
    ]

    assert recorded == [("one", None), ("two", "gathered"), ("three", None)]


async def test_tickets_and_people_are_gathered_each_by_themselves(notify: Component) -> None:
    story, other = await begun(notify), await begun(notify)
    story.followers = ("resident-2",)
    await notify.hears(story.ticket())

    await say(notify, story, "one")
    await say(notify, other, "another")

    assert await answers(notify) == [("one", None), ("another", None)]
    assert [words for words, _ in await answers(notify, "resident-2")] == ["one"]


async def test_the_first_word_on_a_ticket_that_became_an_emergency_does_not_wait(
    notify: Component,
) -> None:
    story = await begun(notify)
    await say(notify, story, "one")
    await notify.hears(story.ticket().model_copy(update={"priority": Priority.EMERGENCY}))

    await say(notify, story, "leave the house")

    assert await answers(notify) == [("one", None), ("leave the house", None)]


async def test_a_job_that_changes_the_same_way_again_is_told_with_its_newest_state(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver, kinds=["job.changed"])
    story = await begun(notify)
    await notify.hears(story.offered("wang"))
    await notify.hears(story.accepted("wang"))
    for description in ("one", "two", "three"):
        notify.clock.move(seconds=1)
        story.description = description
        await notify.hears(story.ticket())
    await send(notify)
    at_once = [got.body["data"]["job"]["summary"] for got in receiver.got]

    story.hold = "staff"
    await notify.hears(story.ticket())
    await send(notify)
    await minute_over(notify)

    assert at_once == ["one"]
    told = [(got.body["data"]["changed"], got.body["data"]["job"]) for got in receiver.got[1:]]
    assert [(changed, job["summary"], job["held"]) for changed, job in told] == [
        (["held", "summary"], "three", True)
    ]


async def test_offers_are_never_gathered(notify: Component, receiver: Receiver) -> None:
    await register(notify, receiver, kinds=["job.offered", "offer.withdrawn"])
    story = await begun(notify)

    for _ in range(2):
        await notify.hears(story.offered("wang"))
        await send(notify)
        await notify.hears(story.decided("wang", OfferState.WITHDRAWN))
        await send(notify)

    assert [got.kind for got in receiver.got] == ["job.offered", "offer.withdrawn"] * 2
