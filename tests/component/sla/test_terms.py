"""Policies and calendars through the API, and what they do to clocks."""

from typing import Any

import httpx
import pytest

from tests.support.component import Component
from tests.unit.sla.tickets import a_site, a_step, a_ticket, after

ALWAYS_OPEN = {"time_zone": "Asia/Shanghai", "always_open": True}
SECONDS = {
    "site_id": "demo",
    "targets": {
        "urgent": {"counted_in": "wall", "response": 7, "arrival": "PT30S", "resolution": 120.5}
    },
}


def manager(sla: Component, site: str = "demo") -> httpx.AsyncClient:
    return sla.http(role="manager", id="manager-1", site=site)


async def due_times(sla: Component, *, of: int = -1) -> list[Any]:
    return [clock.due_at for clock in (await sla.said())[of].snapshot.clocks]


async def test_a_policy_in_seconds_times_the_tickets_that_are_opened_after_it(
    sla: Component,
) -> None:
    async with manager(sla) as client:
        answer = await client.put("/v1/policies/demo", json=SECONDS)
    opened_at = after(minutes=1)

    await sla.hears(a_ticket(opened_at=opened_at))

    assert (
        answer.status_code,
        answer.headers["etag"],
        answer.json()["targets"]["urgent"]["resolution"],
    ) == (201, '"1"', "PT2M0.5S")
    assert await due_times(sla) == [after(minutes=1, seconds=s) for s in (7, 30, 120.5)]
    assert (await sla.said())[-1].snapshot.policy_id == "demo"


async def test_a_ticket_keeps_the_version_of_the_policy_it_was_opened_under(sla: Component) -> None:
    early, late = a_ticket(opened_at=after(minutes=1)), a_ticket(opened_at=after(minutes=3))
    async with manager(sla) as client:
        await client.put("/v1/policies/demo", json=SECONDS)
        sla.clock.set(after(minutes=2))
        longer = {"site_id": "demo", "targets": {"urgent": {"response": "PT1H"}}}
        answer = await client.put("/v1/policies/demo", json=longer, headers={"If-Match": '"1"'})

    await sla.hears(early, late)

    versions = {fact.subject_id: fact.snapshot.policy_version for fact in await sla.said()}
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert versions == {str(early.id): 1, str(late.id): 2}


async def test_a_policy_of_another_category_or_site_does_not_matter(sla: Component) -> None:
    async with sla.http(role="admin", site="*") as client:
        await client.put("/v1/policies/lifts", json={**SECONDS, "match": {"category": "lift"}})
        await client.put("/v1/policies/elsewhere", json={**SECONDS, "site_id": "elsewhere"})

    await sla.hears(a_ticket(opened_at=after(minutes=1)))

    assert (await sla.said())[-1].snapshot.policy_id == "default"


async def test_what_exists_is_overwritten_only_by_who_has_read_it(sla: Component) -> None:
    async with manager(sla) as client:
        first = await client.put("/v1/calendars/demo", json=ALWAYS_OPEN)
        blind = await client.put("/v1/calendars/demo", json=ALWAYS_OPEN)
        stale = await client.put(
            "/v1/calendars/demo", json=ALWAYS_OPEN, headers={"If-Match": '"7"'}
        )
        good = await client.put(
            "/v1/calendars/demo", json=ALWAYS_OPEN, headers={"If-Match": first.headers["etag"]}
        )
        read = await client.get("/v1/calendars/demo")

    assert [answer.status_code for answer in (first, blind, stale, good, read)] == [
        201,
        428,
        412,
        200,
        200,
    ]
    assert (read.json(), read.headers["etag"]) == (good.json(), '"2"')


async def test_an_edited_calendar_moves_the_clocks_that_are_going_on_and_no_others(
    sla: Component,
) -> None:
    running, resolved = (
        a_ticket(priority="normal"),
        a_ticket(a_step("resolved", after(seconds=5)), priority="normal"),
    )
    await sla.hears(a_site(), running, resolved)
    async with manager(sla) as client:
        await client.put(
            "/v1/calendars/demo",
            json={
                "time_zone": "Asia/Shanghai",
                "week": [{"weekday": 1, "start": "10:00", "end": "18:00"}],
            },
        )

    await sla.runs_due("sweeps")
    swept = await sla.runs_due("sweeps")
    await sla.runs_due("clocks")
    await sla.hears(
        a_ticket(
            a_step("resolved", after(seconds=5)),
            a_step("closed", after(seconds=6)),
            priority="normal",
            id=resolved.id,
        )
    )

    assert swept == 0
    assert [(fact.type, fact.subject_id) for fact in await sla.said()][2:] == [
        ("sla.clocks.recomputed.v1", str(running.id))
    ]
    assert await due_times(sla) == [after(hours=3), after(hours=9), after(days=7, hours=9)]


async def test_a_site_has_the_usual_calendar_in_its_zone_until_it_writes_one(
    sla: Component,
) -> None:
    await sla.hears(a_site("Europe/Berlin"))

    async with manager(sla) as client:
        usual = (await client.get("/v1/calendars/demo")).json()
        unknown = await client.get("/v1/calendars/elsewhere")

    assert (usual["version"], usual["time_zone"], usual["working_day_s"]) == (
        0,
        "Europe/Berlin",
        30_600,
    )
    assert usual["week"][0] == {"weekday": 1, "start": "08:00", "end": "12:00"}
    assert unknown.status_code == 404


async def test_a_calendar_comes_back_as_it_was_written(sla: Component) -> None:
    calendar = {
        "site_id": "demo",
        "time_zone": "Asia/Shanghai",
        "week": [
            {"weekday": 5, "start": "22:00", "end": "06:00"},
            {"weekday": 1, "start": "00:00", "end": "24:00"},
        ],
        "holidays": {"code": "CN", "subdivision": None},
        "days": [
            {"date": "2026-10-10", "name": "调休", "hours": [], "like_weekday": 1},
            {
                "date": "2026-12-31",
                "name": "",
                "hours": [{"start": "08:00", "end": "12:00"}],
                "like_weekday": None,
            },
        ],
    }

    async with manager(sla) as client:
        answer = (await client.put("/v1/calendars/demo", json=calendar)).json()

    assert {name: answer[name] for name in calendar} == calendar
    assert answer["warnings"] == [
        (
            "No official make-up workdays of CN are known for 2027; add them as days when they "
            "are announced."
        )
    ]
    [remark] = answer["remarks"]
    assert (remark["code"], remark["values"]) == (
        "make_up_workdays_unknown",
        {"country": "CN", "year": "2027"},
    )


async def test_a_policy_may_name_a_calendar_of_its_site_but_no_other(sla: Component) -> None:
    def naming(calendar: str) -> dict[str, Any]:
        return {
            "site_id": "demo",
            "targets": {"urgent": {"counted_in": "working", "calendar": calendar}},
        }

    async with manager(sla) as ours, manager(sla, "elsewhere") as theirs:
        await ours.put("/v1/calendars/nights", json={**ALWAYS_OPEN, "site_id": "demo"})
        await theirs.put("/v1/calendars/elsewhere", json=ALWAYS_OPEN)
        answers = [
            await ours.put(f"/v1/policies/{name}", json=naming(name))
            for name in ("nights", "elsewhere", "nowhere")
        ]

    assert [answer.status_code for answer in answers] == [201, 422, 422]
    assert answers[1].json()["field"] == "/targets/urgent/calendar"


async def test_nobody_can_write_a_calendar_for_a_site_that_is_not_theirs(sla: Component) -> None:
    await sla.hears(a_site(id="elsewhere"))

    async with manager(sla) as client, sla.http(role="dispatcher") as dispatcher:
        as_theirs = await client.put("/v1/calendars/elsewhere", json=ALWAYS_OPEN)
        under_their_id = await client.put(
            "/v1/calendars/elsewhere", json={**ALWAYS_OPEN, "site_id": "demo"}
        )
        for_all = await client.put(
            "/v1/calendars/everywhere", json={**ALWAYS_OPEN, "site_id": None}
        )
        by_dispatcher = await dispatcher.put("/v1/calendars/demo", json=ALWAYS_OPEN)

    assert [
        answer.status_code for answer in (as_theirs, under_their_id, for_all, by_dispatcher)
    ] == [403, 422, 403, 403]


async def test_a_calendar_written_before_there_was_a_site_of_its_id_does_not_count_for_the_site(
    sla: Component,
) -> None:
    async with manager(sla, "thief") as thief:
        await thief.put("/v1/calendars/demo", json={**ALWAYS_OPEN, "site_id": "thief"})

    await sla.hears(a_site(), a_ticket(priority="normal"))

    assert (await due_times(sla))[1] == after(days=1)


async def test_what_another_site_wrote_under_a_sites_id_is_the_sites_to_take_back(
    sla: Component,
) -> None:
    policy = {"targets": {"normal": {"counted_in": "wall", "response": 60}}}
    async with manager(sla, "thief") as thief, manager(sla) as ours:
        await thief.put("/v1/calendars/demo", json={**ALWAYS_OPEN, "site_id": "thief"})
        await thief.put("/v1/policies/demo", json={**policy, "site_id": "thief"})
        await sla.hears(a_site())

        usual = await ours.get("/v1/calendars/demo")
        taken = [
            await ours.put("/v1/calendars/demo", json=ALWAYS_OPEN),
            await ours.put("/v1/policies/demo", json={**policy, "site_id": "demo"}),
        ]
        again = [
            await thief.put(
                "/v1/calendars/demo",
                json={**ALWAYS_OPEN, "site_id": "thief"},
                headers={"If-Match": '"2"'},
            ),
            await thief.put(
                "/v1/policies/demo",
                json={**policy, "site_id": "thief"},
                headers={"If-Match": '"2"'},
            ),
            await thief.get("/v1/calendars/demo"),
            await thief.get("/v1/policies/demo"),
        ]
        read = [await ours.get(f"/v1/{things}/demo") for things in ("calendars", "policies")]

    assert (usual.status_code, usual.json()["version"]) == (200, 0)
    assert [each.is_success for each in taken] == [True, True], taken[0].text
    assert [each.status_code for each in again] == [404] * 4
    assert [(each.json()["site_id"], each.json()["version"]) for each in read] == [("demo", 2)] * 2


async def test_a_clock_is_counted_in_the_calendar_of_its_own_site_though_another_took_the_id(
    sla: Component,
) -> None:
    targets = {"normal": {"counted_in": "working", "calendar": "demo", "response": "PT1H"}}
    never = {
        "time_zone": "Asia/Shanghai",
        "week": [{"weekday": 1, "start": "03:00", "end": "03:01"}],
    }
    async with manager(sla, "thief") as thief, manager(sla) as ours:
        await thief.put("/v1/calendars/demo", json={**ALWAYS_OPEN, "site_id": "thief"})
        await thief.put("/v1/calendars/thief", json=ALWAYS_OPEN)
        await thief.put("/v1/policies/p", json={"site_id": "thief", "targets": targets})
        await sla.hears(a_site(), a_site(id="thief"))
        await ours.put("/v1/calendars/demo", json=never)

    opened_at = after(minutes=1)
    await sla.hears(a_ticket(priority="normal", site_id="thief", opened_at=opened_at))

    assert (await due_times(sla))[0] == after(hours=1, minutes=1)


async def test_a_policy_is_not_written_under_the_id_of_another_site(sla: Component) -> None:
    await sla.hears(a_site(id="elsewhere"))

    async with manager(sla) as client:
        answer = await client.put("/v1/policies/elsewhere", json={"site_id": "demo"})

    assert (answer.status_code, answer.json()["field"]) == (422, "/site_id")


async def test_the_default_policy_is_there_to_read_and_not_to_write(sla: Component) -> None:
    async with sla.http(role="admin", site="*") as client:
        read = await client.get("/v1/policies/default")
        written = await client.put("/v1/policies/default", json=SECONDS)

    assert read.json()["targets"]["normal"] == {
        "counted_in": "working",
        "calendar": None,
        "response": "PT2H",
        "arrival": "P1D",
        "resolution": "P2D",
    }
    assert written.status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        (
            "/v1/policies/demo",
            {"site_id": "demo", "targets": {"urgent": {"response": "soon"}}},
            "/targets/urgent/response",
        ),
        (
            "/v1/policies/demo",
            {"site_id": "demo", "targets": {"urgent": {"response": True}}},
            "/targets/urgent/response",
        ),
        (
            "/v1/policies/demo",
            {"site_id": "demo", "targets": {"urgent": {"response": 0}}},
            "/targets/urgent/response",
        ),
        (
            "/v1/policies/demo",
            {"site_id": "demo", "targets": {"urgent": {"response": -5}}},
            "/targets/urgent/response",
        ),
        ("/v1/policies/demo", {"site_id": "demo", "targets": {"huge": {}}}, "/targets/huge"),
        ("/v1/policies/demo", {"site_id": "demo", "warn_at": [100]}, "/warn_at/0"),
        (
            "/v1/policies/demo",
            {"site_id": "demo", "stopped_by": {"arrival": ["tea"]}},
            "/stopped_by/arrival/0",
        ),
        ("/v1/policies/demo", {"site_id": "demo", "colour": "red"}, "/colour"),
        ("/v1/calendars/demo", {"time_zone": "Mars/Olympus", "always_open": True}, ""),
        ("/v1/calendars/demo", {"time_zone": "UTC"}, ""),
        ("/v1/calendars/demo", {"time_zone": "UTC", "always_open": 1}, "/always_open"),
        (
            "/v1/calendars/demo",
            {"time_zone": "UTC", "week": [{"weekday": 8, "start": "08:00", "end": "09:00"}]},
            "/week/0/weekday",
        ),
        (
            "/v1/calendars/demo",
            {"time_zone": "UTC", "week": [{"weekday": 1, "start": "24:00", "end": "09:00"}]},
            "/week/0/start",
        ),
        (
            "/v1/calendars/demo",
            {"time_zone": "UTC", "always_open": True, "days": [{"date": "2026-02-30"}]},
            "",
        ),
        (
            "/v1/calendars/demo",
            {"time_zone": "UTC", "always_open": True, "holidays": {"code": "XX"}},
            "",
        ),
    ],
)
async def test_terms_that_make_no_sense_are_refused_with_the_place(
    sla: Component, path: str, body: Any, pointer: str
) -> None:
    async with manager(sla) as client:
        answer = await client.put(path, json=body)

    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert any(error["pointer"].startswith(pointer) for error in problem["errors"])
