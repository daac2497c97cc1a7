"""Which promises were kept: counted a moment after they change, and read as figures."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from shared.contracts import TicketV1
from shared.ids import id_at
from tests.component.sla.test_history import history
from tests.support.component import Component, MakeComponent
from tests.unit.sla.tickets import NINE, a_site, a_step, a_ticket, a_work_order, after, reclassed

NOVEMBER = {"from": "2026-11-01", "to": "2026-12-01"}


def opened(minutes: float, *steps: Any, **fields: Any) -> TicketV1:
    """A ticket of so many minutes after nine, with an id of that time."""
    at = after(minutes=minutes)
    return a_ticket(*steps, id=UUID(int=id_at(at).int + int(minutes) + 1), opened_at=at, **fields)


async def count(sla: Component) -> None:
    """Let a moment pass, and count what changed."""
    sla.clock.move(seconds=6)
    while await sla.runs_due("outcomes"):
        pass


async def answer(
    sla: Component, query: dict[str, Any] | None = None, path: str = "", **who: Any
) -> httpx.Response:
    async with sla.http(**{"role": "manager", "id": "boss", **who}) as client:
        return await client.get(f"/v1/compliance{path}", params={**NOVEMBER, **(query or {})})


async def figures(sla: Component, query: dict[str, Any] | None = None, **who: Any) -> Any:
    got = await answer(sla, query, **who)
    assert got.status_code == 200, got.text
    return got.json()


async def by_kind(sla: Component, query: dict[str, Any] | None = None) -> dict[str, Any]:
    return {each["kind"]: each for each in (await figures(sla, query))["items"]}


async def kept_and_late(sla: Component) -> tuple[TicketV1, TicketV1]:
    """One ticket that was there in time and done late, one that no technician took."""
    quick, slow = opened(0), opened(1, category="lift")
    sla.clock.set(after(hours=30))
    done = a_ticket(
        a_step("assigned", after(minutes=5)),
        a_step("resolved", after(hours=10)),
        a_step("closed", after(hours=10)),
        id=quick.id,
        opened_at=quick.opened_at,
    )
    work = a_work_order(
        done, ("accepted", after(minutes=5)), ("on_site", after(minutes=30)),
        ("completed", after(hours=10)),
    )  # fmt: skip
    await sla.hears(a_site(), done, slow)
    await sla.hears(work)
    await sla.runs_due("clocks")
    await count(sla)
    return quick, slow


async def test_promises_are_counted_by_kind_with_shares_minutes_and_causes(sla: Component) -> None:
    await kept_and_late(sla)

    found = await by_kind(sla)

    assert {kind: (each["kept"], each["broken"]) for kind, each in found.items()} == {
        "response": (1, 1),
        "arrival": (1, 1),
        "resolution": (0, 2),
    }
    assert found["arrival"]["kept_percent"] == 50.0
    assert found["arrival"]["minutes"] == 30.0
    assert found["arrival"]["causes"] == {"not_taken": 1}
    assert found["resolution"]["causes"] == {"not_taken": 1, "not_done": 1}
    assert found["resolution"]["late_minutes"] == 120.0


async def test_a_promise_is_counted_as_it_stands_and_in_one_place_only(sla: Component) -> None:
    ticket = opened(0)
    sla.clock.set(after(minutes=1))
    await sla.hears(a_site(), ticket)
    await count(sla)
    running = await by_kind(sla)

    sla.clock.set(after(minutes=3))
    await sla.hears(
        a_ticket(a_step("assigned", after(minutes=2)), id=ticket.id, opened_at=ticket.opened_at)
    )
    await count(sla)
    assigned = await by_kind(sla)

    def shown(found: dict[str, Any]) -> dict[str, tuple[int, int]]:
        return {kind: (each["running"], each["kept"]) for kind, each in found.items()}

    assert shown(running) == {"response": (1, 0), "arrival": (1, 0), "resolution": (1, 0)}
    assert shown(assigned) == {"response": (0, 1), "arrival": (1, 0), "resolution": (1, 0)}


async def test_what_is_filed_elsewhere_moves_to_its_new_category_and_priority(
    sla: Component,
) -> None:
    ticket = opened(0)
    sla.clock.set(after(minutes=1))
    await sla.hears(a_site(), ticket)
    await count(sla)

    sla.clock.set(after(minutes=3))
    classes = reclassed(after(minutes=2), "normal")
    await sla.hears(a_ticket(id=ticket.id, opened_at=ticket.opened_at, classes=classes, version=2))
    await count(sla)

    items = (await figures(sla, {"group_by": "priority"}))["items"]
    assert {each["priority"] for each in items if each["running"]} == {"normal"}
    assert len(items) == 3


async def test_counting_again_changes_nothing(sla: Component) -> None:
    await kept_and_late(sla)
    before = await figures(sla)

    async with sla.tx() as tx:
        await tx.execute(text("update promises set counted_at = null"))
    await count(sla)

    assert (await figures(sla))["items"] == before["items"]


async def test_what_the_release_before_changed_meanwhile_is_counted(sla: Component) -> None:
    await kept_and_late(sla)
    async with sla.tx() as tx:
        # it leaves the new column as it is
        await tx.execute(
            text("update promises set ticket_state = 'cancelled', looked_at = looked_at + '1 s'")
        )

    await count(sla)

    assert {each["cancelled"] for each in (await figures(sla))["items"]} == {2}


async def test_figures_are_told_apart_as_asked(sla: Component) -> None:
    await kept_and_late(sla)

    found = await figures(sla, {"group_by": ["month", "category"]})

    assert {(each["month"], each["category"]) for each in found["items"]} == {
        ("2026-11-01", "plumbing"),
        ("2026-11-01", "lift"),
    }
    assert found["group_by"] == ["category", "month"]
    assert found["sites"] == ["demo"]
    assert found["behind"] == 0


async def test_days_and_whole_months_say_the_same(sla: Component) -> None:
    await kept_and_late(sla)

    months = await figures(sla)
    days = await figures(sla, {"from": "2026-11-23", "to": "2026-11-24"})
    before = await figures(sla, {"from": "2026-11-01", "to": "2026-11-23"})

    assert days["items"] == months["items"]
    assert before["items"] == []


async def test_the_day_is_the_sites_own(sla: Component) -> None:
    evening = after(hours=-10)  # in Shanghai it is eleven at night, the day before
    await sla.hears(a_site(), a_ticket(opened_at=evening, id=UUID(int=id_at(evening).int)))
    await count(sla)

    assert (await figures(sla, {"from": "2026-11-22", "to": "2026-11-23"}))["items"] != []


async def test_what_changed_long_ago_and_is_not_counted_is_said(sla: Component) -> None:
    await sla.hears(a_site(), opened(0))

    sla.clock.move(minutes=2)

    assert (await figures(sla))["behind"] == 1


async def test_history_is_apart(sla: Component) -> None:
    await sla.hears(a_site(), history(opened_at=NINE - timedelta(days=2), arrived=None))
    await count(sla)

    found = await figures(sla)

    assert found["items"] == []
    assert {each["kind"]: each["unknown"] for each in found["imported"]} == {
        "response": 0,
        "arrival": 1,
        "resolution": 0,
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_each_figure_comes_with_its_definition(sla: Component, language: str) -> None:
    await kept_and_late(sla)

    found = await figures(sla, {"language": language})

    counted = set(found["items"][0]) - {"site", "category", "priority", "month", "kind"}
    assert counted <= found["definitions"].keys()


async def test_as_csv_each_cause_has_a_column(sla: Component) -> None:
    await kept_and_late(sla)

    got = await answer(sla, {"format": "csv", "group_by": "site"})

    assert got.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"))))
    resolution = next(line for line in lines if line["kind"] == "resolution")
    assert (resolution["site"], resolution["broken"], resolution["broken_not_done"]) == (
        "demo",
        "2",
        "1",
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": "2026-11-01", "to": "2026-11-01"}, 422),
        ({"from": "2026-02-30", "to": "2026-11-01"}, 422),
        ({"from": "2026-01-02", "to": "2026-11-01"}, 422),
        ({"from": "yesterday", "to": "2026-11-01"}, 422),
        ({"group_by": "technician"}, 422),
        ({"site": "elsewhere"}, 404),
        ({"site": ["demo", "elsewhere"]}, 404),
        ({"site": [f"site-{n}" for n in range(101)]}, 422),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    sla: Component, query: dict[str, Any], status: int
) -> None:
    assert (await answer(sla, query)).status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [("resident", 403), ("technician", 403), ("integration", 403), ("dispatcher", 200)],
)
async def test_figures_are_for_staff(sla: Component, role: str, status: int) -> None:
    assert (await answer(sla, role=role)).status_code == status


async def test_staff_of_every_site_name_some_where_there_are_too_many(sla: Component) -> None:
    await sla.hears(*(a_site(id=f"site-{n}") for n in range(101)))

    everywhere = await answer(sla, site="*")
    named = await answer(sla, {"site": "site-7"}, site="*")

    assert (everywhere.status_code, everywhere.json()["code"]) == (422, "invalid")
    assert named.status_code == 200


async def test_the_promises_behind_a_figure_are_listed_the_newest_first_page_by_page(
    sla: Component,
) -> None:
    _, slow = await kept_and_late(sla)

    first = await answer(sla, {"outcome": "broken", "limit": 2}, "/promises")
    link = first.headers["link"].split(";")[0].strip("<>")
    async with sla.http(role="manager", id="boss") as client:
        second = await client.get(link)

    found = [*first.json()["items"], *second.json()["items"]]
    assert [each["kind"] for each in found[:3]] == ["response", "resolution", "arrival"]
    assert [each["ticket_id"] for each in found[:3]] == [str(slow.id)] * 3
    assert (found[3]["kind"], found[3]["late_minutes"]) == ("resolution", 120.0)
    assert found[3]["reference"] == "DEMO-1-A"
    assert "link" not in second.headers


async def test_the_list_has_what_its_figure_counts(sla: Component) -> None:
    await kept_and_late(sla)
    items = (await figures(sla, {"group_by": ["category", "priority"]}))["items"]

    for each in items:
        for outcome in ("kept", "broken", "running"):
            query = {
                "outcome": outcome,
                "kind": each["kind"],
                "category": each["category"],
                "priority": each["priority"],
            }
            listed = (await answer(sla, query, "/promises")).json()["items"]
            assert len(listed) == each[outcome]
        for cause, n in each["causes"].items():
            query = {"outcome": "broken", "kind": each["kind"], "cause": cause}
            assert len((await answer(sla, query, "/promises")).json()["items"]) == n


async def test_two_instances_count_each_ticket_once(
    component: MakeComponent, sla: Component
) -> None:
    for minutes in range(30):
        await sla.hears(opened(minutes))
    other = await component("sla", clock=sla.clock, database_url=sla.service.settings.database_url)
    sla.clock.move(minutes=1)

    async with sla.tx() as holding:
        await holding.rows(text("select 1 from promises order by ticket_id limit 10 for update"))
        taken = await other.runs_due("outcomes")
    left = await sla.runs_due("outcomes")

    assert (taken, left) == (20, 10)
    assert {each["running"] for each in (await figures(sla))["items"]} == {30}
