"""Why not Li: each rule brought about once, and said in both languages with what decided."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.dispatch.domain.case import Code
from shared.contracts import SiteV1, SkillNeed, Window
from shared.contracts.tickets import CategoryV1, Place, TicketV1
from tests.component.dispatch.world import (
    a_ticket,
    answer,
    offered_and_accepted,
    order_of,
    put_certificates,
    put_rules,
    put_technician,
    rest,
)
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""Half past five in the afternoon, in Shanghai."""
HERE = {"lat": 31.2304, "lon": 121.4737}
DAY = {"weekday": 1, "start": "08:00", "end": "18:00"}
UNKNOWN = Place(building="3")
"""Whose way counts as a quarter of an hour."""


async def at_demo(
    component: MakeComponent, *, language: str = "zh-CN", categories: tuple[CategoryV1, ...] = ()
) -> Component:
    dispatch = await component("dispatch", clock=SettableClock(MONDAY))
    site = SiteV1(
        id="demo",
        version=1,
        site_id="demo",
        code="DEMO",
        name="Demo",
        time_zone="Asia/Shanghai",
        language=language,
        categories=categories,
    )
    await dispatch.hears(site)
    return dispatch


async def a_job(dispatch: Component, ticket: TicketV1) -> UUID:
    await dispatch.hears(ticket)
    await rest(dispatch)
    return (await order_of(dispatch, ticket)).jobs[0].id


async def lacks_skill(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟")
    return await a_job(dispatch, a_ticket(skills=[SkillNeed(code="plumbing", level=3)]))


async def lacks_skill_altogether(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟", skills=[])
    return await a_job(dispatch, a_ticket())


async def not_this_site(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟", at="other", sites=["other"])
    return await a_job(dispatch, a_ticket())


async def off_shift(dispatch: Component) -> UUID:
    tuesday = {"weekday": 2, "start": "08:00", "end": "18:00"}
    await put_technician(dispatch, "li", name="李伟", shifts=[tuesday])
    return await a_job(dispatch, a_ticket())


async def off_at_visit(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟", shifts=[DAY])
    visit = (MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2))
    return await a_job(dispatch, a_ticket(visit=visit))


async def shift_ends(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟", shifts=[DAY], home=HERE)
    return await a_job(dispatch, a_ticket())


async def on_leave(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟")
    leave = {"start": "2026-11-22T00:00:00Z", "end": "2026-11-25T00:00:00Z"}
    async with dispatch.http(role="dispatcher", id="dana") as http:
        await http.put("/v1/technicians/li/leave", json={"leave": [leave]})
    return await a_job(dispatch, a_ticket())


async def at_capacity(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟", capacity=2)
    await offered_and_accepted(dispatch, a_ticket())
    await a_job(dispatch, a_ticket())
    return await a_job(dispatch, a_ticket())


async def cooling_down(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟")
    ticket = a_ticket()
    job_id = await a_job(dispatch, ticket)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    assert (await answer(dispatch, "li", offer.id, "decline")).status_code == 200
    return job_id


async def too_far(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟", home={"lat": 31.4, "lon": 121.4737})
    await put_rules(dispatch, max_distance_m=5000)
    return await a_job(dispatch, a_ticket())


async def outside_windows(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟")
    window = Window(start=MONDAY + timedelta(hours=15), end=MONDAY + timedelta(hours=17))
    return await a_job(dispatch, a_ticket(preferred_windows=(window,), place=UNKNOWN))


async def certificate_missing(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟")
    await put_rules(dispatch, certificates={"plumbing": ["low_voltage"]})
    return await a_job(dispatch, a_ticket())


async def certificate_expired(dispatch: Component) -> UUID:
    await put_technician(dispatch, "li", name="李伟")
    await put_rules(dispatch, skill_certificates={"plumbing": ["low_voltage"]})
    certificate = {"kind": "low_voltage", "number": "T-1", "issued_on": "2020-01-01"}
    ended, begins = date(2026, 11, 20).isoformat(), date(2026, 12, 1).isoformat()
    renewal = {**certificate, "number": "T-2", "issued_on": begins, "expires_on": "2029-11-30"}
    await put_certificates(dispatch, "li", {**certificate, "expires_on": ended}, renewal)
    return await a_job(dispatch, a_ticket())


SAID = {
    lacks_skill: (
        Code.LACKS_SKILL,
        "李伟师傅的 plumbing 技能是 2 级，这单需要 3 级。",
        "李伟 has plumbing at level 2; the job needs level 3.",
    ),
    lacks_skill_altogether: (
        Code.LACKS_SKILL,
        "李伟师傅没有 plumbing 技能，这单需要 1 级。",
        "李伟 does not have the skill plumbing; the job needs level 1.",
    ),
    not_this_site: (
        Code.NOT_THIS_SITE,
        "李伟师傅不负责项目 demo。",
        "李伟 does not work at demo.",
    ),
    off_shift: (
        Code.OFF_SHIFT,
        "李伟师傅现在不在班，明天 08:00 上班。",
        "李伟 is off shift; the next shift begins at 08:00 tomorrow.",
    ),
    off_at_visit: (
        Code.OFF_SHIFT,
        "约定今天 18:30至19:30 上门，李伟师傅不是全程在班。",
        "李伟 does not work through the agreed visit, at 18:30 today to 19:30.",
    ),
    shift_ends: (
        Code.SHIFT_ENDS,
        "李伟师傅今天 18:00 下班，做不完这单（约 60 分钟）。",
        "李伟 cannot be done before the shift ends at 18:00 today: the way and the work take about "
        "60 minutes.",
    ),
    on_leave: (
        Code.ON_LEAVE,
        "李伟师傅休假到11月25日（周三） 08:00。",
        "李伟 is on leave until 08:00 on Wed 25 Nov.",
    ),
    at_capacity: (
        Code.AT_CAPACITY,
        "李伟师傅手上有 1 单、待答复 1 单，最多 2 单。",
        "李伟 can hold 2, holds 1 and is offered 1.",
    ),
    too_far: (
        Code.TOO_FAR,
        "李伟师傅距离 18859 米，最远允许 5000 米。",
        "李伟 is 18859 m away, at most 5000 m are allowed.",
    ),
    outside_windows: (
        Code.OUTSIDE_WINDOWS,
        "业主明天 08:30 起方便，李伟师傅在明天 08:15 前出发太早。",
        "The resident is at home from 08:30 tomorrow; for 李伟 to set out before 08:15 tomorrow is "
        "too early.",
    ),
    certificate_missing: (
        Code.CERTIFICATE_MISSING,
        "李伟师傅没有 low_voltage 证书，这单在2026年11月23日。",
        "李伟 has no certificate low_voltage, and the work is on 23 Nov 2026.",
    ),
    certificate_expired: (
        Code.CERTIFICATE_EXPIRED,
        "李伟师傅的 low_voltage 证书有效期到2026年11月20日，这单在2026年11月23日；"
        "下一张从2026年12月1日起有效。",
        "李伟 has the certificate low_voltage through 20 Nov 2026, and the work is on 23 Nov 2026; "
        "the next one begins on 1 Dec 2026.",
    ),
}


async def explained(dispatch: Component, job_id: UUID, **asked: Any) -> dict[str, Any]:
    async with dispatch.http(role="dispatcher", id="dana", site=asked.get("site", "demo")) as http:
        answered = await http.get(
            f"/v1/jobs/{job_id}/explanation",
            params={"technician_id": "li", **asked.get("query", {})},
            headers=asked.get("headers", {}),
        )
    assert answered.status_code == 200, answered.text
    return dict(answered.json())


@pytest.mark.parametrize("happens", SAID, ids=lambda each: each.__name__)
async def test_each_rule_is_said_with_the_figures_that_decided_in_both_languages(
    component: MakeComponent, happens: Any
) -> None:
    code, chinese, english = SAID[happens]
    dispatch = await at_demo(component)
    job_id = await happens(dispatch)

    found = {
        language: await explained(dispatch, job_id, site="*", query={"language": language})
        for language in ("zh-CN", "en")
    }

    for language, sentence in (("zh-CN", chinese), ("en", english)):
        [standing] = found[language]["items"]
        texts = {bar["code"]: bar["text"] for bar in standing["bars"]}
        assert found[language]["language"] == language
        assert texts[code] == sentence
        assert {bar["code"]: bar["sentence"] for bar in standing["bars"]}[code] == english


async def test_a_skill_is_called_as_the_site_calls_it(component: MakeComponent) -> None:
    names = {"zh-CN": "水管", "en": "Plumbing"}
    dispatch = await at_demo(component, categories=(CategoryV1(code="plumbing", names=names),))
    job_id = await lacks_skill_altogether(dispatch)

    said = [
        (await explained(dispatch, job_id, query={"language": language}))["items"][0]["bars"]
        for language in ("zh-CN", "en")
    ]

    assert [bars[0]["text"] for bars in said] == [
        "李伟师傅没有水管技能，这单需要 1 级。",
        "李伟 does not have the skill Plumbing; the job needs level 1.",
    ]


async def test_one_who_said_no_is_said_to_be_asked_again_and_when(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")  # the cooling down counts from the answer, in real time
    job_id = await cooling_down(dispatch)

    [chinese], [english] = [
        (await explained(dispatch, job_id, query={"language": language}))["items"]
        for language in ("zh-CN", "en")
    ]

    [bar_in_chinese], [bar_in_english] = chinese["bars"], english["bars"]
    until = datetime.fromisoformat(bar_in_english["until"]).astimezone(UTC) + timedelta(hours=8)
    assert bar_in_chinese["code"] == bar_in_english["code"] == Code.COOLING_DOWN
    assert bar_in_chinese["text"].startswith("李伟师傅对这单拒绝或未答复 1 次，")
    assert bar_in_chinese["text"].endswith(f"{until:%H:%M} 起可再询问。")
    assert bar_in_english["text"].startswith(
        f"李伟 said no, or nothing, once; to be asked again from {until:%H:%M} "
    )


def test_every_code_is_brought_about() -> None:
    of_holders_alone = {Code.AT_DESK}  # a ticket at the desk has no job to explain
    said = {code for code, _, _ in SAID.values()} | {Code.COOLING_DOWN}
    assert said == set(Code) - of_holders_alone


async def test_the_language_is_the_one_asked_for_else_the_readers_else_the_sites(
    component: MakeComponent,
) -> None:
    dispatch = await at_demo(component, language="en")
    job_id = await lacks_skill(dispatch)
    german = {"Accept-Language": "de"}
    chinese = {"Accept-Language": "de, zh-Hans;q=0.8, en;q=0.2"}

    languages = [
        (await explained(dispatch, job_id, headers=headers, query=query))["language"]
        for headers, query in (
            ({}, {}),
            (german, {}),
            (chinese, {}),
            (chinese, {"language": "en-GB"}),
            (german, {"language": "zh"}),
        )
    ]
    async with dispatch.http(role="dispatcher", id="dana") as http:
        odd = await http.get(f"/v1/jobs/{job_id}/explanation", params={"language": "de"})

    assert languages == ["en", "en", "zh-CN", "en", "zh-CN"]
    assert odd.status_code == 422


async def test_what_a_rank_is_made_of_is_said_in_both_languages(component: MakeComponent) -> None:
    dispatch = await at_demo(component)
    await put_technician(dispatch, "li", name="李伟", home=HERE)
    await put_rules(dispatch, mode="manual")
    job_id = await a_job(dispatch, a_ticket())

    said = {
        language: {
            term["name"]: term["text"]
            for term in (await explained(dispatch, job_id, query={"language": language}))["items"][
                0
            ]["terms"]
        }
        for language in ("zh-CN", "en")
    }

    assert said == {
        "zh-CN": {
            "travel": "距离 0 米。",
            "load": "手上 0 单，待答复 0 单。",
            "skill": "比所需高 1 级，另有 0 项技能。",
            "continuity": "没有来过这里。",
            "fairness": "最近 24 小时接了 0 单。",
        },
        "en": {
            "travel": "0 m away.",
            "load": "Holds 0, is offered 0.",
            "skill": "1 level above what is needed, 0 other skills.",
            "continuity": "Has not been here before.",
            "fairness": "Took 0 jobs in the last 24 hours.",
        },
    }
