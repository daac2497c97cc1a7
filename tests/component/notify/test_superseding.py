"""What a technician and the desk were told no longer stands once it is so no more, or done."""

from collections.abc import Sequence

import pytest

from shared.contracts.dispatch import Barred, JobState
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Deed, TicketState
from tests.component.notify.test_being_heard import listen, standing, taken
from tests.component.notify.test_inbox import inbox
from tests.support.component import Component
from tests.unit.notify.stories import Story, the_site


async def told(notify: Component, who: str) -> list[tuple[str, bool]]:
    """Return what lies in the inbox, newest first, each with whether it stands."""
    role = "dispatcher" if who == "desk" else "technician"
    return standing(await inbox(notify, who, role=role))


def later(notify: Component, story: Story) -> None:
    story.now = notify.clock.move(minutes=2)


async def test_an_offer_stands_until_it_is_accepted_and_a_job_until_it_is_lost(
    notify: Component,
) -> None:
    story = await taken(notify)
    accepted = await told(notify, "wang")
    later(notify, story)
    await notify.hears(story.order(JobState.WAITING, technician="wang", reason="ill"))
    lost = await told(notify, "wang")
    later(notify, story)

    await notify.hears(story.offered("wang"))

    assert accepted == [("job.accepted", True), ("job.offered", False)]
    assert lost == [("job.accepted", False), ("job.offered", False)]  # who gave it back knows
    assert await told(notify, "wang") == [
        ("job.offered", True),
        ("job.accepted", False),
        ("job.offered", False),
    ]


async def test_of_changes_of_one_thing_the_newest_stands_and_what_was_said_always_does(
    notify: Component,
) -> None:
    story = await taken(notify)
    for times in (1, 2):
        later(notify, story)
        await notify.hears(story.ticket(urges=(story.now,) * times))
        await notify.hears(story.said(f"Please hurry {times}"))
        later(notify, story)
    story.description = "客厅也漏水"
    await notify.hears(story.ticket(urges=(story.now,) * 2))

    changes = [(kind, stands) for kind, stands in await told(notify, "wang")]
    later(notify, story)
    await notify.hears(story.order(JobState.WORKING, technician="wang"))
    await notify.hears(story.ticket(TicketState.RESOLVED, urges=(story.now,) * 2))

    assert [stands for kind, stands in changes if kind == "job.changed"] == [
        True,  # the description, and the time of the urge
        True,
        False,
        True,
        False,
    ]
    assert [kind for kind, stands in await told(notify, "wang") if stands] == ["job.changed"] * 2


@pytest.mark.parametrize(
    ("refused", "states"),
    [(True, ()), (False, (TicketState.RESOLVED,)), (False, (TicketState.CANCELLED,))],
)
async def test_the_desk_need_not_decide_any_more_once_it_has_or_the_work_is_over(
    notify: Component, refused: bool, states: Sequence[TicketState]
) -> None:
    await listen(notify)
    story = await taken(notify)
    later(notify, story)
    await notify.hears(story.ticket(TicketState.IN_PROGRESS))
    later(notify, story)
    asked = story.deed(Deed.CANCEL_REQUESTED)
    await notify.hears(story.ticket(cancel_requested_at=story.now, activities=(asked,)))
    before = await told(notify, "desk")
    later(notify, story)
    done = (asked, story.deed(Deed.CANCEL_REFUSED, by="desk", by_staff=True)) if refused else ()

    for state in states or (None,):
        await notify.hears(story.ticket(state, activities=done))

    assert before == [("ticket.cancel_requested", True)]
    assert await told(notify, "desk") == [("ticket.cancel_requested", False)]


async def test_that_a_job_has_no_taker_stands_until_it_has_one(notify: Component) -> None:
    await listen(notify)
    story = Story(notify.clock.now())
    await notify.hears(the_site(), *story.begun())
    barred = (Barred(technician_id="li", codes=("off_shift",)),)
    await notify.hears(story.order(unassignable=barred, unassignable_at=story.now))
    before = await told(notify, "desk")
    later(notify, story)

    await notify.hears(story.ticket(TicketState.ASSIGNED))

    assert before == [("job.unassignable", True)]
    assert await told(notify, "desk") == [("job.unassignable", False)]


async def test_a_warning_stands_until_the_same_promise_is_broken_or_the_work_is_over(
    notify: Component,
) -> None:
    await listen(notify)
    story = await taken(notify)
    for kind, threshold in (
        (ClockKind.RESOLUTION, 75),
        (ClockKind.ARRIVAL, 75),
        (ClockKind.ARRIVAL, 100),
    ):
        later(notify, story)
        announced = story.announcement(kind, threshold)
        await notify.hears(story.clocks(announced=(announced,)))
    before = await told(notify, "desk")
    later(notify, story)

    await notify.hears(story.ticket(TicketState.RESOLVED))

    assert before == [("clock.breached", True), ("clock.warned", False), ("clock.warned", True)]
    assert [stands for _, stands in await told(notify, "desk")] == [False] * 3


async def test_a_merge_that_was_undone_no_longer_stands_nor_what_was_told_before_it(
    notify: Component,
) -> None:
    story = Story(notify.clock.now())
    await notify.hears(the_site(), *story.begun())
    later(notify, story)
    await notify.hears(story.ticket(TicketState.CANCELLED, merged_into="DEMO-1041-H"))
    merged = standing(await inbox(notify))
    later(notify, story)

    await notify.hears(story.ticket(TicketState.OPEN, cycle=2))

    assert merged == [("ticket.merged", True), ("ticket.received", False)]
    assert standing(await inbox(notify)) == [
        ("ticket.unmerged", True),
        ("ticket.merged", False),
        ("ticket.received", False),
    ]


async def test_what_ended_it_may_have_happened_before_it_was_said(notify: Component) -> None:
    await listen(notify)
    held, waits = await taken(notify), Story(notify.clock.now())
    await notify.hears(*waits.begun())
    held.now = waits.now = notify.clock.move(minutes=2)
    notify.clock.move(minutes=2)
    barred = (Barred(technician_id="li", codes=("off_shift",)),)
    await notify.hears(
        held.ticket(urges=(held.now,)),
        waits.order(unassignable=barred, unassignable_at=waits.now),
    )

    await notify.hears(
        held.order(JobState.WAITING, technician="wang", reason="ill"),
        waits.ticket(TicketState.ASSIGNED),
    )

    assert sorted(await told(notify, "wang")) == [
        ("job.accepted", False),
        ("job.changed", False),
        ("job.offered", False),
    ]
    assert await told(notify, "desk") == [("job.unassignable", False)]
