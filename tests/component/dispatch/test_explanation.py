"""Why not Li: each rule said in both languages with what decided, and the order of the others."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.dispatch.domain.case import Code
from shared.contracts import SiteV1, SkillNeed
from shared.contracts.tickets import CategoryV1
from tests.component.dispatch.explained_rules import (
    HERE,
    MONDAY_AFTERNOON,
    SAID,
    a_job,
    cooling_down,
    lacks_skill,
    lacks_skill_altogether,
)
from tests.component.dispatch.world import a_ticket, order_of, put_rules, put_technician
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent


async def at_demo(
    component: MakeComponent, *, language: str = "zh-CN", categories: tuple[CategoryV1, ...] = ()
) -> Component:
    dispatch = await component("dispatch", clock=SettableClock(MONDAY_AFTERNOON))
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


async def explained(dispatch: Component, job_id: UUID, **asked: Any) -> dict[str, Any]:
    async with dispatch.http(role="dispatcher", id="dana", site=asked.get("site", "demo")) as http:
        answered = await http.get(
            f"/v1/jobs/{job_id}/explanation",
            params={"technician_id": "li", **asked.get("query", {})},
            headers=asked.get("headers", {}),
        )
    assert answered.status_code == 200, answered.text
    return dict(answered.json())


async def test_the_explanation_says_why_each_can_or_cannot(component: MakeComponent) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "near", home={"lat": 31.2304, "lon": 121.4737})
    await put_technician(dispatch, "far", home={"lat": 31.25, "lon": 121.4737})
    await put_technician(dispatch, "locksmith", skills=[{"code": "lock", "level": 5}])
    await put_technician(dispatch, "asleep", shifts=[])
    await put_technician(dispatch, "elsewhere", at="other", sites=["other"], shifts=None)
    ticket = a_ticket(skills=[SkillNeed(code="plumbing", level=2)])
    await put_rules(dispatch, mode="manual", max_distance_m=1000)
    await dispatch.hears(ticket)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    async with dispatch.http(role="dispatcher", id="dana") as http:
        all_ = (await http.get(f"/v1/jobs/{job_id}/explanation")).json()
    async with dispatch.http(role="dispatcher", id="dana", site="*") as http:
        one = (
            await http.get(f"/v1/jobs/{job_id}/explanation", params={"technician_id": "elsewhere"})
        ).json()

    assert all_["mode"] == "manual"
    found = {each["technician_id"]: [bar["code"] for bar in each["bars"]] for each in all_["items"]}
    assert found == {
        "near": [],
        "far": ["too_far"],
        "locksmith": ["lacks_skill"],
        "asleep": ["off_shift"],
    }
    best = all_["items"][0]
    assert (best["technician_id"], best["rank"]) == ("near", 1)
    assert {term["name"] for term in best["terms"]} == {
        "travel",
        "load",
        "skill",
        "continuity",
        "fairness",
    }
    assert best["cost_min"] == round(sum(term["minutes"] for term in best["terms"]), 2)
    assert [each["technician_id"] for each in one["items"]] == ["elsewhere"]
    assert "not_this_site" in [bar["code"] for bar in one["items"][0]["bars"]]


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
