"""In which language a person is told: in the one that they chose last."""

from itertools import permutations

import pytest

from shared.contracts.tickets import TicketState
from tests.component.notify.conftest import MakeNotify
from tests.component.notify.test_inbox import inbox
from tests.support.component import Component
from tests.unit.notify.stories import Story


async def choose(notify: Component, language: str) -> None:
    async with notify.http(id="resident-1") as client:
        put = await client.put("/v1/recipients/resident-1", json={"language": language})
    assert put.status_code == 200, put.text


async def languages(notify: Component, story: Story) -> list[str]:
    """Of what the reporter was told about that ticket, oldest first."""
    items = (await inbox(notify))["items"]
    assert isinstance(items, list)
    mine = [item for item in items if item["data"].get("ticket_id") == str(story.ticket_id)]
    return [item["language"] for item in reversed(mine)]


async def test_the_newest_reports_language_is_spoken(notify: Component) -> None:
    first = Story(notify.clock.now())
    await notify.hears(first.ticket(), first.clocks())
    second = Story(notify.clock.move(minutes=1), language="en")

    await notify.hears(second.ticket(language_chosen=True), second.clocks())

    assert await languages(notify, first) == ["zh-CN"]
    assert await languages(notify, second) == ["en"]
    first.now = notify.clock.move(minutes=1)
    await notify.hears(first.ticket(TicketState.CANCELLED))
    assert await languages(notify, first) == ["zh-CN", "en"]


async def test_a_sites_usual_language_is_no_choice(notify: Component) -> None:
    await choose(notify, "en")
    story = Story(notify.clock.move(minutes=1), language="zh-CN")

    await notify.hears(story.ticket(), story.clocks())

    assert await languages(notify, story) == ["en"]


async def test_what_a_person_chose_after_their_report_is_spoken_about_it(
    notify: Component,
) -> None:
    story = Story(notify.clock.now(), language="en")
    begun = story.ticket(language_chosen=True)
    notify.clock.move(minutes=1)
    await choose(notify, "zh-CN")

    await notify.hears(begun, story.clocks())
    story.now = notify.clock.move(minutes=1)
    await notify.hears(story.ticket(TicketState.CANCELLED, language_chosen=True))

    assert await languages(notify, story) == ["zh-CN", "zh-CN"]


async def test_the_same_choice_again_is_dated_anew_and_raises_no_version(
    notify: Component,
) -> None:
    await choose(notify, "zh-CN")
    story = Story(notify.clock.move(minutes=1), language="en")
    late = story.ticket(language_chosen=True)
    notify.clock.move(minutes=1)
    await choose(notify, "zh-CN")

    await notify.hears(late, story.clocks())

    assert await languages(notify, story) == ["zh-CN"]
    async with notify.http(id="resident-1") as client:
        known = (await client.get("/v1/recipients/resident-1")).json()
    assert (known["language"], known["version"]) == ("zh-CN", 1)


async def test_who_says_only_what_they_listen_to_chooses_no_language(notify: Component) -> None:
    story = Story(notify.clock.now(), language="en")
    await notify.hears(story.ticket(language_chosen=True), story.clocks())
    notify.clock.move(minutes=1)
    async with notify.http(role="dispatcher", id="resident-1") as client:
        audience = [{"role": "dispatcher", "site": "demo"}]
        put = await client.put("/v1/recipients/resident-1", json={"audience": audience})

    assert put.json()["language"] == "en"
    async with notify.http(role="dispatcher", id="stranger") as client:
        met = await client.put("/v1/recipients/stranger", json={"audience": []})
    assert met.json()["language"] == "zh-CN"


@pytest.mark.parametrize("order", tuple(permutations(range(3))))
async def test_in_every_order_of_reports_the_newest_counts(
    make_notify: MakeNotify, order: tuple[int, ...]
) -> None:
    notify = await make_notify()
    stories = [
        Story(notify.clock.move(minutes=1), language=language) for language in ("en", "zh-CN", "en")
    ]
    for n in order:
        await notify.hears(stories[n].ticket(language_chosen=True))

    async with notify.http(id="resident-1") as client:
        known = (await client.get("/v1/recipients/resident-1")).json()

    assert known["language"] == "en"
