"""News for the page that is open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from services.portal.actions.sessions import end_sessions_of
from services.portal.adapters.live_hub import LiveHub
from tests.support.eventually import eventually
from tests.support.portal import Browser, MakePortal, PortalUnderTest


class _Heard:
    """What has come of a stream so far."""

    def __init__(self, answer: httpx.Response) -> None:
        self._pieces = answer.aiter_text()
        self.text = ""

    async def until(self, wanted: str) -> str:
        """Read on until the text has come; return all that came before it since the last one."""
        while wanted not in self.text:
            self.text += await anext(self._pieces)
        before, _, self.text = self.text.partition(wanted)
        return before

    async def end(self) -> str:
        """Read to the end of the stream; return what came."""
        async for piece in self._pieces:
            self.text += piece
        return self.text


@asynccontextmanager
async def _hearing(browser: Browser, *topics: str, **headers: str) -> AsyncIterator[_Heard]:
    async with browser.hears(*topics, **headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _Heard(answer)


async def _ticket(portal: PortalUnderTest) -> str:
    await portal.make_site()
    return str((await portal.open_ticket(description="水管漏水"))["id"])


async def _comment(portal: PortalUnderTest, ticket_id: str, text: str) -> None:
    tickets = await portal.service("tickets")
    async with tickets.http(id="demo-resident", units=["3-1202"]) as http:
        answer = await http.post(f"/v1/tickets/{ticket_id}/comments", json={"text": text})
        assert answer.status_code == 201, answer.text


async def test_a_page_is_told_that_its_ticket_has_changed(portal: PortalUnderTest) -> None:
    ticket_id = await _ticket(portal)
    resident = await portal.as_("resident")

    async with _hearing(resident, f"ticket:{ticket_id}") as heard:
        await heard.until("event: changed")  # for what may have changed since the page was made
        await _comment(portal, ticket_id, "还在漏")
        await heard.until("event: changed")


async def test_all_tabs_of_a_person_share_one_stream_at_the_service(
    portal: PortalUnderTest,
) -> None:
    ticket_id = await _ticket(portal)
    resident, topic = await portal.as_("resident"), f"ticket:{ticket_id}"

    async with _hearing(resident, topic) as one, _hearing(resident, topic) as other:
        await one.until("event: changed")
        await _comment(portal, ticket_id, "还在漏")
        await one.until("event: changed")
        await other.until("event: changed")

    asked = [path for _, path in portal.asked if path.endswith("/events")]
    assert len(asked) == 1


async def test_a_page_that_comes_back_is_told_at_once(portal: PortalUnderTest) -> None:
    resident = await portal.as_("resident")

    async with _hearing(resident, "inbox", last_event_id="7") as heard:
        await heard.until("event: changed")


async def test_a_stream_of_the_service_that_breaks_is_opened_again_and_the_page_told(
    portal: PortalUnderTest,
) -> None:
    ticket_id = await _ticket(portal)
    resident = await portal.as_("resident")
    tickets = await portal.service("tickets")

    async with _hearing(resident, f"ticket:{ticket_id}") as heard:
        await heard.until("event: changed")
        portal.stop("tickets")
        tickets.service.live_topics.close()  # as a service does that stops
        await _comment(portal, ticket_id, "还在漏")
        tickets.service.live_topics.closed = False
        portal.start("tickets")
        await heard.until("event: changed")


async def test_a_topic_that_is_not_the_visitors_to_see_is_not_found(
    portal: PortalUnderTest,
) -> None:
    ticket_id = await _ticket(portal)
    neighbour = await portal.as_person("zhang", ("resident", "demo"), units=["1-101"])
    nothing = "01980000-0000-7000-8000-000000000000"

    for topic in (f"ticket:{ticket_id}", f"ticket:{nothing}", "board:demo", f"job:{nothing}"):
        async with neighbour.hears(topic) as answer:
            assert answer.status_code == 404, topic
    async with portal.stranger().hears("inbox") as answer:
        assert answer.status_code == 401


@pytest.mark.parametrize("topics", [["x"], ["ticket:"], ["inbox:li"], ["inbox"] * 21, []])
async def test_what_is_no_topic_and_one_too_many_is_refused(
    portal: PortalUnderTest, topics: list[str]
) -> None:
    async with (await portal.as_("resident")).hears(*topics) as answer:
        assert answer.status_code == 422


async def test_a_session_has_six_streams_a_person_so_many_and_gets_a_place_back(
    make_portal: MakePortal,
) -> None:
    portal = await make_portal(streams_per_caller=7)
    resident, again = await portal.as_("resident"), await portal.as_("resident")
    answers = [resident.hears("inbox") for _ in range(6)]
    for each in answers:
        assert (await each.__aenter__()).status_code == 200

    async with (
        resident.hears("inbox") as seventh,
        again.hears("inbox") as elsewhere,
        again.hears("inbox") as one_more,
    ):
        answers_beyond = [each.status_code for each in (seventh, elsewhere, one_more)]
        assert answers_beyond == [429, 200, 429]
    await answers[0].__aexit__(None, None, None)

    async def has_a_place() -> bool:
        async with resident.hears("inbox") as answer:
            return answer.status_code == 200

    await eventually(has_a_place)
    for each in answers[1:]:
        await each.__aexit__(None, None, None)


async def test_a_stream_ends_with_its_session(portal: PortalUnderTest) -> None:
    resident = await portal.as_("resident")
    elsewhere = await portal.as_("resident")

    async with _hearing(resident, "inbox") as heard, _hearing(elsewhere, "inbox") as other:
        await heard.until("retry")
        await resident.submit("/logout")
        await heard.end()
        async with portal.state.database.transaction() as tx:
            await end_sessions_of(tx, "demo-resident")
        await other.end()


async def test_streams_end_when_the_portal_stops(portal: PortalUnderTest) -> None:
    async with _hearing(await portal.as_("resident"), "inbox") as heard:
        await heard.until("retry")
        portal.state.live_topics.close()
        await heard.end()


async def test_a_stream_at_the_service_is_left_a_while_after_the_last_page(
    portal: PortalUnderTest,
) -> None:
    portal.state.hub = LiveHub(portal.state.live_topics, linger_s=0)
    resident = await portal.as_("resident")
    notify = await portal.service("notify")

    async with _hearing(resident, "inbox") as heard:
        await heard.until("event: changed")
        assert notify.app.state.seats.total() == 1

    async def is_left() -> bool:
        seats: int = notify.app.state.seats.total()
        return seats == 0

    await eventually(is_left)
