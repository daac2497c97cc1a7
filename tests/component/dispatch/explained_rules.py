"""Each rule that bars a technician, brought about once, and the sentences that say so."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from services.dispatch.domain.case import Code
from shared.contracts import SkillNeed, Window
from shared.contracts.tickets import Place, TicketV1
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
from tests.support.component import Component

MONDAY_AFTERNOON = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""Half past five in the afternoon, in Shanghai."""
HERE = {"lat": 31.2304, "lon": 121.4737}
DAY = {"weekday": 1, "start": "08:00", "end": "18:00"}
UNKNOWN = Place(building="3")
"""Whose way counts as a quarter of an hour."""


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
    visit = (MONDAY_AFTERNOON + timedelta(hours=1), MONDAY_AFTERNOON + timedelta(hours=2))
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
    window = Window(
        start=MONDAY_AFTERNOON + timedelta(hours=15), end=MONDAY_AFTERNOON + timedelta(hours=17)
    )
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
