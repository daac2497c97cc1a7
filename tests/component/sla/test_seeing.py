"""Who sees the clocks of a ticket, the board, and the figures."""

import re
from uuid import uuid4

import pytest

from services.sla.domain.figures import BREACHES, KEPT, Figure, Figures
from services.sla.store.figures import change_figures, count_breaches_by_site
from shared.contracts import AudienceV1, TicketV1
from shared.contracts.dispatch import OfferState, OfferV1
from tests.support.component import Component
from tests.support.eventually import eventually
from tests.support.streams import Stream, watching
from tests.unit.sla.tickets import a_step, a_ticket, a_work_order, after


@pytest.mark.parametrize(
    ("role", "person", "site", "status"),
    [
        ("resident", "resident-1", "demo", 200),
        ("resident", "follower-1", "demo", 200),
        ("resident", "resident-2", "demo", 404),
        ("resident", "resident-1", "elsewhere", 404),
        ("technician", "tech-1", "demo", 200),
        ("technician", "tech-2", "demo", 404),
        ("technician", "resident-1", "demo", 404),
        ("dispatcher", "desk", "demo", 200),
        ("dispatcher", "desk", "elsewhere", 404),
        ("manager", "boss", "*", 200),
        ("integration", "machine", "demo", 200),
    ],
)
async def test_the_clocks_of_a_ticket_are_for_those_it_concerns(
    sla: Component, role: str, person: str, site: str, status: int
) -> None:
    ticket, unheard = a_ticket(followers=("follower-1",)), a_ticket()
    await sla.hears(ticket)
    await sla.hears(a_work_order(ticket, ("accepted", after(seconds=5))))

    async with sla.http(role=role, id=person, site=site) as client:
        answer = await client.get("/v1/clocks", params={"ticket_id": str(ticket.id)})
        asked = {"ticket_id": [str(unheard.id), str(ticket.id)]}
        among_others = await client.get("/v1/clocks:batch", params=asked)

    assert answer.status_code == status
    assert among_others.json()["items"] == ([answer.json()] if status == 200 else [])


async def test_a_technician_who_is_asked_sees_the_clocks_until_the_offer_is_over(
    sla: Component,
) -> None:
    ticket = a_ticket()
    order = a_work_order(ticket, ("offered", after(seconds=5)))
    statuses = []

    for version, state in enumerate(("open", "declined"), start=10):
        offer = OfferV1(
            id=uuid4(),
            technician_id="tech-9",
            state=OfferState(state),
            offered_at=after(seconds=5),
            expires_at=after(minutes=5),
        )
        await sla.hears(
            ticket,
            order.model_copy(
                update={
                    "version": version,
                    "jobs": (order.jobs[0].model_copy(update={"offers": (offer,)}),),
                }
            ),
        )
        async with sla.http(role="technician", id="tech-9") as client:
            statuses.append(
                (await client.get("/v1/clocks", params={"ticket_id": str(ticket.id)})).status_code
            )

    assert statuses == [200, 404]


async def test_an_unknown_ticket_is_not_found_and_what_is_no_id_is_refused(sla: Component) -> None:
    async with sla.http(role="dispatcher") as client, sla.http(role=None) as nobody:
        answers = [
            await client.get("/v1/clocks", params={"ticket_id": str(uuid4())}),
            await client.get("/v1/clocks", params={"ticket_id": "x"}),
            await client.get("/v1/clocks"),
            await nobody.get("/v1/clocks", params={"ticket_id": str(uuid4())}),
        ]

    assert [answer.status_code for answer in answers] == [404, 422, 422, 401]


async def a_busy_site(sla: Component) -> dict[str, TicketV1]:
    """Four tickets at ten o'clock: one broken, one soon broken, one with time to spare, one
    resolved.
    """
    tickets = {
        "late": a_ticket(
            opened_at=after(hours=-1.5), answered_at=after(hours=-1.4), reference="LATE"
        ),
        "soon": a_ticket(
            opened_at=after(minutes=5), reference="SOON", answered_at=after(minutes=6)
        ),
        "calm": a_ticket(priority="normal", reference="CALM", answered_at=after(minutes=1)),
        "done": a_ticket(
            a_step("resolved", after(minutes=3)), reference="DONE", answered_at=after(minutes=1)
        ),
    }
    await sla.hears(*tickets.values())
    sla.clock.set(after(hours=1, minutes=6))
    await sla.runs_due("clocks")
    return tickets


async def test_the_board_shows_what_is_open_at_risk_and_breached_with_the_most_urgent_first(
    sla: Component,
) -> None:
    await a_busy_site(sla)

    async with sla.http(role="dispatcher") as client:
        board = (await client.get("/v1/board", params={"site": "demo"})).json()

    assert board["counts"] == {"open": 3, "at_risk": 1, "breached": 1}
    assert [ticket["reference"] for ticket in board["open"]] == ["LATE", "SOON", "CALM"]
    assert [(clock["reference"], clock["kind"]) for clock in board["at_risk"]] == [
        ("SOON", "arrival")
    ]
    assert [(clock["reference"], clock["kind"]) for clock in board["breached"]] == [
        ("LATE", "arrival")
    ]


async def test_the_board_is_for_staff_of_the_site(sla: Component) -> None:
    statuses = {}
    for role, site in (
        ("dispatcher", "elsewhere"),
        ("resident", "demo"),
        ("technician", "demo"),
        ("dispatcher", "*"),
    ):
        async with sla.http(role=role, site=site) as client:
            statuses[role, site] = (
                await client.get("/v1/board", params={"site": "demo"})
            ).status_code

    assert list(statuses.values()) == [404, 403, 403, 200]


async def test_the_live_board_comes_at_once_and_again_when_something_changes(
    sla: Component,
) -> None:
    await sla.hears(a_ticket(reference="FIRST"))

    async with watching(
        sla, "/v1/board/events?site=demo", role="dispatcher", id="desk", site="demo"
    ) as live:
        await live.has(1)
        await sla.hears(a_ticket(reference="SECOND"))
        events = await live.has(2)

    shown = [[ticket["reference"] for ticket in event["data"]["open"]] for event in events]
    assert ([event["event"] for event in events], shown) == (
        ["board", "board"],
        [["FIRST"], ["FIRST", "SECOND"]],
    )


async def test_the_live_board_is_for_staff_of_the_site(sla: Component) -> None:
    async with watching(
        sla, "/v1/board/events?site=demo", role="dispatcher", id="desk", site="elsewhere"
    ) as live:
        await eventually(lambda: _status(live))

    assert live.status == 404


async def _status(live: Stream) -> bool:
    return live.status != 0


async def test_prometheus_sees_tickets_clocks_breaches_and_durations(sla: Component) -> None:
    tickets = await a_busy_site(sla)
    await sla.hears(
        a_ticket(
            a_step("resolved", after(hours=1)),
            id=tickets["late"].id,
            opened_at=after(hours=-1.5),
            cause="job:1",
        )
    )

    async with sla.http(role=None) as client:
        lines = (await client.get("/metrics")).text.splitlines()

    for expected in (
        'fettle_sla_open_tickets{priority="urgent",state="open"} 1.0',
        'fettle_sla_clocks{clock="resolution",priority="normal",state="running"} 1.0',
        'fettle_sla_at_risk{clock="arrival",priority="urgent"} 1.0',
        'fettle_sla_breaches_total{clock="arrival",priority="urgent"} 1.0',
        'fettle_sla_breaches_total{clock="arrival",priority="low"} 0.0',
        'fettle_sla_site_breaches_total{site="demo"} 2.0',
        'fettle_sla_response_seconds_bucket{le="60.0",priority="urgent"} 2.0',
        'fettle_sla_response_seconds_count{priority="urgent"} 3.0',
        'fettle_sla_resolution_seconds_count{priority="urgent"} 2.0',
    ):
        assert _with_labels(expected) in {
            _with_labels(line) for line in lines if line.startswith("fettle_sla")
        }


async def test_kept_promises_are_counted_once_and_broken_ones_are_not_among_them(
    sla: Component,
) -> None:
    tickets = await a_busy_site(sla)
    kept_before = await _counted(sla, "kept")
    late = a_ticket(
        a_step("resolved", after(hours=1)),
        id=tickets["late"].id,
        opened_at=after(hours=-1.5),
        cause="job:1",
    )

    await sla.hears(late)
    await sla.hears(
        late.model_copy(update={"version": late.version + 1, "title": "Only the title is new"})
    )

    kept = await _counted(sla, "kept")
    assert kept[("arrival", "urgent")] == kept_before[("arrival", "urgent")]
    assert kept[("resolution", "urgent")] == kept_before[("resolution", "urgent")] + 1
    assert (await _counted(sla, "breaches"))[("arrival", "urgent")] == 1


async def _counted(sla: Component, name: str) -> dict[tuple[str, str], float]:
    """(clock, priority) → the counter's value."""
    async with sla.http(role=None) as client:
        text = (await client.get("/metrics")).text
    found = re.findall(
        rf'^fettle_sla_{name}_total{{clock="(\w+)",priority="(\w+)"}} (\S+)$', text, re.MULTILINE
    )
    return {(clock, priority): float(value) for clock, priority, value in found}


async def test_the_sites_with_the_most_broken_promises_come_first_and_others_are_left_out(
    sla: Component,
) -> None:
    broken = {"a": 2, "b": 7, "c": 1}
    for site, n in broken.items():
        async with sla.tx() as tx:
            figures = Figures()
            for priority in ("urgent", "low"):
                figures[Figure(site, priority, "arrival", BREACHES)] += n
                figures[Figure(site, priority, "arrival", KEPT)] += 50
            await change_figures(tx, figures)

    async with sla.tx() as tx:
        found = await count_breaches_by_site(tx, limit=2)

    assert found == [("b", 14), ("a", 4)]


def _with_labels(line: str) -> tuple[str, frozenset[str], str]:
    name, _, rest = line.partition("{")
    labels, _, value = rest.partition("} ")
    return name, frozenset(labels.split(",")), value


async def test_the_board_says_how_many_hear_of_the_site_once_that_was_told(sla: Component) -> None:
    async def listeners() -> int | None:
        async with sla.http(role="dispatcher", id="desk") as client:
            board = (await client.get("/v1/board", params={"site": "demo"})).json()
        said: int | None = board["listeners"]
        return said

    seen = [await listeners()]
    for audience in (
        AudienceV1(id="elsewhere", version=1, site_id="elsewhere", listeners=9),
        AudienceV1(id="demo", version=1, site_id="demo"),
        AudienceV1(id="demo", version=3, site_id="demo", listeners=2),
        AudienceV1(id="demo", version=2, site_id="demo", listeners=1),
        AudienceV1(id="*", version=1, site_id="*", listeners=1),
        AudienceV1(id="demo", version=4, site_id="demo"),
    ):
        await sla.hears(audience)
        seen.append(await listeners())

    assert seen == [None, None, 0, 2, 2, 3, 1]
