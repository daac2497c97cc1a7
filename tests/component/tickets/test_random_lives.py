"""Whatever people do and whatever dispatch says, in any order: no answer is a 5xx, versions and
lines are contiguous, rows make sense.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.contracts import WorkOrderV1
from shared.contracts.dispatch import JobState, JobStep, JobV1, OfferState, OfferV1, WorkOrderState
from shared.ids import derived_id, new_id
from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.issuer import token

PEOPLE: Mapping[str, list[tuple[str, str]]] = {
    "resident-1": [("resident", "demo")],
    "resident-2": [("resident", "demo")],
    "dana": [("dispatcher", "demo")],
    "tech-1": [("resident", "demo"), ("technician", "demo")],
    "far": [("manager", "elsewhere"), ("resident", "demo")],
    "robot": [("integration", "demo")],
}
WRONG = [
    (
        "versions",
        "select subject_id from outbox where type like 'tickets.ticket.%' "
        "group by subject_id having count(*) <> max(version)",
    ),
    (
        "newest version",
        "select t.id from tickets t where version <> (select max(version) from outbox "
        "where subject_id = t.id::text)",
    ),
    (
        "lines",
        "select t.id from tickets t where entries <> all (select count(*) from entries e "
        "where e.ticket_id = t.id)",
    ),
    (
        "last line",
        "select t.id from tickets t where entries <> (select max(n) from entries e "
        "where e.ticket_id = t.id)",
    ),
    (
        "holds",
        "select id from tickets where (state = 'on_hold') <> (hold is not null) "
        "or (hold is null) <> (before is null)",
    ),
    ("closing", "select id from tickets where (state = 'resolved') <> (closes_at is not null)"),
    ("parked", "select fact_id from dead_letters"),
    (
        "those who came along",
        "select t.id from tickets t cross join lateral jsonb_array_elements(t.joined) as j "
        "cross join lateral jsonb_array_elements_text(j -> 'people') as p where not exists (select "
        "from tickets d where d.id = cast(j ->> 'ticket_id' as uuid) and d.duplicate_of = t.id "
        "and (d.reporter_id = p or d.followers ? p))",
    ),
]


def a_visit(tickets: Tickets) -> dict[str, Any]:
    at = tickets.component.clock.now()
    return {
        "start": (at + timedelta(hours=1)).isoformat(),
        "end": (at + timedelta(hours=2)).isoformat(),
    }


def something(
    tickets: Tickets, chance: random.Random, ids: list[str]
) -> tuple[str, str, dict[str, Any] | None]:
    """A request somebody may make: method, path, body."""
    verbs: dict[str, dict[str, Any]] = {
        "cancel": {"reason": "no longer wanted"},
        "confirm": {},
        "reopen": {"reason": "drips"},
        "urge": {},
        "rating": {"speed": 1, "quality": 5, "manner": 3, "text": "水" * 900},
        "hold": {"reason": chance.choice(["no_access", "waiting_resident"])},
        "release": {},
        "resolve": {"note": "水" * 900},
        "comments": {"text": "hello", "public": chance.random() < 0.7},
        "merge": {"duplicate_of": chance.choice(ids)},
        "unmerge": {},
        "appointment": a_visit(tickets),
    }
    patches = [
        {"title": "Kitchen"},
        {"description": "gas"},
        {"priority": "low", "reason": "can wait"},
        {"category": "lift"},
    ]
    path = f"/v1/tickets/{chance.choice(ids)}"
    verb = chance.choice([*verbs, "PATCH", "PUT", "DELETE", "GET"])
    if verb == "PATCH":
        return verb, path, chance.choice(patches)
    if verb in {"PUT", "DELETE"}:
        return verb, f"{path}/follow", None
    if verb == "GET":
        return verb, chance.choice([path, f"{path}/timeline", "/v1/tickets"]), None
    return "POST", f"{path}/{verb}", verbs[verb]


def an_order(tickets: Tickets, chance: random.Random, ticket_id: str, version: int) -> WorkOrderV1:
    """What dispatch would never say is survived as well."""
    id, at, cycle = UUID(ticket_id), tickets.component.clock.now(), chance.choice([1, 1, 1, 2])

    def jobs() -> Iterator[JobV1]:
        for number in range(chance.randint(0, 3)):
            states = chance.choices(list(JobState), k=chance.randint(1, 4))
            steps = tuple(
                JobStep(at=at + timedelta(minutes=chance.randint(-99, 99)), state=state)
                for state in states
            )
            until = at + timedelta(minutes=chance.randint(-5, 5))
            offer = OfferV1(
                id=new_id(),
                technician_id="tech-1",
                state=chance.choice(list(OfferState)),
                offered_at=at,
                expires_at=until,
            )
            who = chance.choice([None, "tech-1"])
            yield JobV1(
                id=derived_id(id, cycle, number),
                cycle=cycle,
                state=states[-1],
                technician_id=who,
                steps=steps,
                offers=(offer,),
            )

    state = chance.choice(list(WorkOrderState))
    return WorkOrderV1(
        id=id,
        version=version,
        site_id="demo",
        observed=1,
        cycle=cycle,
        state=state,
        jobs=tuple(jobs()),
    )


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_life_leaves_contiguous_versions_and_lines(tickets: Tickets, seed: int) -> None:
    chance = random.Random(seed)
    await tickets.send(
        "PUT",
        "sites/demo",
        {**DEMO, "residents_see_unit": True},
        as_="admin",
        headers={"If-Match": '"1"'},
    )
    ids = [
        (await tickets.open(id=chance.choice(["resident-1", "tech-1"]), unit=unit))["id"]
        for unit in ("3-1202", "9-9") * 5
    ]
    statuses = set()

    async with tickets.component.http(role=None) as client:
        for n in range(300):
            tickets.component.clock.move(minutes=chance.choice([0, 1, 70, 1500]))
            if chance.random() < 0.3:
                await tickets.component.hears(
                    an_order(
                        tickets,
                        chance,
                        chance.choice(ids),
                        version=max(1, n + chance.randint(-40, 0)),
                    )
                )
                continue
            if chance.random() < 0.05:
                await tickets.component.runs_due("closing")
                continue
            who = chance.choice([*PEOPLE, "dana", "dana"])
            method, path, body = something(tickets, chance, ids)
            headers = {
                "Authorization": f"Bearer {token(who, PEOPLE[who], units=['3-1202'])}",
                "If-Match": f'"{chance.randint(1, 4)}"',
            }
            answer = await client.request(method, path, json=body, headers=headers)

            assert answer.status_code < 500, (who, method, path, body, answer.text)
            statuses.add(answer.status_code)

    async with tickets.component.tx() as tx:
        for what, query in WRONG:
            assert list(await tx.rows(text(query))) == [], what
    assert {200, 201, 204, 403, 404, 409, 412} <= statuses
