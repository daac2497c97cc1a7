"""Tickets of the desk, those that are turned, and what residents are asked, from the facts to the
inboxes.
"""

from typing import Any

from shared.contracts import TicketV1
from shared.contracts.categories import Lack, MissingAnswer, Nature, Road
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Classing, Deed, Priority, TicketState
from tests.component.notify.test_being_heard import listen, standing
from tests.component.notify.test_inbox import inbox, kinds
from tests.support.component import Component
from tests.unit.notify.stories import Story, the_site


def on_roads(story: Story, ticket: TicketV1, *roads: Road, **more: Any) -> TicketV1:
    """The ticket as a complaint that took these roads, the last of them now."""
    opened_at = ticket.opened_at
    classes = tuple(
        Classing(
            at=opened_at if n == 0 else story.now,
            category="complaint",
            priority=Priority.NORMAL,
            nature=Nature.COMPLAINT,
            road=road,
        )
        for n, road in enumerate(roads)
    )
    changes: dict[str, Any] = {"classes": classes, "road": roads[-1], **more}
    return ticket.model_copy(
        update={"category": "complaint", "nature": Nature.COMPLAINT, **changes}
    )


def promised(story: Story) -> Any:
    return story.clocks(story.clock(ClockKind.RESPONSE), story.clock(ClockKind.RESOLUTION))


async def test_the_desk_hears_of_a_complaint_at_once_and_its_reporter_of_no_technician(
    notify: Component,
) -> None:
    await listen(notify)
    story = Story(notify.clock.now(), language="en")
    complaint = on_roads(story, story.ticket(), Road.DESK)

    await notify.hears(the_site(), complaint)
    heard_at_once = await inbox(notify, "desk", role="dispatcher")
    await notify.hears(promised(story), complaint.model_copy(update={"version": 2}))

    assert kinds(heard_at_once) == ["ticket.opened_for_desk"]
    assert kinds(await inbox(notify, "desk", role="dispatcher")) == ["ticket.opened_for_desk"]
    box: Any = await inbox(notify)
    assert kinds(box) == ["ticket.received"]
    [received] = box["items"]
    assert received["title"] == "We have received your complaint DEMO-1042-K"
    assert received["text"].startswith("Our staff will answer you by ")
    assert (received["data"]["nature"], received["data"]["road"]) == ("complaint", "desk")


async def test_what_the_desk_was_told_of_a_complaint_stands_until_it_is_settled(
    notify: Component,
) -> None:
    await listen(notify)
    story = Story(notify.clock.now())
    await notify.hears(the_site(), on_roads(story, story.ticket(), Road.DESK), promised(story))
    before = standing(await inbox(notify, "desk", role="dispatcher"))
    story.now = notify.clock.move(minutes=2)

    await notify.hears(on_roads(story, story.ticket(TicketState.RESOLVED), Road.DESK))

    assert before == [("ticket.opened_for_desk", True)]
    assert standing(await inbox(notify, "desk", role="dispatcher")) == [
        ("ticket.opened_for_desk", False)
    ]
    assert standing(await inbox(notify)) == [("ticket.resolved", True), ("ticket.received", False)]


async def test_who_was_told_of_a_technician_is_told_when_the_desk_takes_over_and_the_other_way(
    notify: Component,
) -> None:
    await listen(notify)
    story = Story(notify.clock.now())
    await notify.hears(the_site(), story.ticket(), story.clocks())
    story.now = notify.clock.move(minutes=2)
    there = on_roads(story, story.ticket(), Road.DISPATCH, Road.DESK)
    await notify.hears(there)
    await notify.hears(there)
    at_desk = await inbox(notify)
    story.now = notify.clock.move(minutes=2)
    back = story.ticket().model_copy(
        update={
            "classes": (
                *there.classes,
                there.classes[0].model_copy(update={"at": story.now}),
            )
        }
    )

    await notify.hears(back)

    assert standing(at_desk) == [("ticket.rerouted", True), ("ticket.received", False)]
    assert standing(await inbox(notify)) == [
        ("ticket.rerouted", True),
        ("ticket.rerouted", False),
        ("ticket.received", False),
    ]
    assert kinds(await inbox(notify, "desk", role="dispatcher")) == ["ticket.opened_for_desk"]


async def test_a_resident_is_asked_once_and_the_desk_hears_of_the_answer(
    notify: Component,
) -> None:
    await listen(notify)
    story = Story(notify.clock.now(), language="en")
    where = MissingAnswer(
        question="where",
        why=Lack.UNANSWERED,
        asked_at=story.now,
        names={"zh-CN": "在哪？", "en": "Where is it?"},
    )
    asking: dict[str, Any] = {"needs_info": True, "missing": (where,)}
    await notify.hears(the_site(), story.ticket(**asking), story.clocks())
    story.now = notify.clock.move(minutes=2)
    wrong = where.model_copy(update={"why": Lack.NOT_AN_OPTION})
    await notify.hears(story.ticket(needs_info=True, missing=(wrong,)))
    asked: Any = await inbox(notify)
    story.now = notify.clock.move(minutes=2)

    answered = story.deed(Deed.AMENDED, changed=("answers", "needs_info"))
    await notify.hears(story.ticket(activities=(answered,)))

    assert sorted(standing(asked)) == [("ticket.asked", True), ("ticket.received", True)]
    [question] = [item for item in asked["items"] if item["kind"] == "ticket.asked"]
    assert question["text"] == "Please answer on the ticket:\n- Where is it?"
    assert question["data"]["questions"] == [
        {
            "question": "where",
            "why": "unanswered",
            "names": {"zh-CN": "在哪？", "en": "Where is it?"},
        }
    ]
    assert dict(standing(await inbox(notify)))["ticket.asked"] is False
    desk: Any = await inbox(notify, "desk", role="dispatcher")
    assert [(item["kind"], item["data"]["changed"]) for item in desk["items"]] == [
        ("ticket.amended", ["answers", "needs_info"])
    ]
