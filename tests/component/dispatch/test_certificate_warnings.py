"""That a certificate ends is told some days before, once for each of them."""

import asyncio
from datetime import UTC, date, datetime, timedelta

from services.dispatch.domain.certificate_warnings import WARNED_DAYS
from shared.contracts import SiteV1
from tests.component.dispatch.certified import MONDAY, TODAY, TOMORROW, a_certificate
from tests.component.dispatch.world import CERTIFICATES, put_certificates, put_technician
from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent


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
