"""The demo's technician is on shift while somebody is signed in as them."""

import asyncio
from typing import Any

from services.portal.actions.demo_people import SITE, TECHNICIAN
from services.portal.actions.demo_shift import end_shift_unless_signed_in, watch_demo_shift
from services.portal.actions.sessions import end_sessions_of
from shared.auth.caller import Role
from tests.support.eventually import eventually
from tests.support.portal import Browser, MakePortal, PortalUnderTest

ALL_WEEK = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]


async def technician(portal: PortalUnderTest) -> dict[str, Any]:
    dispatch = await portal.service("dispatch")
    async with dispatch.http(role="admin", id="admin") as http:
        answer = await http.get(f"/v1/technicians/{TECHNICIAN}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def sign_out(browser: Browser) -> None:
    answer = await browser.submit("/logout")
    assert answer.status_code == 303, answer.text


async def test_from_the_first_sign_in_to_the_last_sign_out(portal: PortalUnderTest) -> None:
    phone, tablet = await portal.as_("technician"), await portal.as_("technician")
    on_shift = await technician(portal)

    await sign_out(phone)
    with_the_other = await technician(portal)
    await sign_out(tablet)
    off_shift = await technician(portal)
    await portal.as_("technician")

    assert {skill["code"] for skill in on_shift["skills"]} == {"plumbing", "electrical", "lift"}
    assert on_shift["shifts"] == with_the_other["shifts"] == ALL_WEEK
    assert off_shift["shifts"] == []
    assert (await technician(portal))["shifts"] == ALL_WEEK


async def test_a_session_that_ends_otherwise_ends_the_shift_as_well(
    portal: PortalUnderTest,
) -> None:
    await portal.as_("technician")
    async with portal.state.database.transaction(actor="test") as tx:
        await end_sessions_of(tx, TECHNICIAN)
    dispatch = portal.state.apis_of_portal(Role.MANAGER, SITE).dispatch

    watching = asyncio.create_task(watch_demo_shift(portal.state.database, lambda: dispatch))

    async def is_over() -> bool:
        return bool((await technician(portal))["shifts"] == [])

    assert await eventually(is_over)
    watching.cancel()


async def test_where_there_was_no_sign_in_dispatch_is_told_of_no_technician(
    portal: PortalUnderTest,
) -> None:
    dispatch = await portal.service("dispatch")
    api = portal.state.apis_of_portal(Role.MANAGER, SITE).dispatch

    is_over = await end_shift_unless_signed_in(portal.state.database, api)

    assert is_over
    assert await dispatch.said() == []


async def test_one_who_is_played_is_left_as_they_are(portal: PortalUnderTest) -> None:
    dispatch = await portal.service("dispatch")
    async with dispatch.http(role="admin", id="admin") as http:
        await http.put(f"/v1/technicians/{TECHNICIAN}", json={"name": "李强", "sites": ["demo"]})

    await sign_out(await portal.as_("technician"))

    assert (await technician(portal))["shifts"] is None


async def test_a_sign_in_does_not_fail_with_dispatch(portal: PortalUnderTest) -> None:
    portal.stop("dispatch")

    await sign_out(await portal.as_("technician"))

    assert {asked for _, asked in portal.asked} == {f"dispatch/v1/technicians/{TECHNICIAN}"}


async def test_others_of_the_demo_ask_no_service(portal: PortalUnderTest) -> None:
    for role in ("resident", "dispatcher", "manager", "admin"):
        await sign_out(await portal.as_(role))

    assert portal.asked == []


async def test_there_are_no_demo_logins_but_on_this_machine(make_portal: MakePortal) -> None:
    address = "https://repairs.example"
    portal = await make_portal(public_url=address)

    answer = await portal.stranger(base_url=address).get("/login/demo?as=admin")

    assert answer.status_code == 404
