"""A site's rules: stored as they are wanted, with what is odd about them."""

from shared.contracts.tickets import CategoryV1, SiteV1
from tests.support.component import MakeComponent


async def test_a_rule_for_a_category_that_the_site_does_not_have_is_stored_with_a_warning(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    site = SiteV1(
        id="demo",
        version=1,
        site_id="demo",
        code="DEMO",
        name="Demo",
        time_zone="Asia/Shanghai",
        categories=(CategoryV1(code="lift"), CategoryV1(code="plumbing")),
    )
    modes = {"plumming": "manual", "lift": "manual", "other": "manual"}
    async with dispatch.http(role="manager", site="demo") as client:
        unheard_of = await client.put("/v1/sites/demo/rules", json={"modes": modes})
        await dispatch.hears(site)
        known = await client.put("/v1/sites/demo/rules", json={"modes": modes})
        read = await client.get("/v1/sites/demo/rules")
        right = await client.put("/v1/sites/demo/rules", json={"modes": {"lift": "manual"}})

    assert "no site 'demo'" in unheard_of.json()["warnings"][0]
    assert [answer.status_code for answer in (known, read)] == [200, 200]
    assert read.json()["modes"] == modes
    assert known.json()["warnings"] == read.json()["warnings"]
    [warning] = known.json()["warnings"]
    assert "'plumming'" in warning
    assert "lift, plumbing" in warning
    [unheard], [unknown] = (each.json()["remarks"] for each in (unheard_of, known))
    assert (unheard["code"], unheard["values"]) == ("no_such_site", {"site": "demo"})
    assert (unknown["code"], unknown["values"]) == (
        "unknown_category",
        {"rule": "modes", "category": "plumming"},
    )
    assert right.json()["warnings"] == []


async def test_rules_are_changed_as_they_were_read_where_that_is_demanded(
    component: MakeComponent,
) -> None:
    dispatch = await component("dispatch")
    async with dispatch.http(role="manager", site="demo") as client:
        read = await client.get("/v1/sites/demo/rules")
        seen = {"If-Match": read.headers["ETag"]}

        first = await client.put("/v1/sites/demo/rules", json={"mode": "manual"}, headers=seen)
        second = await client.put("/v1/sites/demo/rules", json={"mode": "pool"}, headers=seen)
        whatever = await client.put("/v1/sites/demo/rules", json={"mode": "plan"})

    assert (first.status_code, second.status_code, whatever.status_code) == (200, 412, 200)
    assert (second.json()["code"], second.json()["version"]) == ("stale_version", 1)
