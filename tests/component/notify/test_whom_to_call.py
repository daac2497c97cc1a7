"""Whom to call about a ticket: a technician learns it for as long as they are to go there."""

from typing import Any

import httpx

from shared.contracts.dispatch import JobState
from tests.support.component import Component
from tests.unit.notify.stories import Story

LI = {"name": "李明", "phone": "138 0013 8000", "email": "li@example.com"}
KNOWN = {"name": "李明", "phone": "+8613800138000"}


async def _asked(notify: Component, story: Story, **who: Any) -> httpx.Response:
    async with notify.http(**who) as client:
        return await client.get(f"/v1/tickets/{story.ticket_id}/reporter")


async def _told(notify: Component) -> Story:
    """Li Ming has reported something, and wang has accepted its job."""
    story = Story(notify.clock.now(), reporter="li")
    async with notify.http(role="resident", id="li") as client:
        await client.put("/v1/recipients/li", json=LI)
    await notify.hears(story.ticket(), story.accepted("wang"))
    return story


async def test_staff_and_the_technician_who_has_the_job_learn_whom_to_call(
    notify: Component,
) -> None:
    story = await _told(notify)

    technician = await _asked(notify, story, role="technician", id="wang")
    staff = await _asked(notify, story, role="dispatcher", id="dana")

    assert technician.status_code == 200, technician.text
    assert technician.json() == staff.json() == KNOWN
    assert technician.headers["cache-control"] == "no-store"


async def test_for_all_others_there_is_no_such_ticket(notify: Component) -> None:
    story = await _told(notify)

    for who, status in (
        ({"role": "technician", "id": "zhao"}, 404),
        ({"role": "technician", "id": "wang", "site": "elsewhere"}, 404),
        ({"role": "dispatcher", "id": "dana", "site": "elsewhere"}, 404),
        ({"role": "resident", "id": "li"}, 403),
        ({"role": "integration", "id": "erp"}, 403),
    ):
        assert (await _asked(notify, story, **who)).status_code == status, who


async def test_a_technician_who_gave_the_job_back_learns_nothing_more(
    notify: Component,
) -> None:
    story = await _told(notify)
    await notify.hears(story.order(JobState.WAITING))

    assert (await _asked(notify, story, role="technician", id="wang")).status_code == 404


async def test_a_person_who_gave_no_number_has_none(notify: Component) -> None:
    story = Story(notify.clock.now(), reporter="wu")
    await notify.hears(story.ticket(), story.accepted("wang"))

    answer = await _asked(notify, story, role="technician", id="wang")

    assert answer.json() == {"name": None, "phone": None}
