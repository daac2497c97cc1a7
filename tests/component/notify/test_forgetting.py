"""What was said about tickets that ended long ago is forgotten, and nothing is said again because
of that.
"""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from shared.contracts import Snapshot
from shared.contracts.dispatch import Barred, JobState
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import TicketState
from tests.component.notify.conftest import MakeNotify, register, send
from tests.component.notify.receiver import Receiver
from tests.support.component import Component
from tests.unit.notify.stories import Story, a_technician, the_site


@pytest.fixture
async def notify(make_notify: MakeNotify) -> Component:
    return await make_notify(message_retention_days=90)


def a_whole_story(notify: Component) -> tuple[Story, list[Snapshot]]:
    """A ticket from its report to its end, with a comment, late clocks and a technician; its facts
    in order.
    """
    story = Story(notify.clock.now())
    late = story.clock(ClockKind.ARRIVAL, state=ClockState.BREACHED, breached_at=story.now)
    told: list[Snapshot] = [
        the_site(),
        a_technician(),
        story.ticket(),
        story.clocks(),
        story.offered("wang", "li"),
        story.accepted("wang"),
    ]
    told += [story.ticket(TicketState.ASSIGNED), story.comment("马上到")]
    told.append(story.clocks(late, announced=(story.announcement(ClockKind.ARRIVAL, 100),)))
    for job_state in (JobState.TRAVELLING, JobState.ON_SITE, JobState.COMPLETED):
        story.now = notify.clock.move(minutes=1)
        told.append(story.order(job_state, technician="wang"))
    return story, [*told, story.ticket(TicketState.RESOLVED), story.ticket(TicketState.CLOSED)]


async def messages(notify: Component) -> Counter[tuple[str, str, str | None]]:
    """(kind, recipient, why it is stale) → how many."""
    async with notify.tx() as tx:
        rows = await tx.rows(
            text("select kind, recipient_id, stale, count(*) as n from messages group by 1, 2, 3")
        )
    return Counter({(row["kind"], row["recipient_id"], row["stale"]): row["n"] for row in rows})


async def rows_left(notify: Component) -> dict[str, int]:
    """Of every table that has something."""
    tables = (
        "messages",
        "deliveries",
        "attempts",
        "offer_answers",
        "waiting",
        "repeats",
        "ended_tickets",
        "snapshots",
        "shrunk_snapshots",
    )
    async with notify.tx() as tx:
        found = {
            table: (await tx.rows(text(f"select count(*) as n from {table}")))[0]["n"]
            for table in tables
        }
    return {table: n for table, n in found.items() if n}


async def forget(notify: Component) -> None:
    while await notify.runs_due("retention"):
        pass


async def test_a_late_rating_or_comment_on_a_shrunk_ticket_says_what_is_new_and_nothing_else(
    notify: Component,
) -> None:
    story, facts = a_whole_story(notify)
    for fact in facts:
        await notify.hears(fact)
    notify.clock.move(days=30)
    await forget(notify)
    before = await messages(notify)
    story.now = notify.clock.now()

    await notify.hears(story.ticket(ratings=()))
    await notify.hears(story.comment("谢谢", author="resident-1", by_staff=False))
    nothing = await messages(notify) - before
    await notify.hears(story.comment("应该的"))

    assert nothing == Counter()
    assert await messages(notify) - before == Counter({("ticket.answered", "resident-1", None): 1})


async def test_every_fact_that_is_heard_again_at_any_time_says_nothing(notify: Component) -> None:
    _, facts = a_whole_story(notify)
    for fact in facts:
        await notify.hears(fact)
    said = {key for key in await messages(notify) if key[2] is None}

    for _ in range(5):
        notify.clock.move(days=30)
        await forget(notify)
        before = await messages(notify)
        for fact in facts:
            await notify.hears(fact)
        assert {key for key in await messages(notify) - before if key[2] is None} == set()
    assert ("job.accepted", "wang", None) in said


async def test_a_work_order_of_old_that_nobody_could_do_is_no_news_to_staff(
    notify: Component,
) -> None:
    async with notify.http(role="dispatcher", id="desk") as http:
        answer = await http.put(
            "/v1/recipients/desk",
            json={"language": "en", "audience": [{"role": "dispatcher", "site": "demo"}]},
        )
    assert answer.status_code == 200, answer.text
    story = Story(notify.clock.now())
    barred = (Barred(technician_id="wang", codes=("off_shift",)),)
    facts = [story.ticket(), story.order(unassignable=barred), story.ticket(TicketState.CANCELLED)]
    for fact in facts:
        await notify.hears(fact)
    first = await messages(notify)
    notify.clock.move(days=90)
    await forget(notify)
    forgotten = await messages(notify)

    for fact in reversed(facts):
        await notify.hears(fact)

    assert first["job.unassignable", "desk", None] == 1
    assert forgotten == Counter()
    assert {stale for _, _, stale in await messages(notify)} == {"too_old"}


async def test_messages_go_with_their_deliveries_and_nothing_of_the_ticket_stays(
    notify: Component, receiver: Receiver
) -> None:
    await register(notify, receiver)
    _, facts = a_whole_story(notify)
    for fact in facts:
        await notify.hears(fact)
        await send(notify)
    held = await rows_left(notify)

    notify.clock.move(days=31)
    await notify.runs_due("old_attempts")
    await forget(notify)
    shrunk = await rows_left(notify)
    notify.clock.move(days=59)
    await forget(notify)

    assert held["attempts"] == held["deliveries"] > 0
    assert "attempts" not in shrunk
    assert shrunk["messages"] == held["messages"]
    assert (shrunk["snapshots"], shrunk["shrunk_snapshots"]) == (2, 1)
    assert await rows_left(notify) == {"snapshots": 2}  # the site and the technician


async def test_a_message_of_a_shrunk_ticket_keeps_its_words_and_ids_and_is_not_replayed(
    notify: Component, receiver: Receiver
) -> None:
    began = notify.clock.now()
    await register(notify, receiver)
    endpoint = await register(notify, receiver, "resident-1")
    _, facts = a_whole_story(notify)
    for fact in facts:
        await notify.hears(fact)
        await send(notify)
    sent = len(receiver.got)

    async def inbox(role: str, id: str) -> list[dict[str, Any]]:
        async with notify.http(role=role, id=id) as http:
            items: list[dict[str, Any]] = (await http.get("/v1/inbox")).json()["items"]
        return items

    def words(items: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
        return [(each["kind"], each["title"], each["text"]) for each in items]

    whole = await inbox("resident", "resident-1"), await inbox("technician", "wang")
    notify.clock.move(days=30)
    await forget(notify)
    shortened = await inbox("resident", "resident-1"), await inbox("technician", "wang")
    async with notify.http(role="resident", id="resident-1") as http:
        answer = await http.post(
            f"/v1/endpoints/{endpoint['id']}:replay", json={"since": began.isoformat()}
        )
    await send(notify)

    assert [words(each) for each in shortened] == [words(each) for each in whole]
    ids = {"shortened", "ticket_id", "reference", "job_id", "offer_id", "clock", "changed"}
    for was, is_now in zip(whole[0] + whole[1], shortened[0] + shortened[1], strict=True):
        assert is_now["data"] == {
            **{name: value for name, value in was["data"].items() if name in ids},
            "shortened": True,
        }
    assert any("job" in each["data"] for each in whole[1])
    assert (answer.json(), len(receiver.got)) == ({"replayed": 0}, sent)


async def test_what_a_resident_writes_on_a_forgotten_ticket_is_forgotten_in_its_turn(
    notify: Component,
) -> None:
    story = Story(notify.clock.now())

    await notify.hears(story.comment("?", author="resident-1", by_staff=False))
    held = await rows_left(notify)
    notify.clock.move(days=90)
    await forget(notify)

    assert held == {"snapshots": 1, "ended_tickets": 1}
    assert await rows_left(notify) == {}


async def test_a_comment_that_comes_before_its_ticket_does_not_let_the_ticket_be_forgotten(
    notify: Component,
) -> None:
    story = Story(notify.clock.now())
    comment = story.comment("马上到")

    await notify.hears(comment)
    await notify.hears(story.ticket())
    notify.clock.move(days=1000)
    await forget(notify)

    assert (await rows_left(notify))["snapshots"] == 2
    assert (await messages(notify))["ticket.answered", "resident-1", None] == 1


async def test_messages_about_no_ticket_go_by_their_age(notify: Component) -> None:
    async with notify.tx() as tx:
        await tx.execute(
            text("""insert into messages (id, recipient_id, kind, cause, at, created_at, language,
              title, text, data)
                    select gen_random_uuid(), 'wang', 'endpoint.disabled', i::text, at, at, 'en',
                      '', '', '{}'
                    from generate_series(1, 5) i
                    cross join lateral (select cast(:now as timestamptz) - i * interval '20 days'
                      as at) t"""),
            now=notify.clock.now(),
        )

    taken = await notify.runs_due("other_messages")

    assert (taken, (await rows_left(notify))["messages"]) == (1, 4)


@pytest.mark.parametrize(("days", "left"), [(30, 0), (0, 1), (40, 1)])
async def test_attempts_are_kept_for_as_long_as_is_set(
    make_notify: MakeNotify, receiver: Receiver, days: int, left: int
) -> None:
    notify: Any = await make_notify(attempt_retention_days=days)
    await register(notify, receiver, kinds=["job.offered"])
    story = Story(notify.clock.now())
    await notify.hears(story.ticket(), story.offered("wang"))
    await send(notify)
    notify.clock.move(days=31)

    if days:
        await notify.runs_due("old_attempts")

    assert (await rows_left(notify)).get("attempts", 0) == left
