"""Lists: looked at first, kept for an hour, and then taken over."""

import asyncio
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from services.portal.adapters.kept_lists import KEPT_S, KeptList, KeptLists, sweep_kept_lists
from services.portal.domain.list_kinds import outcome_of, read_mapping
from services.portal.domain.sent_file import SentFile
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


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh-CN",
            ("被表格软件当成了日期", "文字按 GB18030 读取。", "整行", "有 2 个值，表头有 4 列。"),
        ),
        (
            "en",
            (
                "Was made a date by the spreadsheet",
                "Read as GB18030 text.",
                "The whole row",
                "has 2 values for 4 columns.",
            ),
        ),
    ],
)
async def test_what_is_wrong_in_a_list_is_said_in_the_readers_language(
    portal: PortalUnderTest, manager: Browser, language: str, said: tuple[str, ...]
) -> None:
    await manager.get(f"/ops/import?lang={language}")

    looked_at = await preview(manager, _BAD + "21,103\n".encode("gb18030"))

    assert all(each in looked_at.text for each in said)
    assert ("made a date" in looked_at.text) is (language == "en")


@pytest.mark.parametrize(
    ("language", "said"), [("zh-CN", "<td>楼栋</td>"), ("en", "<td>Building</td>")]
)
async def test_a_column_that_the_file_lacks_is_named_in_the_readers_language(
    portal: PortalUnderTest, manager: Browser, language: str, said: str
) -> None:
    await manager.get(f"/ops/import?lang={language}")

    looked_at = await preview(manager, "房号\n101\n".encode())

    assert said in looked_at.text


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-CN", "找不到需要的列：room (房号)"), ("en", "Columns are missing: room (房号)")],
)
async def test_a_file_that_cannot_be_read_is_said_in_the_readers_language(
    portal: PortalUnderTest, manager: Browser, language: str, said: str
) -> None:
    await manager.get(f"/ops/import?lang={language}")

    refused = await preview(manager, "甲,乙\n1,2\n".encode())

    assert refused.status_code == 422
    assert said in refused.text
    assert "unknown columns" not in refused.text


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


def _folders_in(parent: Path) -> list[Path]:
    """Return the folders of instances in that one."""
    return [*parent.glob("fettle-portal-lists-*")]


def _kept_in(parent: Path) -> list[Path]:
    """Return the folders of lists below the instances' folders in that one."""
    return [folder for instance in _folders_in(parent) for folder in instance.iterdir()]


def _keep(lists: KeptLists, parent: Path, session: UUID | None = None) -> KeptList:
    return lists.keep(
        session or uuid4(), _file(parent), site=SITE, kind="places", sheet="", mapping=""
    )


def test_a_list_is_kept_for_its_session_until_the_next_one_or_for_an_hour(tmp_path: Path) -> None:
    now = [time.time()]
    lists, session = KeptLists(tmp_path, now=lambda: now[0]), uuid4()

    first = _keep(lists, tmp_path, session)
    assert lists.find(session, first.id) == first
    assert lists.find(uuid4(), first.id) is None
    assert lists.find(session, "../" + first.id) is None
    second = lists.keep(session, _file(tmp_path), site=SITE, kind="rota", sheet="2", mapping="a=b")
    assert lists.find(session, first.id) is None
    now[0] += KEPT_S + 1
    assert lists.find(session, second.id) is None
    assert _kept_in(tmp_path) == []


async def test_what_was_kept_goes_also_where_no_list_comes_any_more(tmp_path: Path) -> None:
    now = [time.time()]
    lists = KeptLists(tmp_path, now=lambda: now[0])
    for _ in range(20):
        _keep(lists, tmp_path)
    lists.sweep()
    assert len(_kept_in(tmp_path)) == 20
    now[0] += KEPT_S + 1
    sweeper = asyncio.create_task(sweep_kept_lists(lists))

    async def is_empty() -> bool:
        return not _kept_in(tmp_path)

    await eventually(is_empty)
    sweeper.cancel()


async def test_the_portal_deletes_what_a_killed_one_left(portal: PortalUnderTest) -> None:
    left = Path(tempfile.mkdtemp(prefix="fettle-portal-lists-"))
    os.utime(left, (0, 0))

    async def is_gone() -> bool:
        return left not in _folders_in(left.parent)

    async with portal.app.router.lifespan_context(portal.app):
        await eventually(is_gone)


async def test_an_instance_takes_its_lists_along(tmp_path: Path) -> None:
    lists, session = KeptLists(tmp_path), uuid4()
    sweeper = asyncio.create_task(sweep_kept_lists(lists))
    kept = _keep(lists, tmp_path, session)

    await asyncio.to_thread(lists.sweep)
    assert lists.find(session, kept.id) == kept
    sweeper.cancel()
    with suppress(asyncio.CancelledError):
        await sweeper
    assert _folders_in(tmp_path) == []


def test_two_instances_of_one_machine_keep_their_lists_apart(tmp_path: Path) -> None:
    one, other, session = KeptLists(tmp_path), KeptLists(tmp_path), uuid4()

    kept = _keep(one, tmp_path, session)
    _keep(other, tmp_path, session)

    assert one.find(session, kept.id) == kept
    assert other.find(session, kept.id) is None
    modes = [folder.stat().st_mode & 0o777 for folder in _folders_in(tmp_path)]
    assert modes == [0o700, 0o700]


def test_what_an_instance_left_that_lives_or_has_just_ended_stays(tmp_path: Path) -> None:
    living, later = KeptLists(tmp_path), [time.time()]
    starting = KeptLists(tmp_path, now=lambda: later[0])
    _keep(living, tmp_path)

    starting.sweep_left()
    assert len(_kept_in(tmp_path)) == 1
    later[0] += KEPT_S + 60
    starting.sweep_left()
    assert _kept_in(tmp_path) == []


def test_what_a_release_before_left_in_the_folder_of_all_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "fettle-portal-lists"
    (left / "0-1").mkdir(parents=True)

    KeptLists(tmp_path).sweep_left()
    assert left.is_dir()
    KeptLists(tmp_path, now=lambda: time.time() + 2 * KEPT_S).sweep_left()
    assert not left.exists()


def test_no_folder_is_deleted_or_read_that_is_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    lists, session = KeptLists(tmp_path), uuid4()
    kept = _keep(lists, tmp_path, session)
    own = kept.file.path.parents[1]
    own.rename(tmp_path / "elsewhere" / "moved")
    own.symlink_to(tmp_path / "elsewhere" / "moved")

    KeptLists(tmp_path, now=lambda: time.time() + 2 * KEPT_S).sweep_left()

    assert lists.find(session, kept.id) is None
    assert len([*(tmp_path / "elsewhere" / "moved").iterdir()]) == 1
    assert _keep(lists, tmp_path).file.path.parents[1] != own


def test_no_more_lists_are_kept_than_there_is_room_for(tmp_path: Path) -> None:
    lists = KeptLists(tmp_path)

    for _ in range(30):
        _keep(lists, tmp_path)

    assert len(_kept_in(tmp_path)) == 20


def test_two_services_answers_about_one_list_are_one() -> None:
    own = {
        "rows": 3, "created": 2, "changed": 0, "unchanged": 0, "bad": 1, "taken": False,
        "problems": [{"row": 4, "column": "房号", "value": "x", "why": "no"}],
        "remarks": [{"code": "encoding", "text": "read as GB18030", "values": {}}],
        "unlisted": 0, "ignored": ["手机", "备注"],
    }  # fmt: skip
    contacts = {
        **own, "created": 3, "bad": 1, "ignored": ["房号", "备注"],
        "problems": [{"row": 2, "column": "手机", "value": "1", "why": "no number"}],
    }  # fmt: skip

    outcome = outcome_of([own, contacts])

    assert (outcome.rows, outcome.created, outcome.bad) == (3, 2, 2)
    assert [each["row"] for each in outcome.problems] == [2, 4]
    assert outcome.ignored == ["备注"]
    assert [each["code"] for each in outcome.remarks] == ["encoding"]
    assert outcome.contacts is not None
    assert outcome.contacts["created"] == 3


def test_a_mapping_is_read_line_by_line() -> None:
    assert read_mapping(" room=门牌\n\nphone＝电话 \n") == ["room=门牌", "phone=电话"]
