"""The live board: what falls due next, how much there is of what, who does what."""

import asyncio

import pytest

from tests.component.portal.desk import DeskUnderTest, at, make_desk, numbers, rows, text_of
from tests.support.eventually import eventually
from tests.support.portal import PortalUnderTest


@pytest.fixture
async def desk(portal: PortalUnderTest) -> DeskUnderTest:
    return await make_desk(portal)


async def test_what_falls_due_next_stands_first_with_place_words_and_clock(
    desk: DeskUnderTest,
) -> None:
    calm = await desk.portal.open_ticket(description="水龙头滴水", priority=None)
    urgent = await desk.portal.open_ticket(by="zhang", unit="1-101", description="水管爆了，淹水了")

    board = await desk.get("/ops")

    assert rows(board) == [urgent["id"], calm["id"]]
    assert numbers(board) == {
        "open": 2,
        "risk": 1,
        "breached": 0,
        "unassignable": 0,
        "unheard": 0,
    }
    assert "1号楼 101" in board
    assert "水管爆了" in board
    assert "剩 5 分" in board
    assert board.count('class="strip"') == 2


async def test_each_number_leads_to_as_many_tickets_as_it_says(desk: DeskUnderTest) -> None:
    late = await desk.portal.open_ticket(description="水管爆了，淹水了")
    asked = await desk.portal.open_ticket(by="zhang", unit="1-101", description="水龙头滴水")
    stuck = await desk.portal.open_ticket(by="sun", unit="2-201", category="lift", description="停")
    await desk.hand_out()
    desk.portal.clock.move(minutes=6)
    await (await desk.service("sla")).runs_due("clocks")
    await desk.portal.settle()
    await desk.do(f"{late['id']}/urge", as_="resident")

    board = await desk.get("/ops")
    shown = {
        name: rows(await desk.get(f"/ops?show={name}"))
        for name in ("risk", "breached", "unassignable", "unheard")
    }

    assert {name: len(ids) for name, ids in shown.items()} | {"open": 3} == numbers(board)
    assert shown["breached"] == [late["id"]]
    assert shown["unassignable"] == [stuck["id"]]
    assert shown["unheard"] == [late["id"]]
    assert asked["id"] not in shown["risk"]


async def test_who_is_asked_who_comes_and_why_no_one_can_is_said_in_words(
    desk: DeskUnderTest,
) -> None:
    asked = await desk.portal.open_ticket(description="水龙头滴水")
    await desk.portal.open_ticket(by="sun", unit="2-201", category="lift", description="电梯停了")
    await desk.hand_out()

    before = text_of(await desk.get("/ops"))
    arrival = desk.portal.clock.now().replace(microsecond=0)
    job = await desk.accept(asked, planned_arrival=arrival.isoformat())
    after = text_of(await desk.get("/ops"))

    name = {"li": "李强", "wu": "吴伟"}[job["technician_id"]]
    assert f"问了{name}" in before
    assert "2 位都不能，看原因" in before
    assert f"{name} · 约" in after
    assert "在岗 2 人" in after
    assert "下一单 3号楼 1202" in after


async def test_a_board_of_other_sites_is_not_there(desk: DeskUnderTest) -> None:
    assert "没有这" in text_of(await desk.get("/ops?site=elsewhere", status=404))


async def test_the_desk_of_several_sites_sees_all_of_them_or_one(desk: DeskUnderTest) -> None:
    await desk.make_other_site("second")
    here = await desk.portal.open_ticket(description="水龙头滴水")
    both = await desk.portal.as_person("ma", ("dispatcher", "demo"), ("dispatcher", "second"))

    all_of_them = (await both.get("/ops")).text
    one = (await both.get("/ops?site=second")).text

    assert rows(all_of_them) == [here["id"]]
    assert all(f"queue:{site}" in all_of_them for site in ("demo", "second"))
    assert rows(one) == []
    assert 'data-live="queue:second"' in one
    assert "没有未完成的报修" in one


async def test_who_looks_after_every_site_chooses_any_of_them_on_each_page(
    desk: DeskUnderTest,
) -> None:
    here = await desk.portal.open_ticket(description="水龙头滴水")
    for n in range(7):
        await desk.make_other_site(f"far{n}", "America/New_York")
    boss = await desk.portal.as_person("boss", ("dispatcher", "*"))

    board, tickets, new = [
        (await boss.get(f"/ops{path}")).text for path in ("", "/tickets", "/new?site=demo")
    ]
    far = (await boss.get("/ops?site=far6")).text

    assert rows(board) == [here["id"]]
    for page in (board, tickets, new):
        assert all(f'<option value="far{n}"' in page for n in range(7))
    assert '<option value="plumbing"' in tickets
    assert 'data-clock="America/New_York"' in (await boss.get("/ops?site=far6&wall=1")).text
    assert '<option value="far6" selected' in far
    plan = await boss.get("/ops/map?site=demo&only=emergency")
    assert plan.headers["location"] == "/ops/map/demo?only=emergency"
    assert (await boss.get("/ops?site=elsewhere")).status_code == 404


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("tickets", "报修服务没有回应"),
        ("dispatch", "派单服务没有回应"),
        ("sla", "时限服务没有回应"),
        ("notify", "通知服务没有回应"),
    ],
)
async def test_a_part_whose_service_is_away_says_so_and_the_rest_is_there(
    desk: DeskUnderTest, service: str, words: str
) -> None:
    ticket = await desk.portal.open_ticket(description="水龙头滴水")
    await desk.get("/ops")
    desk.portal.stop(service)

    board = await desk.get("/ops")

    assert words in text_of(board)
    assert rows(board) == ([] if service == "tickets" else [ticket["id"]])


async def test_a_site_to_which_no_one_listens_is_pointed_out(portal: PortalUnderTest) -> None:
    desk = await make_desk(portal, crew=False)
    notify = await desk.service("notify")
    async with notify.http(role="dispatcher", id="wang") as http:
        await http.put("/v1/recipients/wang", json={"audience": []})

    assert "超时没有人会收到通知" in text_of(await desk.get("/ops"))


async def test_the_wall_has_seven_rows_and_nothing_to_click(desk: DeskUnderTest) -> None:
    for n in range(9):
        await desk.portal.open_ticket(by=f"r{n}", unit=f"{1 + n % 6}-101", description="滴水")

    wall = await desk.get("/ops?wall=1")

    assert len(rows(wall)) == 7
    assert 'class="wall"' in wall
    assert "还有 2 单" in text_of(wall)
    assert "<nav" not in wall
    assert "<form" not in wall.split("<main")[1]


async def test_a_page_asks_four_times_at_most_and_not_once_a_row(desk: DeskUnderTest) -> None:
    for n in range(6):
        await desk.portal.open_ticket(by=f"r{n}", unit=f"{1 + n % 6}-101", description="滴水")
    await desk.get("/ops")
    desk.portal.asked.clear()

    await desk.get("/ops")

    assert sorted(path for _, path in desk.portal.asked) == [
        "dispatch/v1/crew",
        "notify/v1/audiences",
        "sla/v1/ledgers",
        "tickets/v1/queue",
    ]


async def test_clocks_of_what_stood_there_are_asked_for_beside_the_queue(
    desk: DeskUnderTest,
) -> None:
    await desk.portal.open_ticket(description="水龙头滴水")
    await desk.get("/ops")
    desk.portal.asked.clear()
    desk.portal.hang("tickets")

    async def asked() -> bool:
        return ("GET", "sla/v1/ledgers") in desk.portal.asked

    page = asyncio.create_task(desk.browser.get("/ops"))
    try:
        await eventually(asked, timeout_s=5)
    finally:
        page.cancel()
        await asyncio.gather(page, return_exceptions=True)


async def test_of_what_has_come_since_clocks_are_asked_for_alone(desk: DeskUnderTest) -> None:
    first = await desk.portal.open_ticket(description="水龙头滴水")
    await desk.get("/ops")
    new = await desk.portal.open_ticket(by="zhang", unit="1-101", description="水龙头滴水")
    desk.portal.asked.clear()

    board = await desk.get("/ops")

    assert rows(board) == [first["id"], new["id"]]
    assert board.count('class="strip"') == 2
    assert [path for _, path in desk.portal.asked].count("sla/v1/ledgers") == 2


async def test_the_queue_goes_on_over_pages(desk: DeskUnderTest) -> None:
    for n in range(42):
        await desk.portal.open_ticket(by=f"r{n}", unit=f"{1 + n % 6}-101", description="滴水")

    first = await desk.get("/ops")
    [older] = [part.split('"')[0] for part in first.split('rel="next" href="')[1:]]
    second = await desk.get(older.replace("&amp;", "&"))

    assert (len(rows(first)), len(rows(second))) == (40, 2)
    assert not set(rows(first)) & set(rows(second))


async def test_the_board_hears_of_every_change(desk: DeskUnderTest) -> None:
    async with desk.browser.hears("queue:demo") as stream:
        assert stream.status_code == 200
    async with desk.browser.hears("queue:elsewhere") as stream:
        assert stream.status_code == 404


async def test_a_word_that_waits_says_since_when(desk: DeskUnderTest) -> None:
    ticket = await desk.portal.open_ticket(description="水龙头滴水")
    await desk.do(f"{ticket['id']}/comments", {"text": "什么时候来？"}, as_="resident")

    board = await desk.get("/ops?show=unheard")

    assert "起等回音" in at(board, "board-row") or "起等回音" in text_of(board)
