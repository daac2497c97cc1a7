"""Certificates: kept by staff, demanded by sites' rules, and told of before they end."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.dispatch.domain.certificate_warnings import WARNED_DAYS
from shared.contracts import SiteV1, SkillNeed
from shared.contracts.dispatch import JobState, OfferState
from shared.contracts.tickets import Priority, TicketV1
from tests.component.dispatch.test_races import two_instances
from tests.component.dispatch.world import (
    CERTIFICATES,
    a_ticket,
    answer,
    decide,
    offered_and_accepted,
    order_of,
    put_certificates,
    put_rules,
    put_technician,
    rest,
    said_of,
    work,
)
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai."""
TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
VOLTAGE = {"plumbing": ["low_voltage"]}


def a_certificate(expires_on: date, /, **more: Any) -> dict[str, Any]:
    return {
        "kind": "low_voltage",
        "number": f"T-{expires_on}",
        "issued_on": "2020-01-01",
        "expires_on": expires_on.isoformat(),
        **more,
    }


async def on_monday(component: MakeComponent, **rules: Any) -> Component:
    """A site whose plumbing demands a certificate, with a technician who has none yet."""
    dispatch = await component("dispatch", clock=SettableClock(MONDAY))
    await put_technician(dispatch, "li")
    await put_rules(dispatch, **{"certificates": VOLTAGE, **rules})
    return dispatch


async def barred(dispatch: Component, ticket: TicketV1) -> list[str]:
    """The codes of what bars the only technician."""
    order = await order_of(dispatch, ticket)
    assert [each.technician_id for each in order.unassignable] == ["li"]
    return list(order.unassignable[0].codes)


async def test_the_whole_list_is_put_and_read_with_the_technician(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch", clock=SettableClock(MONDAY))
    await put_technician(dispatch, "li")
    both = [a_certificate(TOMORROW), a_certificate(TODAY, kind="lift_repair")]
    async with dispatch.http(role="dispatcher", id="dana") as http:
        path = "/v1/technicians/li/certificates"
        unread = await http.put(path, json={"certificates": both})
        stale = await http.put(path, json={"certificates": both}, headers={"If-Match": '"7"'})
        put = await http.put(path, json={"certificates": both}, headers={"If-Match": '"1"'})
        again = await http.put(path, json=both, headers={"If-Match": '"2"'})
        listed = (await http.get("/v1/technicians")).json()["items"]
    await put_technician(dispatch, "li", name="Li Wei")
    async with dispatch.http(role="technician", id="li") as http:
        own = await http.get("/v1/technicians/li")

    assert [each.status_code for each in (unread, stale, put, again)] == [428, 412, 200, 200]
    assert [each.headers["etag"] for each in (put, again)] == ['"2"', '"2"']
    assert put.json()["certificates"] == both[::-1]
    assert listed[0]["certificates"] == both[::-1]
    assert (own.json()["name"], own.json()["certificates"]) == ("Li Wei", both[::-1])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"expires_on": "2019-12-31"}, "/certificates/0"),
        ({"expires_on": "2026-02-30"}, "/certificates/0/expires_on"),
        ({"issued_on": "1999-12-31"}, "/certificates/0/issued_on"),
        ({"issued_on": 1700000000}, "/certificates/0/issued_on"),
        ({"kind": "Low Voltage"}, "/certificates/0/kind"),
        ({"number": " "}, "/certificates/0/number"),
        ({"number": "x" * 65}, "/certificates/0/number"),
        ({"holder": "li"}, "/certificates/0/holder"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(
    component: MakeComponent, change: dict[str, Any], pointer: str
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    async with dispatch.http(role="dispatcher", id="dana") as http:
        refused = await http.put(
            "/v1/technicians/li/certificates",
            json={"certificates": [a_certificate(TODAY, **change)]},
            headers={"If-Match": '"1"'},
        )
        kept = await http.get("/v1/technicians/li")

    assert refused.status_code == 422, refused.text
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    assert (kept.json()["certificates"], kept.json()["version"]) == ([], 1)


async def test_a_bare_list_is_the_whole_list_and_its_faults_have_their_place(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    listed = [a_certificate(TODAY)]
    wrong = [*listed, a_certificate(TODAY, kind="Low Voltage")]
    async with dispatch.http(role="dispatcher", id="dana") as http:
        path = "/v1/technicians/li/certificates"
        put = await http.put(path, json=listed, headers={"If-Match": '"1"'})
        refused = [
            await http.put(path, json=given, headers={"If-Match": '"2"'})
            for given in (wrong, listed * 2, "low_voltage", [1])
        ]
        kept = await http.get("/v1/technicians/li")
        emptied = await http.put(path, json=[], headers={"If-Match": '"2"'})

    assert (put.status_code, put.json()["certificates"]) == (200, listed)
    assert [each.status_code for each in refused] == [422] * 4
    found = [[fault["pointer"] for fault in each.json()["errors"]] for each in refused]
    assert found == [["/1/kind"], [""], [""], ["/0"]]
    assert kept.json()["certificates"] == listed
    assert (emptied.status_code, emptied.json()["certificates"]) == (200, [])


async def test_the_same_certificate_twice_and_more_than_fifty_are_refused(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    many = [a_certificate(TODAY, number=f"T-{n}") for n in range(51)]
    async with dispatch.http(role="dispatcher", id="dana") as http:
        for given in ([a_certificate(TODAY)] * 2, many):
            refused = await http.put(
                "/v1/technicians/li/certificates",
                json={"certificates": given},
                headers={"If-Match": '"1"'},
            )

            assert refused.status_code == 422, refused.text
            assert refused.json()["errors"][0]["pointer"] == "/certificates"


async def test_only_who_shares_a_site_with_the_technician_keeps_their_certificates(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    found = []
    for role, site in (("dispatcher", "other"), ("technician", "demo"), ("manager", "demo")):
        async with dispatch.http(role=role, id="li", site=site) as http:
            put = await http.put(
                "/v1/technicians/li/certificates",
                json={"certificates": []},
                headers={"If-Match": '"1"'},
            )
            found.append(put.status_code)

    assert found == [404, 403, 200]


async def test_of_two_who_put_the_list_at_once_one_learns_that_it_has_changed(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    await put_technician(dispatch, "li")
    async with dispatch.http(role="dispatcher", id="dana") as http:
        answers = await asyncio.gather(
            *(
                http.put(
                    "/v1/technicians/li/certificates",
                    json={"certificates": [a_certificate(TODAY, number=f"T-{n}")]},
                    headers={"If-Match": '"1"'},
                )
                for n in range(8)
            )
        )

    assert Counter(each.status_code for each in answers) == {200: 1, 412: 7}


async def test_work_goes_to_who_has_what_it_demands_from_the_moment_that_it_is_recorded(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    ticket, emergency = a_ticket(), a_ticket(priority=Priority.EMERGENCY)
    await dispatch.hears(ticket, emergency)
    await rest(dispatch)
    without = [await barred(dispatch, each) for each in (ticket, emergency)]

    await put_certificates(dispatch, "li", a_certificate(date(2026, 11, 22)))
    await rest(dispatch)
    over = await said_of(dispatch, ticket)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    await rest(dispatch)

    assert without == [["certificate_missing"]] * 2
    assert over == ["created", "unassignable"]
    for each in (ticket, emergency):
        assert (await order_of(dispatch, each)).jobs[0].state is JobState.OFFERED


async def test_a_second_visit_demands_what_its_own_skills_demand(component: MakeComponent) -> None:
    dispatch = await on_monday(
        component, certificates={}, skill_certificates={"electric": ["low_voltage"]}
    )
    await put_technician(dispatch, "li", skills=[{"code": "plumbing"}, {"code": "electric"}])
    ticket = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, ticket)

    asked = await work(
        dispatch, "li", job_id, "follow-up", reason="live", skills=[{"code": "electric"}]
    )
    await rest(dispatch)

    assert asked.status_code == 200, asked.text
    assert await barred(dispatch, ticket) == ["certificate_missing"]


async def test_an_offer_is_not_accepted_for_a_day_on_which_the_certificate_is_over(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    tomorrow = (MONDAY + timedelta(days=1)).isoformat()
    refused = await answer(dispatch, "li", offer.id, planned_arrival=tomorrow)
    accepted = await answer(dispatch, "li", offer.id)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_eligible"), refused.text
    assert refused.json()["codes"] == ["certificate_expired"]
    assert "23 Nov 2026" in refused.json()["detail"]
    assert accepted.status_code == 200, accepted.text


async def test_a_day_that_ends_between_offer_and_answer_ends_the_certificate_without_any_event(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    dispatch.clock.move(hours=13, minutes=30)  # half past eleven at night
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)
    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]

    dispatch.clock.move(minutes=40)
    late = await answer(dispatch, "li", offer.id)

    assert (late.status_code, late.json()["codes"]) == (409, ["certificate_expired"])
    assert (await order_of(dispatch, ticket)).jobs[0].state is JobState.OFFERED


async def test_what_is_taken_from_a_technicians_list_takes_their_offers_back(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TOMORROW))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    await rest(dispatch)

    await put_certificates(dispatch, "li")
    await rest(dispatch)

    offer = (await order_of(dispatch, ticket)).jobs[0].offers[0]
    assert (offer.state, offer.reason) == (OfferState.WITHDRAWN, "no_longer_eligible")
    assert await barred(dispatch, ticket) == ["certificate_missing"]


async def test_not_even_a_dispatcher_with_a_reason_assigns_against_a_certificate(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component, mode="manual", assign_without_consent=True)
    await put_certificates(dispatch, "li", a_certificate(date(2026, 11, 22)))
    ticket = a_ticket()
    await dispatch.hears(ticket)
    job_id = (await order_of(dispatch, ticket)).jobs[0].id

    refused = await decide(dispatch, job_id, "assign", technician_id="li", overrule="no other")
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    assigned = await decide(dispatch, job_id, "assign", technician_id="li")

    assert (refused.status_code, refused.json()["codes"]) == (409, ["certificate_expired"])
    assert (assigned.status_code, assigned.json()["state"]) == (200, "accepted"), assigned.text


async def test_an_agreed_visit_after_the_last_day_bars_and_an_earlier_one_does_not(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TOMORROW))
    visits = [
        a_ticket(visit=(MONDAY + timedelta(days=days), MONDAY + timedelta(days=days, hours=1)))
        for days in (1, 2)
    ]

    await dispatch.hears(*visits)
    await rest(dispatch)

    assert (await order_of(dispatch, visits[0])).jobs[0].state is JobState.OFFERED
    assert await barred(dispatch, visits[1]) == ["certificate_expired"]


async def test_who_holds_a_job_whose_time_lies_after_the_last_day_is_told_to_the_desk(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TOMORROW))
    visit = (MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=3))
    moved, planned, today = a_ticket(visit=visit), a_ticket(), a_ticket()
    for ticket in (moved, planned, today):
        await offered_and_accepted(dispatch, ticket)
    later = (MONDAY + timedelta(days=3), MONDAY + timedelta(days=3, hours=1))

    await dispatch.hears(a_ticket(id=moved.id, version=2, visit=later, at=moved.opened_at))
    job_id = (await order_of(dispatch, planned)).jobs[0].id
    said = await work(
        dispatch, "li", job_id, "planned-arrival", planned_arrival=later[0].isoformat()
    )
    await rest(dispatch)

    assert said.status_code == 200, said.text
    for ticket in (moved, planned):
        job = (await order_of(dispatch, ticket)).jobs[0]
        assert (job.state, job.holder_bars) == (JobState.ACCEPTED, ("certificate_expired",))
        assert (await said_of(dispatch, ticket))[-1] == "holder_barred"
    assert (await order_of(dispatch, today)).jobs[0].holder_bars == ()
    renewal = a_certificate(date(2029, 11, 24), issued_on="2026-11-25")
    await put_certificates(dispatch, "li", a_certificate(TOMORROW), renewal)
    await rest(dispatch)
    for ticket in (moved, planned):
        assert (await order_of(dispatch, ticket)).jobs[0].holder_bars == ()


async def test_a_job_that_is_still_held_when_the_last_day_ends_is_told_to_the_desk_then(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component)
    await put_certificates(dispatch, "li", a_certificate(TODAY))
    held, begun = a_ticket(), a_ticket()
    await offered_and_accepted(dispatch, held)
    begun_job, _ = await offered_and_accepted(dispatch, begun)
    await work(dispatch, "li", begun_job, "start")
    await dispatch.runs_due(CERTIFICATES)
    await rest(dispatch)

    dispatch.clock.move(hours=13, minutes=59)
    await dispatch.runs_due(CERTIFICATES)
    await rest(dispatch)
    before = (await order_of(dispatch, held)).jobs[0].holder_bars
    dispatch.clock.move(minutes=1)
    await dispatch.runs_due(CERTIFICATES)
    await rest(dispatch)

    assert before == ()
    assert (await order_of(dispatch, held)).jobs[0].holder_bars == ("certificate_expired",)
    assert (await order_of(dispatch, begun)).jobs[0].holder_bars == ()


async def test_a_rule_that_demands_a_certificate_looks_at_what_is_held(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(component, certificates={})
    ticket = a_ticket()
    await offered_and_accepted(dispatch, ticket)

    await put_rules(dispatch, certificates=VOLTAGE)
    await rest(dispatch)
    barred_by_rule = (await order_of(dispatch, ticket)).jobs[0].holder_bars
    await put_rules(dispatch)
    await rest(dispatch)

    assert barred_by_rule == ("certificate_missing",)
    assert (await order_of(dispatch, ticket)).jobs[0].holder_bars == ()


async def test_a_list_that_changes_while_jobs_are_accepted_leaves_none_unnoticed(
    component: MakeComponent,
) -> None:
    first, second = await two_instances(component)
    await put_technician(first, "li", capacity=50)
    await put_rules(first, certificates=VOLTAGE)
    await put_certificates(first, "li", a_certificate(date(2099, 12, 31)))
    tickets = [a_ticket() for _ in range(20)]
    await first.hears(*tickets)
    await rest(first)
    offers = [(await order_of(first, ticket)).jobs[0].offers[0].id for ticket in tickets]

    answers, _ = await asyncio.gather(
        asyncio.gather(*(answer(first, "li", offer) for offer in offers)),
        put_certificates(second, "li"),
    )
    await rest(second)

    for ticket, each in zip(tickets, answers, strict=True):
        [job] = (await order_of(first, ticket)).jobs
        if each.status_code == 200:
            assert (job.state, job.holder_bars) == (JobState.ACCEPTED, ("certificate_missing",))
        else:
            assert each.status_code == 409, each.text
            assert job.offers[0].state is OfferState.WITHDRAWN


async def warnings(dispatch: Component) -> list[tuple[str, int]]:
    """What was said, in order: (last day, days before)."""
    said = await dispatch.said("dispatch.technician.certificate_warned.v1")
    return [
        (warning.expires_on.isoformat(), warning.days)
        for fact in said
        for warning in fact.snapshot.certificate_warnings
    ]


async def test_each_warning_is_published_once_at_nine_in_the_sites_zone(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch", clock=SettableClock(MONDAY))
    site = SiteV1(
        id="demo", version=1, site_id="demo", code="DEMO", name="Demo", time_zone="Europe/Berlin"
    )
    await dispatch.hears(site)
    await put_technician(dispatch, "li")
    end = TODAY + timedelta(days=91)
    await put_certificates(dispatch, "li", a_certificate(end))
    second = await component("dispatch", database_url=dispatch.service.settings.database_url)

    around = sorted({end - timedelta(days=days + by) for days in WARNED_DAYS for by in (-1, 0, 1)})
    for day in around:
        for minute in (59, 61):
            at = datetime(day.year, day.month, day.day, 7, tzinfo=UTC) + timedelta(minutes=minute)
            for each in (dispatch, second):
                each.clock.set(at)
            await asyncio.gather(*(each.runs_due(CERTIFICATES) for each in (dispatch, second)))

    assert await warnings(dispatch) == [(end.isoformat(), days) for days in WARNED_DAYS]
    [first, *_] = await dispatch.said("dispatch.technician.certificate_warned.v1")
    assert first.snapshot.certificate_warnings[0].at == datetime(2026, 11, 24, 8, 1, tzinfo=UTC)


async def test_after_downtime_the_newest_warning_is_said_alone_and_a_renewal_ends_them(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch", clock=SettableClock(MONDAY))
    await put_technician(dispatch, "li")
    end, next_end = date(2027, 2, 28), date(2029, 2, 28)
    await put_certificates(dispatch, "li", a_certificate(end))
    await dispatch.runs_due(CERTIFICATES)

    dispatch.clock.move(days=95)
    await dispatch.runs_due(CERTIFICATES)
    late = await warnings(dispatch)
    renewal = a_certificate(next_end, issued_on="2027-02-20")
    await put_certificates(dispatch, "li", a_certificate(end), renewal)
    await dispatch.runs_due(CERTIFICATES)
    dispatch.clock.move(days=30)
    await dispatch.runs_due(CERTIFICATES)

    assert late == [(end.isoformat(), 7)]
    assert await warnings(dispatch) == late
    newest = (await dispatch.said("dispatch.technician.changed.v1"))[-1]
    assert newest.snapshot.certificate_warnings == ()


async def test_one_who_was_removed_is_not_warned(component: MakeComponent) -> None:
    dispatch = await component("dispatch", clock=SettableClock(MONDAY))
    await put_technician(dispatch, "li")
    await put_certificates(dispatch, "li", a_certificate(TOMORROW))
    async with dispatch.http(role="dispatcher", id="dana") as http:
        await http.delete("/v1/technicians/li")

    dispatch.clock.move(days=1)
    claimed = await dispatch.runs_due(CERTIFICATES)

    assert (claimed, await warnings(dispatch)) == (0, [])


async def test_a_site_may_name_a_skill_of_the_ticket_and_other_work_is_free(
    component: MakeComponent,
) -> None:
    dispatch = await on_monday(
        component, certificates={}, skill_certificates={"lift": ["lift_repair"]}
    )
    await put_technician(dispatch, "li", skills=[{"code": "plumbing"}, {"code": "lift"}])
    plain, lift = a_ticket(), a_ticket(skills=[SkillNeed(code="lift")])

    await dispatch.hears(plain, lift)
    await rest(dispatch)

    assert (await order_of(dispatch, plain)).jobs[0].state is JobState.OFFERED
    assert await barred(dispatch, lift) == ["certificate_missing"]
