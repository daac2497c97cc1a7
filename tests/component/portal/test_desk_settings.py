"""Settings as forms: what would change is said in words before anything does."""

import json
from typing import Any

import httpx
import pytest

from tests.support.arranged import arranged
from tests.support.filled_forms import fields_of
from tests.support.portal import SITE, Browser, PortalUnderTest, hidden_fields

_SERVICES = ("tickets", "dispatch", "sla", "notify")
_AT = f"/ops/settings/{SITE}"


@pytest.fixture
async def manager(portal: PortalUnderTest) -> Browser:
    await arranged(portal, "a site", _SERVICES, portal.make_site)
    return await portal.as_("manager")


async def look(browser: Browser, path: str, **changed: str | None) -> httpx.Response:
    """Fill the form in and send it; a field that is None is not sent."""
    fields = {**fields_of((await browser.get(path)).text, path)}
    for name, value in changed.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    return await browser.client.post(path, data=fields)


async def save(browser: Browser, path: str, preview: httpx.Response) -> httpx.Response:
    """Press save on what would change."""
    fields = {**hidden_fields(preview.text, path), "step": "save"}
    return await browser.client.post(path, data=fields)


async def read(portal: PortalUnderTest, service: str, path: str) -> Any:
    component = await portal.service(service)
    async with component.http(role="manager", id="boss") as http:
        answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("path", "service", "api", "changed", "said", "where", "is_now"),
    [
        (f"{_AT}/site", "tickets", f"/v1/sites/{SITE}", {"name": "梧桐苑二期"},
         ("名称", "梧桐苑二期"), "name", "梧桐苑二期"),
        (f"{_AT}/site", "tickets", f"/v1/sites/{SITE}", {"close_after_working_days": "3"},
         ("异议期", "3 个工作日"), "close_after_working_days", 3),
        (f"{_AT}/site", "tickets", f"/v1/sites/{SITE}", {"phone": "021-5555 0199"},
         ("电话", "021-5555 0199"), "phone", "021-5555 0199"),
        (f"{_AT}/rules", "dispatch", f"/v1/sites/{SITE}/rules", {"mode": "pool"},
         ("方式", "抢单"), "mode", "pool"),
        (f"{_AT}/rules", "dispatch", f"/v1/sites/{SITE}/rules", {"cooling_down_s": "30"},
         ("不接后多久不再问", "30 分钟"), "cooling_down_s", 1800),
        (f"{_AT}/calendars/{SITE}", "sla", f"/v1/calendars/{SITE}", {"day_6": "09:00-12:00"},
         ("周六", "09:00-12:00"), "working_day_s", None),
    ],
)  # fmt: skip
async def test_a_change_is_said_in_words_and_then_saved(
    portal: PortalUnderTest,
    manager: Browser,
    path: str,
    service: str,
    api: str,
    changed: dict[str, str],
    said: tuple[str, str],
    where: str,
    is_now: Any,
) -> None:
    before = await read(portal, service, api)

    preview = await look(manager, path, **changed)

    assert preview.status_code == 200
    assert all(each in preview.text for each in said)
    assert preview.text.count("<ins>") == 1
    assert await read(portal, service, api) == before
    saved = await save(manager, path, preview)
    assert (saved.status_code, saved.headers["location"]) == (303, f"/ops/settings?site={SITE}")
    after = await read(portal, service, api)
    assert after != before
    if is_now is not None:
        assert after[where] == is_now


async def test_what_is_left_as_it_is_changes_nothing(
    portal: PortalUnderTest, manager: Browser
) -> None:
    for path in (
        f"{_AT}/site",
        f"{_AT}/rules",
        f"{_AT}/categories/plumbing",
        f"{_AT}/calendars/{SITE}",
    ):
        preview = await look(manager, path)

        assert preview.status_code == 200, path
        assert "没有改动。" in preview.text, path


async def test_a_site_keeps_its_buildings_when_its_name_is_changed(
    portal: PortalUnderTest, manager: Browser
) -> None:
    before = await read(portal, "tickets", f"/v1/sites/{SITE}")
    preview = await look(manager, f"{_AT}/site", name="另一个名字")

    await save(manager, f"{_AT}/site", preview)

    after = await read(portal, "tickets", f"/v1/sites/{SITE}")
    assert after == {**before, "name": "另一个名字", "version": before["version"] + 1}


async def test_a_form_without_the_phone_leaves_it_and_an_empty_one_takes_it_away(
    portal: PortalUnderTest, manager: Browser
) -> None:
    path, api = f"{_AT}/site", f"/v1/sites/{SITE}"
    before = await read(portal, "tickets", api)
    await save(manager, path, await look(manager, path, name="另一个名字", phone=None))
    left = await read(portal, "tickets", api)

    await save(manager, path, await look(manager, path, phone=" "))

    assert before["phone"] is not None
    assert left["phone"] == before["phone"]
    assert (await read(portal, "tickets", api))["phone"] is None


async def test_what_another_has_changed_meanwhile_is_shown_and_not_lost(
    portal: PortalUnderTest, manager: Browser
) -> None:
    path = f"{_AT}/site"
    preview = await look(manager, path, name="我的")
    other = await look(manager, path, name="别人的")
    assert (await save(manager, path, other)).status_code == 303

    stale = await save(manager, path, preview)

    assert stale.status_code == 412
    assert "这期间别人改过。" in stale.text
    assert "<del>别人的</del>" in stale.text
    assert (await read(portal, "tickets", f"/v1/sites/{SITE}"))["name"] == "别人的"
    assert (await save(manager, path, stale)).status_code == 303
    assert (await read(portal, "tickets", f"/v1/sites/{SITE}"))["name"] == "我的"


async def test_save_pressed_twice_saves_once(portal: PortalUnderTest, manager: Browser) -> None:
    path = f"{_AT}/site"
    preview = await look(manager, path, name="梧桐")

    first = await save(manager, path, preview)
    again = await save(manager, path, preview)

    assert first.status_code == 303
    assert again.status_code in (303, 412)
    version = (await read(portal, "tickets", f"/v1/sites/{SITE}"))["version"]
    assert version == 2


@pytest.mark.parametrize(
    ("path", "changed", "said"),
    [
        ("site", {"name": " "}, "请填写。"),
        ("site", {"phone": "call me"}, "这不是电话号码"),
        ("site", {"close_after_working_days": "many"}, "不是 1 到 60 的数字"),
        ("site", {"time_zone": "Mars/Base"}, "没有“Mars/Base”这个时区"),
        ("rules", {"lifetime_urgent": "1"}, "不是 2 到 86400 的数字"),
        ("rules", {"max_distance_m": "-3"}, "不是 1 到 1000000 的数字"),
        ("categories/plumbing", {"skills": "水管工"}, "不是技能"),
        ("categories/plumbing", {"expected_minutes": ""}, "不是 1 到 10000 的数字"),
        (f"calendars/{SITE}", {"day_1": "morning"}, "不是时段"),
        (f"calendars/{SITE}", {"days": "国庆"}, "这一行看不懂"),
        (f"calendars/{SITE}", {"holidays": "中国"}, "请写国家代码"),
        ("policies/new", {"id": "x", "arrival_normal": "soon"}, "不是时长"),
        ("policies/new", {"id": "x", "warn_at": "150"}, "不是 1 到 99 的数字"),
        ("policies/new", {"id": "default", "warn_at": "50"}, "请用字母和数字起一个编号"),
        ("calendars/new", {"id": "我的", "day_1": "09:00-12:00"}, "请用字母和数字起一个编号"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_what_was_written_stays(
    portal: PortalUnderTest, manager: Browser, path: str, changed: dict[str, str], said: str
) -> None:
    answer = await look(manager, f"{_AT}/{path}", **changed)
    if answer.status_code == 200:  # what only the service can tell
        answer = await save(manager, f"{_AT}/{path}", answer)

    assert answer.status_code == 422
    assert said in answer.text
    (name, value), *_ = ((n, v) for n, v in changed.items() if n != "id")
    assert fields_of(answer.text, f"{_AT}/{path}")[name].strip() == value.strip()


_FAULTS: list[tuple[str, dict[str, str], str, str]] = [
    ("site", {"time_zone": "Mars/Base"}, "没有“Mars/Base”这个时区", "no time zone “Mars/Base”"),
    ("site", {"danger_words": "x" * 41}, "最多 40 个字。", "at most 40 characters."),
    ("categories/plumbing", {"name_zh": "漏" * 201}, "最多 200 个字。", "at most 200 characters."),
    (f"calendars/{SITE}", {"time_zone": "Mars/Base"}, "没有“Mars/Base”这个时区",
     "no time zone “Mars/Base”"),
    (f"calendars/{SITE}", {"holidays": "XX"}, "不知道“XX”的节假日", "holidays of “XX” are not"),
    (f"calendars/{SITE}", {"days": "2026-10-01 休\n2026-10-01 休"}, "有一天写了两次。",
     "A day stands there twice."),
    (f"calendars/{SITE}", {"days": "2026-02-30 休"}, "没有这一天。", "There is no such day."),
    ("policies/new", {"id": "x", "arrival_normal": "400d"}, "最多 366 天。", "at most 366 days."),
    ("policies/new", {"id": "x", "calendar_normal": "nowhere"}, "没有“nowhere”这个日历",
     "no calendar “nowhere”"),
]  # fmt: skip
"""What only a service can tell: where, what was written, and how it is said."""


async def test_what_a_service_finds_wrong_is_said_in_the_readers_language(
    portal: PortalUnderTest, manager: Browser
) -> None:
    for path, changed, chinese, english in _FAULTS:
        for language, said, other in (("zh-CN", chinese, english), ("en", english, chinese)):
            await manager.get(f"/ops/settings?lang={language}")
            seen = await look(manager, f"{_AT}/{path}", **changed)

            refused = await save(manager, f"{_AT}/{path}", seen)

            assert refused.status_code == 422, (path, changed)
            assert said in refused.text, (path, changed)
            assert other not in refused.text, (path, changed)


async def test_a_policy_is_made_changed_and_withdrawn(
    portal: PortalUnderTest, manager: Browser
) -> None:
    new = f"{_AT}/policies/new"
    preview = await look(manager, new, id="demo-lift", match_category="lift", arrival_normal="2h")
    assert "电梯" in preview.text
    made = await save(manager, new, preview)
    assert made.status_code == 303, made.text
    policy = await read(portal, "sla", "/v1/policies/demo-lift")
    assert (policy["match"]["category"], policy["targets"]["normal"]["arrival"]) == (
        "lift",
        "PT2H",
    )

    path = f"{_AT}/policies/demo-lift"
    preview = await look(manager, path, arrival_normal="45 分钟", stops_arrival_waiting_parts="1")
    assert "<del>2 小时 · 工作时间</del>" in preview.text
    assert "<ins>45 分钟 · 工作时间</ins>" in preview.text
    assert (await save(manager, path, preview)).status_code == 303
    policy = await read(portal, "sla", "/v1/policies/demo-lift")
    assert policy["targets"]["normal"]["arrival"] == "PT45M"
    assert "waiting_parts" in policy["stopped_by"]["arrival"]

    shown = (await manager.get(path)).text
    fields = {**hidden_fields(shown, path), "step": "withdraw"}
    gone = await manager.client.post(path, data=fields)
    assert gone.status_code == 303
    sla = await portal.service("sla")
    async with sla.http(role="manager", id="boss") as http:
        assert (await http.get("/v1/policies/demo-lift")).status_code == 404


async def test_what_is_odd_about_a_setting_is_said_in_words(
    portal: PortalUnderTest, manager: Browser
) -> None:
    new = f"{_AT}/policies/new"
    made = await save(manager, new, await look(manager, new, id="typo", match_category="plumming"))
    assert made.status_code == 303, made.text

    overview = await manager.get(f"/ops/settings?site={SITE}")
    form = await manager.get(f"{_AT}/policies/typo?lang=en")

    assert "项目没有“plumming”这个类别" in overview.text
    assert "The site has no category “plumming”" in form.text
    assert "so no ticket matches" not in overview.text + form.text


async def test_a_category_is_added_with_its_questions_and_taken_away(
    portal: PortalUnderTest, manager: Browser
) -> None:
    new = f"{_AT}/categories/new"
    preview = await look(
        manager, new, code="pool", name_zh="泳池", name_en="Pool", skills="plumbing:2",
        q0_code="leaks", q0_zh="漏水吗", q0_kind="choice", q0_required="1",
        q0_options="yes=是 / Yes\nno=否 / No",
    )  # fmt: skip
    assert "漏水吗 · 选择 · 必答 · 是 / Yes、否 / No" in preview.text
    assert (await save(manager, new, preview)).status_code == 303
    site = await read(portal, "tickets", f"/v1/sites/{SITE}")
    added = next(each for each in site["categories"] if each["code"] == "pool")
    assert added["skills"] == [{"code": "plumbing", "level": 2}]
    assert added["questions"][0]["options"] == [
        {"code": "yes", "names": {"zh-CN": "是", "en": "Yes"}},
        {"code": "no", "names": {"zh-CN": "否", "en": "No"}},
    ]

    path = f"{_AT}/categories/pool"
    fields = {**hidden_fields((await manager.get(path)).text, path), "step": "remove"}
    assert (await manager.client.post(path, data=fields)).status_code == 303
    site = await read(portal, "tickets", f"/v1/sites/{SITE}")
    assert "pool" not in [each["code"] for each in site["categories"]]


async def test_a_dispatcher_sets_how_jobs_are_handed_out_and_nothing_else(
    portal: PortalUnderTest, manager: Browser
) -> None:
    dispatcher = await portal.as_("dispatcher")

    overview = await dispatcher.get("/ops/settings")
    rules = await look(dispatcher, f"{_AT}/rules", mode="manual")

    assert f'href="{_AT}/rules"' in overview.text
    assert f'href="{_AT}/site"' not in overview.text
    assert (await save(dispatcher, f"{_AT}/rules", rules)).status_code == 303
    for path in ("site", "categories/plumbing", "policies/new", f"calendars/{SITE}"):
        refused = await dispatcher.get(f"{_AT}/{path}")
        assert refused.status_code == 403
        assert "只有本项目的主任和管理员能改。" in refused.text


async def test_the_settings_of_another_site_are_not_there(
    portal: PortalUnderTest, manager: Browser
) -> None:
    outsider = await portal.as_person("boss", ("manager", "annex"))

    for path in ("site", "rules", "categories/plumbing", "policies/new", f"calendars/{SITE}"):
        assert (await outsider.get(f"{_AT}/{path}")).status_code in (403, 404)


@pytest.mark.parametrize("service", ["tickets", "dispatch", "sla"])
async def test_a_part_whose_service_is_away_says_so(
    portal: PortalUnderTest, manager: Browser, service: str
) -> None:
    portal.stop(service)

    page = await manager.get("/ops/settings?lang=en")

    assert page.status_code == 200
    assert page.text.count('class="note" data-s="hold"') >= 1


async def test_every_setting_that_is_read_is_written_back(
    portal: PortalUnderTest, manager: Browser
) -> None:
    """A field that a service adds must not be lost by a form that does not know it."""
    site = await read(portal, "tickets", f"/v1/sites/{SITE}")
    preview = await look(manager, f"{_AT}/categories/plumbing", expected_minutes="77")

    await save(manager, f"{_AT}/categories/plumbing", preview)

    after = await read(portal, "tickets", f"/v1/sites/{SITE}")
    wanted = json.loads(json.dumps(site))
    plumbing = next(each for each in wanted["categories"] if each["code"] == "plumbing")
    plumbing["expected_minutes"] = 77
    assert after == {**wanted, "version": site["version"] + 1}
