"""The list of tickets: every filter, saved lists, CSV; and the one to merge with."""

import pytest

from tests.component.portal.desk import DeskUnderTest, make_desk, text_of
from tests.support.portal import PortalUnderTest


@pytest.fixture
async def desk(portal: PortalUnderTest) -> DeskUnderTest:
    return await make_desk(portal, crew=False)


def shown(html: str) -> list[str]:
    return [part[:36] for part in html.split('data-test="ticket-row" data-key="')[1:]]


async def test_every_filter_narrows_the_list(desk: DeskUnderTest) -> None:
    leak = await desk.portal.open_ticket(description="厨房漏水")
    lift = await desk.portal.open_ticket(
        by="sun", unit="2-201", category="lift", description="电梯停了"
    )
    await desk.do(f"{leak['id']}/hold", {"reason": "waiting_parts"})

    for query, expected in (
        ("", [lift, leak]),
        ("state=on_hold", [leak]),
        ("state=open&state=on_hold", [lift, leak]),
        ("category=lift", [lift]),
        ("priority=urgent", [lift]),
        ("q=漏水", [leak]),
        ("q=2-201", [lift]),
        (f"reference={lift['reference']}", [lift]),
        ("reporter=sun", [lift]),
        ("nature=complaint", []),
        ("imported=true", []),
        ("opened_from=2020-01-01&opened_to=2020-12-31", []),
        ("opened_from=2020-01-01", [lift, leak]),
        ("order=due", [leak, lift]),
        ("priority=nonsense&state=x&opened_from=soon", [lift, leak]),
    ):
        listed = shown(await desk.get(f"/ops/tickets?{query}"))
        wanted = [each["id"] for each in expected]
        same = listed == wanted if "order" not in query else {*listed} == {*wanted}
        assert same, query


async def test_a_misread_reference_is_said_and_nothing_found_is_said(desk: DeskUnderTest) -> None:
    misread = text_of(await desk.get("/ops/tickets?reference=DEMO-1001-Q"))
    nothing = text_of(await desk.get("/ops/tickets?q=zeppelin"))

    assert "有一位看错或听错了" in misread
    assert "没有这样的报修单" in nothing


async def test_a_list_is_saved_shown_and_forgotten(desk: DeskUnderTest) -> None:
    await desk.portal.open_ticket(description="厨房漏水")
    saved = await desk.browser.submit(
        "/ops/tickets/filters", {"name": "漏水"}, at="/ops/tickets?q=漏水&state=open"
    )
    page = await desk.get(saved.headers["location"])

    assert saved.status_code == 303
    assert "漏水" in page.split("存下的列表")[1]
    assert 'href="/ops/tickets?state=open&amp;q=%E6%BC%8F%E6%B0%B4"' in page
    [forget] = {part.split('"')[0] for part in page.split('action="/ops/tickets/filters/')[1:]}
    path = f"/ops/tickets/filters/{forget}"
    gone = await desk.browser.submit(path, at="/ops/tickets?q=漏水&state=open")
    assert gone.status_code == 303
    assert "存下的列表" not in await desk.get("/ops/tickets")


async def test_a_list_without_a_name_and_one_too_many_are_refused_in_words(
    desk: DeskUnderTest,
) -> None:
    csrf = await desk.browser.csrf()
    for n in range(20):
        fields = {"_csrf": csrf, "name": f"n{n}", "query": "q=a"}
        await desk.browser.client.post("/ops/tickets/filters", data=fields)

    unnamed = await desk.submit("/ops/tickets/filters", {"name": " ", "query": "q=a"})
    full = await desk.submit("/ops/tickets/filters", {"name": "one more", "query": "q=a"})
    again = await desk.submit("/ops/tickets/filters", {"name": "n3", "query": "q=b"})

    assert (unnamed.status_code, full.status_code, again.status_code) == (422, 409, 303)
    assert "起个名字" in unnamed.text
    assert "最多存 20 个" in full.text


async def test_saved_lists_are_of_the_one_who_saved_them(desk: DeskUnderTest) -> None:
    await desk.submit("/ops/tickets/filters", {"name": "mine", "query": "q=a"})
    other = await desk.portal.as_person("ma", ("dispatcher", "demo"))

    page = (await other.get("/ops/tickets?q=a")).text

    assert "mine" not in page


async def test_the_table_is_passed_on(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="厨房漏水")

    table = await desk.browser.get("/ops/tickets.csv?opened_from=2020-01-01")

    assert table.headers["content-type"].startswith("text/csv")
    assert "attachment" in table.headers["content-disposition"]
    assert ticket["reference"] in table.text


async def test_a_ticket_is_merged_into_one_of_the_same_kind_and_building(
    desk: DeskUnderTest,
) -> None:
    first = await desk.portal.open_ticket(description="漏水")
    far = await desk.portal.open_ticket(by="sun", unit="2-201", description="漏水")
    second = await desk.portal.open_ticket(by="zhang", unit="3-1102", description="漏水")
    path = f"/ops/tickets/{second['id']}/merge"

    page = await desk.get(path)
    merged = await desk.submit(path, {"into": first["id"]}, at=path)

    assert page.index(first["id"]) < page.index(far["id"])
    assert second["id"] not in page.split("<ol")[1].replace(path, "")
    assert merged.headers["location"] == f"/ops/tickets/{first['id']}"
    assert (await desk.ticket(second["id"]))["duplicate_of"] == first["id"]
    again = await desk.get(f"/ops/tickets/{second['id']}")
    assert f"这一单已合并到 {first['reference']}" in text_of(again)


async def test_a_reference_is_taken_for_the_other_and_a_wrong_one_is_refused(
    desk: DeskUnderTest,
) -> None:
    first = await desk.portal.open_ticket(description="漏水")
    second = await desk.portal.open_ticket(by="zhang", unit="3-1102", description="漏水")
    path = f"/ops/tickets/{second['id']}/merge"

    wrong = [
        await desk.submit(path, {"into": into}, at=path)
        for into in ("", "DEMO-9-Q", "x" * 500, second["id"])
    ]
    right = await desk.submit(path, {"into": first["reference"].lower()}, at=path)

    assert [each.status_code for each in wrong] == [422] * 4
    assert "没有这张报修单" in text_of(wrong[1].text)
    assert right.status_code == 303


async def test_a_merge_is_undone(desk: DeskUnderTest) -> None:
    first = await desk.portal.open_ticket(description="漏水")
    second = await desk.portal.open_ticket(by="zhang", unit="3-1102", description="漏水")
    await desk.do(f"{second['id']}/merge", {"duplicate_of": first["id"]})
    page = f"/ops/tickets/{second['id']}"

    undone = await desk.submit(f"{page}/unmerge", {"reason": "两件事"}, at=page)

    assert undone.status_code == 303
    assert (await desk.ticket(second["id"]))["state"] == "open"
