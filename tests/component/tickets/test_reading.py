"""Lists, timelines and who may see what."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.dispatch import JobState, WorkOrderState
from tests.component.tickets.arranging import DEMO, Tickets, an_order
from tests.support.issuer import token


async def listed(
    tickets: Tickets, query: str = "", *, as_: str = "dispatcher", **who: Any
) -> list[str]:
    answer = await tickets.send("GET", f"tickets?{query}", as_=as_, **who)
    return [ticket["id"] for ticket in answer["items"]]


async def test_a_ticket_of_another_resident_does_not_exist(tickets: Tickets) -> None:
    opened = await tickets.open(unit="3-1202")

    for path in ("", "/timeline", "/events"):
        await tickets.send(
            "GET", f"tickets/{opened['id']}{path}", id="resident-2", units=["3-1202"], status=404
        )
    for verb in ("cancel", "confirm", "urge"):
        await tickets.post(f"tickets/{opened['id']}/{verb}", id="resident-2", status=404)
    await tickets.get(opened["id"], as_="dispatcher", site="elsewhere", status=404)
    await tickets.get("01900000-0000-7000-8000-000000000001", as_="dispatcher", status=404)

    assert await tickets.said() == ["opened"]


VERBS: list[tuple[str, str, dict[str, Any]]] = [
    ("PATCH", "", {"title": "mine now"}),
    ("PUT", "/follow", {}),
    ("DELETE", "/follow", {}),
    ("POST", "/comments", {"text": "hello"}),
    ("POST", "/cancel", {"reason": "x"}),
    ("POST", "/confirm", {}),
    ("POST", "/reopen", {"reason": "x"}),
    ("POST", "/urge", {}),
    ("POST", "/rating", {"speed": 1, "quality": 1, "manner": 1}),
    ("POST", "/appointment", {"start": "2098-01-01T10:00:00Z", "end": "2098-01-01T11:00:00Z"}),
    ("POST", "/hold", {"reason": "no_access"}),
    ("POST", "/release", {}),
    ("POST", "/resolve", {"note": "x"}),
    ("POST", "/merge", {"duplicate_of": "01900000-0000-7000-8000-000000000001"}),
    ("POST", "/unmerge", {}),
]


async def test_staff_of_another_site_and_whose_offer_has_ended_change_nothing(
    tickets: Tickets,
) -> None:
    opened = await tickets.open()
    now = tickets.component.clock.now()
    ended = an_order(
        opened["id"],
        WorkOrderState.WAITING,
        JobState.OFFERED,
        at=now,
        technician=None,
        offered_to={"tech-1": now},
    )
    await tickets.component.hears(ended)
    # lives here, but this is not their ticket
    at_home_here = [("resident", "demo"), ("dispatcher", "elsewhere")]
    people = [
        ("dana", [("dispatcher", "elsewhere")]),
        ("dan", at_home_here),
        ("tech-1", [("technician", "demo"), ("resident", "demo")]),
    ]

    for id, roles in people:
        async with tickets.component.http(role=None) as client:
            client.headers["Authorization"] = f"Bearer {token(id, roles)}"
            for method, path, body in VERBS:
                sent = None if method in ("PUT", "DELETE") else body
                answer = await client.request(
                    method,
                    f"/v1/tickets/{opened['id']}{path}",
                    json=sent,
                    headers={"If-Match": '"1"'},
                )

                refused = (
                    {403, 404}
                    if path in ("/hold", "/release", "/resolve", "/merge", "/unmerge")
                    else {404}
                )
                assert answer.status_code in refused, (id, method, path, answer.text)

    assert await tickets.said() == ["opened"]


async def test_staff_elsewhere_are_a_resident_of_their_own_ticket_here(tickets: Tickets) -> None:
    opened = await tickets.open(id="dan")

    async with tickets.component.http(role=None) as client:
        client.headers["Authorization"] = (
            f"Bearer {token('dan', [('resident', 'demo'), ('dispatcher', 'elsewhere')])}"
        )
        held = await client.post(f"/v1/tickets/{opened['id']}/hold", json={"reason": "no_access"})
        internal = await client.post(
            f"/v1/tickets/{opened['id']}/comments", json={"text": "x", "public": False}
        )
        urged = await client.post(f"/v1/tickets/{opened['id']}/urge")

    assert (held.status_code, internal.status_code, urged.status_code) == (403, 403, 200)


async def test_a_technician_reads_their_own_report_as_the_resident_that_they_are(
    tickets: Tickets,
) -> None:
    opened = await tickets.open(id="tech-9")
    now = tickets.component.clock.now()
    await tickets.component.hears(
        an_order(opened["id"], WorkOrderState.WORKING, JobState.ACCEPTED, JobState.WORKING, at=now)
    )
    await tickets.post(
        f"tickets/{opened['id']}/comments",
        {"text": "A difficult one", "public": False},
        status=201,
        as_="dispatcher",
    )

    async with tickets.component.http(role=None) as client:
        client.headers["Authorization"] = (
            f"Bearer {token('tech-9', [('resident', 'demo'), ('technician', 'demo')])}"
        )
        timeline = (await client.get(f"/v1/tickets/{opened['id']}/timeline")).json()["items"]
        view = (await client.get(f"/v1/tickets/{opened['id']}")).json()

    assert [line["name"] for line in timeline] == ["opened", "assigned", "started"]
    assert "technician_id" not in timeline[1]["detail"]
    assert view["work"]["technician_id"] is None


async def test_those_of_a_unit_share_its_tickets_where_the_site_allows(tickets: Tickets) -> None:
    opened = await tickets.open(unit="3-1202")
    elsewhere = await tickets.open(unit="3-1201")
    who: dict[str, Any] = {"as_": "resident", "id": "resident-2", "units": ["3-1202"]}
    assert await listed(tickets, **who) == []

    await tickets.send(
        "PUT",
        "sites/demo",
        {**DEMO, "residents_see_unit": True},
        as_="admin",
        headers={"If-Match": '"1"'},
    )

    await tickets.get(opened["id"], **who)
    await tickets.get(elsewhere["id"], **who, status=404)
    assert await listed(tickets, **who) == [opened["id"]]
    assert (await tickets.post(f"tickets/{opened['id']}/cancel", **who))["state"] == "cancelled"


async def test_each_lists_what_they_may_see(tickets: Tickets) -> None:
    mine = await tickets.open()
    theirs = await tickets.open(id="resident-2")
    entered = await tickets.open(as_="integration")
    now = tickets.component.clock.now()
    await tickets.component.hears(
        an_order(theirs["id"], WorkOrderState.WORKING, JobState.WORKING, at=now)
    )
    offered = {"tech-2": now + timedelta(minutes=15)}
    await tickets.component.hears(
        an_order(
            mine["id"],
            WorkOrderState.WAITING,
            JobState.OFFERED,
            at=now,
            technician=None,
            offered_to=offered,
        )
    )

    assert await listed(tickets) == [entered["id"], theirs["id"], mine["id"]]
    assert await listed(tickets, as_="resident") == [mine["id"]]
    assert await listed(tickets, as_="integration") == [entered["id"]]
    assert await listed(tickets, as_="technician", id="tech-1") == [theirs["id"]]
    assert await listed(tickets, as_="technician", id="tech-2") == [mine["id"]]
    assert await listed(tickets, as_="admin", site="*") == [entered["id"], theirs["id"], mine["id"]]
    assert await listed(tickets, site="elsewhere") == []
    tickets.component.clock.move(minutes=16)
    assert await listed(tickets, as_="technician", id="tech-2") == []


async def test_a_list_has_exactly_what_can_be_read_one_by_one(tickets: Tickets) -> None:
    await tickets.send(
        "PUT",
        "sites/demo",
        {**DEMO, "residents_see_unit": True},
        as_="admin",
        headers={"If-Match": '"1"'},
    )
    opened = [
        await tickets.open(id=id, unit=unit)
        for id in ("resident-1", "resident-2")
        for unit in ("3-1201", "3-1202")
    ]
    opened += [
        await tickets.open(spot="lobby-3"),
        await tickets.open(as_="integration", reporter_id="resident-2", unit="3-1202"),
    ]
    now = tickets.component.clock.now()
    for ticket, technician in zip(opened, ("tech-1", "tech-2"), strict=False):
        await tickets.component.hears(
            an_order(
                ticket["id"],
                WorkOrderState.WORKING,
                JobState.WORKING,
                at=now,
                technician=technician,
            )
        )
    offered = {"tech-1": now + timedelta(minutes=1), "tech-2": now - timedelta(minutes=1)}
    await tickets.component.hears(
        an_order(
            opened[2]["id"], WorkOrderState.WAITING, JobState.OFFERED, at=now, offered_to=offered
        )
    )
    people: list[dict[str, Any]] = [
        {"as_": role, "site": site}
        for role in ("dispatcher", "admin", "integration")
        for site in ("demo", "*", "x")
    ]
    people += [
        {"as_": "technician", "id": f"tech-{n}", "site": site}
        for n in (1, 2, 3)
        for site in ("demo", "x")
    ]
    people += [
        {"as_": "resident", "id": f"resident-{n}", "units": units}
        for n in (1, 2, 3)
        for units in ([], ["3-1202"], ["3-1201", "9-9"])
    ]

    for who in people:
        seen = []
        async with tickets.component.http(
            role=who["as_"],
            **{"id": f"{who['as_']}-1", **{k: v for k, v in who.items() if k != "as_"}},
        ) as client:
            for ticket in opened:
                answer = await client.get(f"/v1/tickets/{ticket['id']}")
                seen += [ticket["id"]] if answer.status_code == 200 else []

        assert await listed(tickets, **who) == seen[::-1], who


async def test_filters_cut_the_list(tickets: Tickets) -> None:
    pipe = await tickets.open(description="厨房水管漏水 100%", unit="3-1202")
    tickets.component.clock.move(hours=1)
    hour = tickets.component.clock.now()
    lift = await tickets.open(
        category="lift", title="Lift is stuck", description="", id="resident-2", address="Gate_2"
    )
    await tickets.post(f"tickets/{pipe['id']}/cancel")
    at = hour.isoformat().replace("+00:00", "Z")

    expected = {
        "category=lift": [lift],
        "priority=urgent": [lift],
        "state=cancelled": [pipe],
        "state=open&state=cancelled": [lift, pipe],
        "reporter=resident-2": [lift],
        "site=demo": [lift, pipe],
        "site=elsewhere": [],
        "q=水管": [pipe],
        "q=STUCK": [lift],
        "q=100%25": [pipe],
        "q=%25%25": [],
        "q=Gate_": [lift],
        "q=ateX2": [],
        "q=3-1202": [pipe],
        f"q={lift['reference'][:9]}": [lift],
        f"reference={lift['reference'].lower()}": [lift],
        f"opened_from={at}": [lift],
        f"opened_to={at}": [pipe],
        "opened_from=0001-01-01T00:00:00Z": [lift, pipe],
        "opened_to=9999-12-31T23:59:59Z": [lift, pipe],
        f"updated_from={at}": [lift, pipe],
        f"updated_to={at}": [],
    }
    for query, found in expected.items():
        assert await listed(tickets, query) == [ticket["id"] for ticket in found], query


BAD_QUESTIONS = [
    ("reference=DEMO-1001-Z9", 422),
    ("state=lost", 422),
    ("q=x", 422),
    ("limit=1000000000", 422),
    ("limit=0", 422),
    ("cursor=nonsense", 400),
    ("opened_from=yesterday", 422),
    ("opened_from=2026-01-01T00:00:00", 422),
    ("opened_from=0001-01-01T00:00:00%2B14:00", 422),
    ("q=a%00b", 422),
]


async def test_a_bad_question_is_refused(tickets: Tickets) -> None:
    await tickets.open()

    for query, status in BAD_QUESTIONS:
        await tickets.send("GET", f"tickets?{query}", status=status, as_="dispatcher")


async def test_too_long_a_question_is_refused_by_its_characters(tickets: Tickets) -> None:
    asked = "x" * 101

    refused = await tickets.send("GET", f"tickets?q={asked}", status=422, as_="dispatcher")

    assert "at most 100 characters" in refused["detail"]


async def test_pages_follow_one_another_without_a_gap_while_tickets_come_in(
    tickets: Tickets,
) -> None:
    opened = [(await tickets.open())["id"] for _ in range(7)]
    seen: list[str] = []
    url: str | None = "/v1/tickets?limit=3&site=demo"

    async with tickets.component.http(role="dispatcher", id="dispatcher-1") as client:
        while url:
            answer = await client.get(url)
            seen += [ticket["id"] for ticket in answer.json()["items"]]
            link = answer.headers.get("link")
            url = link[1 : link.index(">")] if link else None
            await tickets.open()
        other_filter = await client.get(
            f"/v1/tickets?{answer.request.url.query.decode()}".replace("site=demo", "site=other")
        )

    assert seen == opened[::-1]
    assert other_filter.status_code == 400


async def test_a_timeline_is_read_page_by_page(tickets: Tickets) -> None:
    opened = await tickets.open()
    await tickets.post(f"tickets/{opened['id']}/comments", {"text": "When?"}, status=201)

    async with tickets.component.http() as client:
        first = await client.get(f"/v1/tickets/{opened['id']}/timeline?limit=1")
        rest = await client.get(first.links["next"]["url"])
        strange = await client.get(f"/v1/tickets/{opened['id']}/timeline?cursor=1")
        too_many = await client.get(f"/v1/tickets/{opened['id']}/timeline?limit=501")

    assert [line["name"] for line in first.json()["items"]] == ["opened"]
    assert [
        (line["n"], line["name"], line["text"], line["cause"]) for line in rest.json()["items"]
    ] == [(2, "comment", "When?", "resident-1")]
    assert "next" not in rest.links
    assert (strange.status_code, too_many.status_code) == (400, 422)


@pytest.mark.parametrize("reader", [{}, {"role": "dispatcher", "id": "wang"}])
async def test_a_timeline_is_read_from_its_end(tickets: Tickets, reader: dict[str, str]) -> None:
    opened = await tickets.open()
    for text in ("one", "two", "three"):
        await tickets.post(f"tickets/{opened['id']}/comments", {"text": text}, status=201)
    path = f"/v1/tickets/{opened['id']}/timeline"

    async with tickets.component.http(**reader) as client:
        newest = await client.get(f"{path}?order=newest&limit=3")
        rest = await client.get(newest.links["next"]["url"])
        turned = await client.get(newest.links["next"]["url"].replace("=newest", "=oldest"))
        whole = await client.get(path)
        strange = await client.get(f"{path}?order=random")

    assert [line["text"] for line in newest.json()["items"]] == ["three", "two", "one"]
    assert newest.json()["items"] + rest.json()["items"] == whole.json()["items"][::-1]
    assert "next" not in rest.links
    assert (turned.status_code, strange.status_code) == (400, 422)
