"""Lists: looked at first, kept for an hour, and then taken over."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from services.portal.adapters.kept_lists import KEPT_S, KeptLists, sweep_kept_lists
from services.portal.domain.list_kinds import outcome_of, read_mapping
from services.portal.domain.sent_file import SentFile
from shared.errors import Unavailable
from tests.support.arranged import arranged
from tests.support.eventually import eventually
from tests.support.filled_forms import fields_of
from tests.support.portal import SITE, Browser, PortalUnderTest, hidden_fields

_SERVICES = ("tickets", "dispatch", "sla", "notify")
_AT = f"/ops/import?site={SITE}"
_APPLY = "/ops/import/apply"
_GOOD = "楼栋,房号,面积\n21,101,80\n21,102,\n".encode("gb18030")
_BAD = "楼栋,房号,面积,业主\n21,101,80,李\n21,1月2日,90,王\n".encode("gb18030")
_RESIDENTS = "楼栋,房号,姓名,手机\n3,1202,李明,13800138000\n".encode()


@pytest.fixture
async def manager(portal: PortalUnderTest) -> Browser:
    await arranged(portal, "a site", _SERVICES, portal.make_site)
    return await portal.as_("manager")


async def preview(
    browser: Browser, content: bytes, kind: str = "places", **fields: str
) -> httpx.Response:
    shown = fields_of((await browser.get("/ops/import")).text, _AT)
    file = ("file", ("房屋台账.csv", content, "text/csv"))
    return await browser.client.post(_AT, data={**shown, "kind": kind, **fields}, files=[file])


async def apply(browser: Browser, looked_at: httpx.Response, **fields: str) -> httpx.Response:
    data = {**hidden_fields(looked_at.text, _APPLY), **fields}
    return await browser.client.post(_APPLY, data=data)


async def units(portal: PortalUnderTest) -> list[str]:
    tickets = await portal.service("tickets")
    async with tickets.http(role="manager", id="boss") as http:
        site = (await http.get(f"/v1/sites/{SITE}")).json()
    return [
        unit if isinstance(unit, str) else unit["unit"]
        for building in site["buildings"]
        if building["code"] == "21"
        for unit in building["units"]
    ]


async def test_a_list_is_looked_at_and_then_taken_over(
    portal: PortalUnderTest, manager: Browser
) -> None:
    looked_at = await preview(manager, _GOOD)

    assert looked_at.status_code == 200
    assert 'data-test="import-preview"' in looked_at.text
    assert "房屋台账.csv 导入后会是这样" in looked_at.text
    assert await units(portal) == []
    taken = await apply(manager, looked_at)
    assert "房屋台账.csv 已导入" in taken.text
    assert sorted(await units(portal)) == ["101", "102"]
    assert 'data-test="import-apply"' not in taken.text


async def test_bad_rows_are_a_table_and_keep_all_out_unless_they_are_left_out(
    portal: PortalUnderTest, manager: Browser
) -> None:
    looked_at = await preview(manager, _BAD)
    assert looked_at.text.count('data-test="import-problem"') == 1
    assert "1月2日" in looked_at.text
    assert "没有读取的列：业主" in looked_at.text

    refused = await apply(manager, looked_at)
    assert await units(portal) == []
    assert 'data-test="import-apply"' in refused.text
    await apply(manager, refused, skip_bad="1")

    assert await units(portal) == ["101"]


async def test_apply_pressed_twice_takes_the_list_once(
    portal: PortalUnderTest, manager: Browser
) -> None:
    looked_at = await preview(manager, _GOOD)

    first = await apply(manager, looked_at)
    again = await apply(manager, looked_at)

    assert (first.status_code, again.status_code) == (200, 410)
    assert sorted(await units(portal)) == ["101", "102"]


async def test_residents_are_taken_by_tickets_and_by_notify(
    portal: PortalUnderTest, manager: Browser
) -> None:
    looked_at = await preview(manager, _RESIDENTS, "residents")
    assert "联系方式：新增 1，更改 0。" in looked_at.text

    await apply(manager, looked_at)

    notify = await portal.service("notify")
    async with notify.tx() as tx:
        rows = await tx.rows(text("select name from recipients where phone = '+8613800138000'"))
    assert [row["name"] for row in rows] == ["李明"]


async def test_a_column_that_is_called_otherwise_is_named(
    portal: PortalUnderTest, manager: Browser
) -> None:
    odd = "楼栋,门牌\n21,101\n".encode()

    unknown = await preview(manager, odd)
    named = await preview(manager, odd, map="room=门牌")

    assert unknown.status_code == 422
    assert 'role="alert"' in unknown.text
    assert named.status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"", "places", 422), (b"\x00\x01\x02\xff" * 50, "places", 422), (_GOOD, "nothing", 404)],
)
async def test_what_is_no_list_is_answered_in_words(
    portal: PortalUnderTest, manager: Browser, content: bytes, kind: str, status: int
) -> None:
    answer = await preview(manager, content, kind)

    assert answer.status_code == status
    assert "<h1" in answer.text


async def test_the_list_of_another_session_is_not_there(
    portal: PortalUnderTest, manager: Browser
) -> None:
    looked_at = await preview(manager, _GOOD)
    other = await portal.as_("admin")
    theirs = await preview(other, _RESIDENTS, "residents")
    list_id = hidden_fields(looked_at.text, _APPLY)["list"]

    answer = await apply(other, theirs, list=list_id)

    assert answer.status_code == 410
    assert await units(portal) == []


async def test_a_service_that_is_away_is_asked_again_under_the_same_key(
    portal: PortalUnderTest, manager: Browser
) -> None:
    looked_at = await preview(manager, _GOOD)
    portal.stop("tickets")
    away = await apply(manager, looked_at)
    portal.start("tickets")
    portal.clock.move(seconds=10)

    assert away.status_code == 503
    kept, again = (hidden_fields(each.text, _APPLY) for each in (looked_at, away))
    assert again["_key"] == kept["_key"]


async def test_each_kind_has_a_template(portal: PortalUnderTest, manager: Browser) -> None:
    for kind in ("places", "residents", "technicians", "rota", "tickets"):
        for format, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            answer = await manager.get(
                f"/ops/import/template?kind={kind}&site={SITE}&format={format}"
            )
            assert answer.status_code == 200, answer.text
            assert answer.content.startswith(begins)
            assert "attachment" in answer.headers["content-disposition"]


def _file(folder: Path) -> SentFile:
    path = folder / uuid4().hex
    path.write_bytes(b"x")
    return SentFile(name="a.csv", field="file", media_type="text/csv", size_bytes=1, path=path)


def test_a_list_is_kept_for_its_session_until_the_next_one_or_for_an_hour(tmp_path: Path) -> None:
    now = [time.time()]
    lists, session = KeptLists(tmp_path / "lists", now=lambda: now[0]), uuid4()

    first = lists.keep(session, _file(tmp_path), site=SITE, kind="places", sheet="", mapping="")
    assert lists.find(session, first.id) == first
    assert lists.find(uuid4(), first.id) is None
    assert lists.find(session, "../" + first.id) is None
    second = lists.keep(session, _file(tmp_path), site=SITE, kind="rota", sheet="2", mapping="a=b")
    assert lists.find(session, first.id) is None
    now[0] += KEPT_S + 1
    assert lists.find(session, second.id) is None
    assert list((tmp_path / "lists").iterdir()) == []


async def test_what_was_kept_goes_also_where_no_list_comes_any_more(tmp_path: Path) -> None:
    now = [time.time()]
    lists, folder = KeptLists(tmp_path / "lists", now=lambda: now[0]), tmp_path / "lists"
    for _ in range(20):
        lists.keep(uuid4(), _file(tmp_path), site=SITE, kind="places", sheet="", mapping="")
    lists.sweep()
    assert len([*folder.iterdir()]) == 20
    now[0] += KEPT_S + 1
    sweeper = asyncio.create_task(sweep_kept_lists(lists))

    async def is_empty() -> bool:
        return not [*folder.iterdir()]

    await eventually(is_empty)
    sweeper.cancel()


async def test_the_portal_sweeps_what_was_kept_while_it_runs(portal: PortalUnderTest) -> None:
    old = Path(tempfile.gettempdir()) / "fettle-portal-lists" / f"{uuid4().hex}-{uuid4().hex}"
    for folder in (old.parent, old):
        folder.mkdir(mode=0o700, exist_ok=True)
    os.utime(old, (0, 0))

    async def is_gone() -> bool:
        return not old.exists()

    async with portal.app.router.lifespan_context(portal.app):
        await eventually(is_gone)


def test_no_sweep_deletes_what_is_in_a_folder_of_another(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "a-b").mkdir(parents=True)
    (tmp_path / "lists").symlink_to(tmp_path / "elsewhere")

    KeptLists(tmp_path / "lists", now=lambda: time.time() + 2 * KEPT_S).sweep()

    assert (tmp_path / "elsewhere" / "a-b").exists()


def test_no_list_is_kept_where_another_says_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "lists").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Unavailable):
        KeptLists(tmp_path / "lists").find(uuid4(), "0" * 32)


def test_no_more_lists_are_kept_than_there_is_room_for(tmp_path: Path) -> None:
    lists = KeptLists(tmp_path / "lists")

    for _ in range(30):
        lists.keep(uuid4(), _file(tmp_path), site=SITE, kind="places", sheet="", mapping="")

    assert len(list((tmp_path / "lists").iterdir())) == 20


def test_two_services_answers_about_one_list_are_one() -> None:
    own = {
        "rows": 3, "created": 2, "changed": 0, "unchanged": 0, "bad": 1, "taken": False,
        "problems": [{"row": 4, "column": "房号", "value": "x", "why": "no"}],
        "unlisted": 0, "ignored": ["手机", "备注"], "notes": ["read as GB18030 text"],
    }  # fmt: skip
    contacts = {
        **own, "created": 3, "bad": 1, "ignored": ["房号", "备注"],
        "problems": [{"row": 2, "column": "手机", "value": "1", "why": "no number"}],
    }  # fmt: skip

    outcome = outcome_of([own, contacts])

    assert (outcome.rows, outcome.created, outcome.bad) == (3, 2, 2)
    assert [each["row"] for each in outcome.problems] == [2, 4]
    assert outcome.ignored == ["备注"]
    assert outcome.notes == ["read as GB18030 text"]
    assert outcome.contacts is not None
    assert outcome.contacts["created"] == 3


def test_a_mapping_is_read_line_by_line() -> None:
    assert read_mapping(" room=门牌\n\nphone＝电话 \n") == ["room=门牌", "phone=电话"]
