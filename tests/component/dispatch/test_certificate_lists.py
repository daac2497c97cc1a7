"""The certificates of a technician are one list, which staff of their sites put."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.component.dispatch.certified import MONDAY, TODAY, TOMORROW, a_certificate
from tests.component.dispatch.world import put_technician
from tests.support.clocks import SettableClock
from tests.support.component import MakeComponent


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
