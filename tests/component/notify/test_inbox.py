"""What people find in their inbox, and what staff see of it."""

import asyncio
from contextlib import AbstractAsyncContextManager
from itertools import permutations

import pytest
from sqlalchemy import text

from shared.contracts import Snapshot
from shared.contracts.dispatch import Barred, JobState
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import TicketState
from tests.component.notify.conftest import MakeNotify
from tests.component.notify.test_offers import messages
from tests.support.component import Component
from tests.support.streams import Stream
from tests.support.streams import watching as watching_url
from tests.unit.notify.stories import Story, a_technician, the_site


async def inbox(
    notify: Component, person: str = "resident-1", *, role: str = "resident", **query: str
) -> dict[str, object]:
    async with notify.http(role=role, id=person) as client:
        answer = await client.get("/v1/inbox", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def kinds(box: dict[str, object]) -> list[str]:
    assert isinstance(box["items"], list)
    return [item["kind"] for item in box["items"]]


def a_finished_ticket(notify: Component) -> list[Snapshot]:
    """The facts of one road, in order."""
    story = Story(notify.clock.now())
    told: list[Snapshot] = [
        the_site(),
        a_technician(),
        story.ticket(),
        story.clocks(),
        story.offered("wang"),
        story.accepted("wang"),
    ]
    story.now = notify.clock.move(minutes=1)
    told.append(story.ticket(TicketState.ASSIGNED))
    for job_state, state in (
        (JobState.TRAVELLING, TicketState.IN_PROGRESS),
        (JobState.ON_SITE, None),
        (JobState.COMPLETED, TicketState.RESOLVED),
    ):
        story.now = notify.clock.move(minutes=1)
        told.append(story.order(job_state, technician="wang"))
        if state is not None:
            told.append(story.ticket(state))
    return told


async def test_a_resident_reads_the_road_of_a_ticket_in_their_language(notify: Component) -> None:
    for snapshot in a_finished_ticket(notify):
        await notify.hears(snapshot)

    box = await inbox(notify)

    assert kinds(box) == [
        "ticket.resolved",
        "technician.arrived",
        "technician.travelling",
        "ticket.assigned",
        "ticket.received",
    ]
    assert box["unread"] == 5
    assert isinstance(box["items"], list)
    assert box["items"][3]["text"].startswith("王强师傅将为您处理。")


async def test_every_order_of_a_history_ends_in_the_same_messages(make_notify: MakeNotify) -> None:
    first = await make_notify()
    story = a_finished_ticket(first)[2:8]
    ends = set()

    for order in list(permutations(story))[::31]:
        notify = await make_notify(
            database_url=first.service.settings.database_url, clock=first.clock
        )
        async with notify.tx() as tx:
            for table in ("snapshots", "messages", "recipients"):
                await tx.execute(text(f"delete from {table}"))
        for snapshot in (*order, *order[:2]):
            await notify.hears(snapshot)
        found = await messages(notify, "resident-1") + await messages(notify, "wang")
        ends.add(tuple(sorted((row["recipient_id"], row["kind"], row["cause"]) for row in found)))

    assert len(ends) == 1


async def test_a_backlog_folded_into_one_batch_says_the_same(make_notify: MakeNotify) -> None:
    one_by_one, batch_size = await make_notify(), await make_notify()
    story = a_finished_ticket(one_by_one)
    batch_size.clock.set(one_by_one.clock.now())

    for snapshot in story:
        await one_by_one.hears(snapshot)
    await batch_size.hears(*story)

    assert sorted(kinds(await inbox(batch_size))) == sorted(kinds(await inbox(one_by_one)))


async def test_a_ticket_and_its_comment_in_one_batch_are_each_delivered_once(
    notify: Component,
) -> None:
    async with notify.http(id="resident-1") as client:
        await client.post("/v1/endpoints", json={"url": "http://127.0.0.1:1/"})
    story = Story(notify.clock.now())
    await notify.hears(story.clocks())

    await notify.hears(story.ticket(), story.comment("Tomorrow at nine"))

    async with notify.tx() as tx:
        rows = await tx.rows(
            text(
                "select m.kind from deliveries d left join messages m on m.id = d.message_id "
                "order by m.kind"
            )
        )
    assert [row["kind"] for row in rows] == ["ticket.answered", "ticket.received"]


async def test_two_handlers_at_once_miss_nothing_and_say_nothing_twice(
    make_notify: MakeNotify,
) -> None:
    one = await make_notify()
    other = await make_notify(database_url=one.service.settings.database_url, clock=one.clock)
    stories = [Story(one.clock.now(), reporter=f"resident-{n}") for n in range(20)]

    for story in stories:
        (ticket, clocks), order = story.begun(), story.offered("wang")
        await asyncio.gather(
            one.hears(ticket),
            other.hears(order),
            one.hears(clocks),
            other.hears(ticket),
            one.hears(order),
        )

    assert len(await messages(one, "wang")) == 20
    for n in range(20):
        assert [row["kind"] for row in await messages(one, f"resident-{n}")] == ["ticket.received"]


async def test_a_language_that_a_recipient_chose_is_spoken(notify: Component) -> None:
    async with notify.http(id="resident-1") as client:
        put = await client.put("/v1/recipients/resident-1", json={"language": "en"})
    await notify.hears(*Story(notify.clock.now()).begun())

    box = await inbox(notify)

    assert put.status_code == 200
    assert isinstance(box["items"], list)
    assert box["items"][0]["title"] == "We have received your request DEMO-1042-K"


async def test_a_recipient_is_met_with_the_tickets_language(notify: Component) -> None:
    await notify.hears(*Story(notify.clock.now(), language="en").begun())

    async with notify.http(id="resident-1") as client:
        met = (await client.get("/v1/recipients/resident-1")).json()

    assert (met["language"], met["version"], met["audience"]) == ("en", 1, [])


async def test_the_first_word_waits_a_moment_for_the_promises_and_says_by_when(
    notify: Component,
) -> None:
    story = Story(notify.clock.now(), language="en")
    await notify.hears(the_site(), story.ticket())
    before = kinds(await inbox(notify))

    await notify.hears(story.clocks())
    notify.clock.move(seconds=3)
    await notify.runs_due("promises")

    box = await inbox(notify)
    assert (before, kinds(box)) == ([], ["ticket.received"])
    assert isinstance(box["items"], list)
    assert "Somebody will be there by" in box["items"][0]["text"]


async def test_the_first_word_is_said_without_promises_when_none_come(notify: Component) -> None:
    await notify.hears(Story(notify.clock.now()).ticket())
    early = await notify.runs_due("promises")
    notify.clock.move(seconds=2)

    late = await notify.runs_due("promises")

    assert (early, late) == (0, 1)
    assert kinds(await inbox(notify)) == ["ticket.received"]


async def test_reading_a_message_lowers_the_count_and_only_ones_own_can_be_read(
    notify: Component,
) -> None:
    await notify.hears(*Story(notify.clock.now()).begun())
    box = await inbox(notify)
    assert isinstance(box["items"], list)
    url = f"/v1/inbox/{box['items'][0]['id']}/read"

    async with notify.http(id="resident-2") as stranger:
        foreign = await stranger.post(url)
    async with notify.http(id="resident-1") as client:
        read, again = await client.post(url), await client.post(url, json={})

    assert (
        foreign.status_code,
        read.status_code,
        read.json()["unread"],
        again.json()["unread"],
    ) == (404, 200, 0, 0)
    assert kinds(await inbox(notify, unread="true")) == []
    assert kinds(await inbox(notify)) == ["ticket.received"]


async def test_all_that_was_seen_is_marked_as_read_and_what_came_since_is_not(
    notify: Component,
) -> None:
    for _ in range(3):
        await notify.hears(*Story(notify.clock.now()).begun())
    box = await inbox(notify)
    assert isinstance(box["items"], list)
    last, seen, _ = (each["id"] for each in box["items"])

    async with notify.http(id="resident-2") as stranger:
        foreign = await stranger.post("/v1/inbox:read", json={"newest": last})
    async with notify.http(id="resident-1") as client:
        read = await client.post("/v1/inbox:read", json={"newest": seen})
        again = await client.post("/v1/inbox:read", json={"newest": seen})

    assert (foreign.status_code, foreign.json()) == (200, {"unread": 0})
    assert [each.json() for each in (read, again)] == [{"unread": 1}, {"unread": 1}]
    left = await inbox(notify, unread="true")
    assert isinstance(left["items"], list)
    assert [each["id"] for each in left["items"]] == [last]


async def test_the_inbox_comes_in_pages(notify: Component) -> None:
    for _ in range(5):
        await notify.hears(*Story(notify.clock.now()).begun())

    seen, url = [], "/v1/inbox?limit=2"
    async with notify.http(id="resident-1") as client:
        while url:
            answer = await client.get(url)
            seen += [item["id"] for item in answer.json()["items"]]
            url = answer.links.get("next", {}).get("url", "")

    assert len(seen) == len(set(seen)) == 5


async def test_dispatchers_of_the_site_hear_of_warnings_and_of_work_that_nobody_can_do(
    notify: Component,
) -> None:
    async with notify.http(role="dispatcher", id="desk") as client:
        put = await client.put(
            "/v1/recipients/desk", json={"audience": [{"role": "dispatcher", "site": "demo"}]}
        )
    async with notify.http(role="dispatcher", id="other-desk", site="elsewhere") as client:
        await client.put(
            "/v1/recipients/other-desk",
            json={"audience": [{"role": "dispatcher", "site": "elsewhere"}]},
        )
    story = Story(notify.clock.now())
    await notify.hears(*story.begun())
    await notify.hears(
        story.order(unassignable=(Barred(technician_id="wang", codes=("lacks_skill",)),))
    )
    await notify.hears(
        story.clocks(
            announced=(
                story.announcement(ClockKind.RESPONSE, 75),
                story.announcement(ClockKind.RESPONSE, 100),
            )
        )
    )

    found = await inbox(notify, "desk", role="dispatcher")

    assert put.status_code == 200, put.text
    assert sorted(kinds(found)) == ["clock.breached", "clock.warned", "job.unassignable"]
    assert kinds(await inbox(notify, "other-desk")) == []


async def test_nobody_makes_themselves_hear_a_site_that_is_not_theirs(notify: Component) -> None:
    wanted = {"audience": [{"role": "dispatcher", "site": "demo"}]}
    async with notify.http(role="resident", id="resident-1") as client:
        resident = await client.put("/v1/recipients/resident-1", json=wanted)
    async with notify.http(role="dispatcher", id="desk", site="elsewhere") as client:
        foreign = await client.put("/v1/recipients/desk", json=wanted)
        everywhere = await client.put(
            "/v1/recipients/desk", json={"audience": [{"role": "dispatcher", "site": "*"}]}
        )

    assert [answer.status_code for answer in (resident, foreign, everywhere)] == [403, 403, 403]


async def test_staff_see_what_was_said_about_a_ticket_of_their_site_and_how_it_went(
    notify: Component,
) -> None:
    story = Story(notify.clock.now())
    async with notify.http(role="technician", id="wang") as client:
        await client.post("/v1/endpoints", json={"url": "http://127.0.0.1:1/"})
    await notify.hears(*story.begun(), story.offered("wang"))
    url = f"/v1/messages?ticket_id={story.ticket_id}"

    async with notify.http(role="dispatcher", id="desk") as client:
        seen = (await client.get(url)).json()["items"]
    async with notify.http(role="dispatcher", id="desk", site="elsewhere") as client:
        foreign = (await client.get(url)).json()["items"]
    async with notify.http(role="resident") as client:
        refused = await client.get(url)

    told = {
        (item["recipient_id"], item["kind"]): [delivery["state"] for delivery in item["deliveries"]]
        for item in seen
    }
    assert told == {("resident-1", "ticket.received"): [], ("wang", "job.offered"): ["pending"]}
    assert (foreign, refused.status_code) == ([], 403)


def watching(
    notify: Component, person: str, *, last: str | None = None
) -> AbstractAsyncContextManager[Stream]:
    return watching_url(
        notify, "/v1/inbox/events", role="resident", id=person, site="demo", after=last
    )


async def test_the_live_inbox_tells_what_is_there_and_what_comes_and_goes_on_where_it_was(
    notify: Component,
) -> None:
    await notify.hears(*Story(notify.clock.now()).begun())

    async with watching(notify, "resident-1") as live:
        (first,) = await live.has(1)
        await notify.hears(*Story(notify.clock.now()).begun())
        _, second = await live.has(2)
    async with watching(notify, "resident-1", last=first["id"]) as resumed:
        again = await resumed.has(1)

    assert first["event"] == "ticket.received"
    assert first["data"]["title"] == "已收到您的报修 DEMO-1042-K"
    assert [event["id"] for event in again] == [second["id"]]


@pytest.mark.parametrize("last", ["nonsense", "7"])
async def test_a_bad_last_event_id_is_refused(notify: Component, last: str) -> None:
    async with notify.http() as client:
        answer = await client.get("/v1/inbox/events", headers={"Last-Event-ID": last})

    assert answer.status_code == 400


async def test_forgetting_a_recipient_takes_their_endpoints_along(notify: Component) -> None:
    async with notify.http(id="resident-1") as client:
        await client.put("/v1/recipients/resident-1", json={})
        made = [
            (await client.post("/v1/endpoints", json={"url": "http://127.0.0.1:1/"})).json()
            for _ in range(2)
        ]
        off = await client.patch(
            f"/v1/endpoints/{made[0]['id']}", json={"enabled": False}, headers={"If-Match": '"1"'}
        )

        gone = await client.delete("/v1/recipients/resident-1")

        assert (off.status_code, gone.status_code) == (200, 204)
        assert (await client.get("/v1/recipients/resident-1")).status_code == 404
        assert [(await client.get(f"/v1/endpoints/{each['id']}")).status_code for each in made] == [
            404,
            404,
        ]


async def test_staff_of_a_site_where_a_person_is_not_known_do_not_forget_them(
    notify: Component,
) -> None:
    async with notify.http(id="resident-1") as client:
        await client.put("/v1/recipients/resident-1", json={})
        await client.post("/v1/endpoints", json={"url": "http://127.0.0.1:1/"})

    async with notify.http(role="dispatcher", id="desk", site="elsewhere") as client:
        refused = await client.delete("/v1/recipients/resident-1")

    assert refused.status_code == 404


async def test_who_is_told_of_anothers_ticket_first_is_not_taken_for_one_of_their_language(
    notify: Component,
) -> None:
    theirs = Story(notify.clock.now(), reporter="anna", language="zh-CN")
    theirs.followers = ("ben",)
    ticket = theirs.ticket(TicketState.ASSIGNED)
    english = the_site().model_copy(update={"language": "en"})

    await notify.hears(english, ticket)

    box = await inbox(notify, "ben")
    assert isinstance(box["items"], list)
    assert [item["language"] for item in box["items"]] == ["en"]


async def test_those_whose_report_was_merged_hear_of_it_once_and_then_of_what_goes_on(
    notify: Component,
) -> None:
    target = Story(notify.clock.now(), reporter="anna")
    duplicate = Story(notify.clock.now(), reporter="ben")
    await notify.hears(the_site(), *target.begun(), *duplicate.begun())

    duplicate.now = target.now = notify.clock.move(minutes=1)
    target.followers = ("ben",)
    merged = duplicate.ticket(TicketState.CANCELLED, merged_into="DEMO-1001-A")
    followed = target.ticket()
    await notify.hears(followed, merged)
    await notify.hears(merged, followed, duplicate.clocks())
    target.now = notify.clock.move(minutes=1)
    await notify.hears(target.ticket(TicketState.RESOLVED))
    resolved = await inbox(notify, "ben")
    duplicate.now = notify.clock.move(minutes=1)
    target.followers = ()
    alone = duplicate.ticket(TicketState.OPEN, cycle=2)
    await notify.hears(target.ticket(), alone)
    target.now = notify.clock.move(minutes=1)
    await notify.hears(alone, target.ticket(TicketState.CLOSED))

    assert kinds(resolved) == ["ticket.resolved", "ticket.merged", "ticket.received"]
    items = resolved["items"]
    assert isinstance(items, list)
    assert items[1]["title"] == "报修 DEMO-1042-K 已并入 DEMO-1001-A"
    assert kinds(await inbox(notify, "ben"))[0] == "ticket.unmerged"
    assert kinds(await inbox(notify, "anna")) == [
        "ticket.closed",
        "ticket.resolved",
        "ticket.received",
    ]


async def test_who_listens_at_a_site_is_listed_to_its_staff(notify: Component) -> None:
    async with notify.http(role="admin", id="root", site="*") as admin:
        for id, sites in (
            ("both", ("demo", "other")),
            ("elsewhere", ("other",)),
            ("everywhere", ("*",)),
            ("here", ("demo",)),
        ):
            audience = [{"role": "dispatcher", "site": site} for site in sites]
            answer = await admin.put(f"/v1/recipients/{id}", json={"audience": audience})
            assert answer.status_code == 200
        assert (await admin.put("/v1/recipients/silent", json={})).status_code == 200
        everyone = (await admin.get("/v1/recipients")).json()["items"]
    async with notify.http(role="dispatcher", id="dora", site="demo") as dora:
        first = await dora.get("/v1/recipients?limit=2")
        rest = await dora.get(first.headers["link"].partition("<")[2].partition(">")[0])
        foreign = await dora.get("/v1/recipients?site=other")
    async with notify.http(role="resident", id="resi", site="demo") as resident:
        refused = await resident.get("/v1/recipients")

    assert [each["id"] for each in everyone] == ["both", "elsewhere", "everywhere", "here"]
    theirs = [*first.json()["items"], *rest.json()["items"]]
    assert {each["id"]: [one["site"] for one in each["audience"]] for each in theirs} == {
        "both": ["demo"],
        "everywhere": ["*"],
        "here": ["demo"],
    }
    assert (foreign.status_code, refused.status_code) == (404, 403)
