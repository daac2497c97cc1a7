"""Who belongs where since when: a record of the site, and what tokens claim without one."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.tickets.actions.people import LAPSING, MOVING_OUT, REPUBLISHING_PEOPLE
from tests.component.tickets.arranging import DEMO, Tickets
from tests.support.component import MakeComponent
from tests.support.streams import watching

FLAT = ("3-1202",)
PATH = "sites/demo/people/resident-2"
ROOT: dict[str, Any] = {"as_": "manager"}


@pytest.fixture
async def sharing(component: MakeComponent) -> Tickets:
    """The service with a site whose residents see what was reported for their unit."""
    made = Tickets(await component("tickets"))
    await made.send("PUT", "sites/demo", {**DEMO, "residents_see_unit": True}, status=201, **ROOT)
    return made


async def record(tickets: Tickets, *, status: int = 201, **body: Any) -> Any:
    """The record of `resident-2` becomes so."""
    return await tickets.send("PUT", PATH, body, status=status, **ROOT)


async def seen(tickets: Tickets, **who: Any) -> list[str]:
    """The ids in the list of `resident-2`, who lives in 3-1202 by their token; what can be read
    besides is the same.
    """
    who = {"id": "resident-2", "units": FLAT, **who}
    listed = [each["id"] for each in (await tickets.send("GET", "tickets", **who))["items"]]
    staff = await tickets.send("GET", "tickets", as_="dispatcher", id="overseer")
    for ticket in staff["items"]:
        status = 200 if ticket["id"] in listed else 404
        await tickets.get(ticket["id"], status=status, **who)
    return listed


async def test_a_record_is_kept_told_and_ended(tickets: Tickets) -> None:
    until = "2099-01-01T00:00:00Z"
    wanted: dict[str, Any] = {"roles": ["resident"], "units": [{"unit": "3-1202", "until": until}]}

    made = await record(tickets, **wanted)
    again = await record(tickets, **wanted, status=200)

    assert made == again
    assert (made["version"], made["roles"], made["units"][0]["unit"]) == (1, ["resident"], "3-1202")
    assert await tickets.send("GET", PATH, id="resident-2") == made
    assert await tickets.send("GET", PATH, as_="dispatcher") == made
    await tickets.send("GET", PATH, status=404, id="resident-3")
    await tickets.send("DELETE", PATH, status=204, **ROOT)
    await tickets.send("GET", PATH, status=404, **ROOT)
    await tickets.send("DELETE", PATH, status=404, **ROOT)
    assert (await record(tickets, **wanted))["version"] == 3
    told = [fact for fact in await tickets.component.said() if "person" in fact.type]
    assert [(fact.type, fact.version) for fact in told] == [
        ("tickets.person.changed.v1", 1),
        ("tickets.person.changed.v1", 2),
        ("tickets.person.changed.v1", 3),
    ]
    assert told[0].snapshot.model_dump(exclude={"units", "version", "units_left"}) == {
        "id": "demo/resident-2",
        "site_id": "demo",
        "person_id": "resident-2",
        "roles": ("resident",),
        "removed_at": None,
    }
    assert told[1].snapshot.removed_at is not None


@pytest.mark.parametrize(
    ("role", "site", "status"),
    [
        ("manager", "demo", 201),
        ("admin", "*", 201),
        ("integration", "demo", 201),
        ("dispatcher", "demo", 403),
        ("resident", "demo", 403),
        ("manager", "park", 403),
        ("integration", "park", 403),
    ],
)
async def test_managers_admins_and_integrations_of_the_site_write_it(
    tickets: Tickets, role: str, site: str, status: int
) -> None:
    await tickets.send("PUT", PATH, {"roles": []}, status=status, as_=role, site=site)


async def test_a_dispatcher_writes_where_people_live_and_never_what_they_are(
    tickets: Tickets,
) -> None:
    desk: dict[str, Any] = {"as_": "dispatcher", "id": "desk-1"}
    units = [{"unit": "3-1202"}]

    made = await tickets.send("PUT", PATH, {"units": units}, status=201, **desk)
    await tickets.send("PUT", PATH, {"units": units, "roles": ["resident"]}, status=403, **desk)
    await tickets.send("DELETE", PATH, status=204, **desk)
    await tickets.send("PUT", PATH, {"units": units, "roles": []}, status=403, **desk)
    await record(tickets, roles=["resident"], units=units)
    await tickets.send("DELETE", PATH, status=403, **desk)
    await tickets.send("PUT", PATH, {"units": units}, status=403, **desk)
    kept = await tickets.send("PUT", PATH, {"units": [], "roles": ["resident"]}, **desk)

    assert (made["roles"], made["units"][0]["unit"]) == (None, "3-1202")
    assert (kept["roles"], kept["units"]) == (["resident"], [])


@pytest.mark.parametrize(
    ("units", "pointer"),
    [
        ([{"unit": "9-9"}], "/units/0/unit"),
        (
            [{"unit": "3-1202", "since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}],
            "/units/0/until",
        ),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(
    tickets: Tickets, units: list[dict[str, str]], pointer: str
) -> None:
    refused = await record(tickets, units=units, status=422)

    assert refused["field"] == pointer


async def test_a_record_of_an_unknown_site_is_refused(tickets: Tickets) -> None:
    await tickets.send(
        "PUT", "sites/nowhere/people/resident-2", {}, status=404, as_="admin", site="*"
    )


async def test_a_unit_counts_from_when_a_token_first_claimed_it(sharing: Tickets) -> None:
    await sharing.open(unit="3-1202")
    sharing.component.clock.move(seconds=1)
    assert await seen(sharing) == []

    sharing.component.clock.move(seconds=1)
    later = await sharing.open(unit="3-1202")

    assert await seen(sharing) == [later["id"]]
    assert await seen(sharing, units=("3-1201",)) == []


async def test_of_a_shared_flat_one_sees_what_was_reported_while_one_lived_there(
    sharing: Tickets,
) -> None:
    clock = sharing.component.clock
    await sharing.open(unit="3-1202")
    since = clock.move(days=1)
    middle = await sharing.open(unit="3-1202")
    until = clock.now() + timedelta(days=10)
    unit = {"unit": "3-1202", "since": since.isoformat(), "until": until.isoformat()}

    await record(sharing, roles=["resident"], units=[unit])

    assert await seen(sharing) == [middle["id"]]
    clock.move(days=11)
    assert await seen(sharing) == []


async def test_a_record_that_names_no_unit_ends_a_shared_flat_at_once(sharing: Tickets) -> None:
    await seen(sharing)
    sharing.component.clock.move(seconds=1)
    theirs = await sharing.open(unit="3-1202")
    assert await seen(sharing) == [theirs["id"]]

    await record(sharing, units=[])

    assert await seen(sharing) == []


async def test_a_record_grants_nothing_that_the_token_does_not_claim(sharing: Tickets) -> None:
    await record(sharing, roles=["resident", "dispatcher"], units=[{"unit": "3-1202"}])
    sharing.component.clock.move(seconds=1)
    await sharing.open(unit="3-1202")

    assert await seen(sharing, units=()) == []


async def test_an_older_token_claims_no_unit_that_the_newest_does_not(sharing: Tickets) -> None:
    now = int(time.time())
    await seen(sharing, iat=now - 100)
    sharing.component.clock.move(seconds=1)
    theirs = await sharing.open(unit="3-1202")
    assert await seen(sharing, iat=now - 100) == [theirs["id"]]

    assert await seen(sharing, iat=now - 50, units=()) == []

    assert await seen(sharing, iat=now - 100) == []


async def test_others_are_told_which_units_the_newest_token_does_not_claim_any_more(
    sharing: Tickets,
) -> None:
    now = int(time.time())
    await seen(sharing, iat=now - 100)
    await seen(sharing, iat=now - 50, units=("3-1201",))
    await seen(sharing, iat=now - 100)
    await seen(sharing, iat=now - 10, units=("3-1201", *FLAT))

    told = [fact for fact in await sharing.component.said() if "person" in fact.type]
    assert [(fact.subject_id, fact.version, fact.snapshot.units_left) for fact in told] == [
        ("*/resident-2", 1, FLAT),
        ("*/resident-2", 2, ()),
    ]
    assert {(each.snapshot.site_id, each.snapshot.units) for each in told} == {("*", None)}


async def test_a_record_takes_back_a_role_that_the_token_grants(tickets: Tickets) -> None:
    opened = await tickets.open()
    staff: dict[str, Any] = {"as_": "dispatcher", "id": "resident-2"}
    assert (await tickets.get(opened["id"], **staff))["id"] == opened["id"]

    await record(tickets, roles=["resident"])

    await tickets.get(opened["id"], status=404, **staff)
    assert (await tickets.send("GET", "tickets", **staff))["items"] == []
    await tickets.post(f"tickets/{opened['id']}/resolve", {"note": "x"}, status=404, **staff)
    own = await tickets.open(id="resident-2")
    await record(tickets, status=200, roles=["resident", "dispatcher"])
    assert (await tickets.get(opened["id"], **staff))["id"] == opened["id"]
    await record(tickets, status=200, roles=[])
    await tickets.get(own["id"], status=404, id="resident-2")


async def test_who_lives_in_a_unit_is_a_resident_and_who_left_it_is_none(
    tickets: Tickets,
) -> None:
    own = await tickets.open(id="resident-2")
    until = tickets.component.clock.now() + timedelta(hours=1)

    await record(tickets, roles=[], units=[{"unit": "3-1202", "until": until.isoformat()}])

    await tickets.get(own["id"], id="resident-2")
    tickets.component.clock.move(hours=2)
    await tickets.get(own["id"], status=404, id="resident-2")


async def test_a_record_does_not_bound_who_has_every_site(tickets: Tickets) -> None:
    opened = await tickets.open()

    await record(tickets, roles=[], units=[])

    await tickets.get(opened["id"], as_="admin", id="resident-2", site="*")


async def test_a_live_stream_ends_with_the_record(sharing: Tickets) -> None:
    await seen(sharing)
    sharing.component.clock.move(seconds=1)
    theirs = await sharing.open(unit="3-1202")
    url = f"/v1/tickets/{theirs['id']}/events"
    who: dict[str, Any] = {"role": "resident", "id": "resident-2", "site": "demo", "units": FLAT}

    async with watching(sharing.component, url, **who) as stream:
        await stream.has(1)
        await record(sharing, units=[])
        await stream.end()

    async with watching(sharing.component, url, **who) as refused:
        assert await refused.answered() == 404


async def test_a_record_elsewhere_ends_what_a_token_let_them_follow(sharing: Tickets) -> None:
    await seen(sharing)
    sharing.component.clock.move(seconds=1)
    theirs = await sharing.open(unit="3-1202")
    await sharing.send("PUT", f"tickets/{theirs['id']}/follow", id="resident-2", units=FLAT)

    await record(sharing, units=[{"unit": "3-1201"}])
    assert await sharing.component.runs_due(MOVING_OUT) == 1

    assert (await sharing.get(theirs["id"]))["followers"] == []
    told = [fact for fact in await sharing.component.said() if "person" in fact.type]
    assert [fact.snapshot.units_left for fact in told] == [("3-1202",)]


_FIFTY = text("""
    insert into tickets select (jsonb_populate_record(t, jsonb_build_object(
      'id', gen_random_uuid(), 'reference', t.reference || n))).*
    from tickets t, generate_series(1, 50) as n where t.id = :id""")


async def test_what_they_came_to_with_a_duplicate_is_left_to_them_however_much_it_is(
    sharing: Tickets,
) -> None:
    await seen(sharing)
    theirs = await sharing.open(unit="3-1202")
    own = await sharing.open(unit="3-1201", id="resident-2")
    into = {"duplicate_of": theirs["id"]}
    await sharing.post(f"tickets/{own['id']}/merge", into, as_="dispatcher")
    async with sharing.component.tx() as tx:
        await tx.execute(_FIFTY, id=UUID(theirs["id"]))

    await record(sharing, units=[{"unit": "3-1201"}])

    assert await sharing.component.runs_due(MOVING_OUT) == 1
    assert await sharing.component.runs_due(MOVING_OUT) == 0
    assert (await sharing.get(theirs["id"], as_="dispatcher"))["followers"] == ["resident-2"]


async def test_who_moved_out_follows_nothing_of_the_flat_any_more(sharing: Tickets) -> None:
    clock = sharing.component.clock
    until = clock.now() + timedelta(days=1)
    unit = {"unit": "3-1202", "until": until.isoformat()}
    await record(sharing, units=[unit])
    clock.move(seconds=1)
    theirs = await sharing.open(unit="3-1202")
    own = await sharing.open(unit="3-1202", id="resident-2", units=FLAT)
    await sharing.send("PUT", f"tickets/{theirs['id']}/follow", id="resident-2", units=FLAT)
    assert await sharing.component.runs_due(MOVING_OUT) == 0

    clock.move(days=2)
    assert await sharing.component.runs_due(MOVING_OUT) == 1

    assert (await sharing.get(theirs["id"]))["followers"] == []
    assert (await sharing.get(own["id"], id="resident-2"))["reporter_id"] == "resident-2"
    facts = [fact for fact in await sharing.component.said() if fact.subject_id == theirs["id"]]
    assert [fact.snapshot.followers for fact in facts] == [(), ("resident-2",), ()]
    assert await sharing.component.runs_due(MOVING_OUT) == 0


@pytest.mark.parametrize("ended", ["by the record", "by no token"])
async def test_who_left_a_flat_leaves_also_what_its_reports_were_merged_into(
    sharing: Tickets, ended: str
) -> None:
    clock = sharing.component.clock
    await seen(sharing)
    clock.move(seconds=1)
    goes_on = await sharing.open(id="ben", unit="3-1201")
    theirs = await sharing.open(unit="3-1202")
    await sharing.send("PUT", f"tickets/{theirs['id']}/follow", id="resident-2", units=FLAT)
    desk: dict[str, Any] = {"as_": "dispatcher"}
    merge = {"duplicate_of": goes_on["id"]}
    await sharing.post(f"tickets/{theirs['id']}/merge", merge, **desk)
    assert [*(await sharing.get(goes_on["id"], **desk))["followers"]] == [
        "resident-1",
        "resident-2",
    ]

    if ended == "by the record":
        await record(sharing, units=[])
        assert await sharing.component.runs_due(MOVING_OUT) == 1
    else:
        clock.move(days=31)
        assert await sharing.component.runs_due(LAPSING) == 1

    assert (await sharing.get(theirs["id"], **desk))["followers"] == []
    assert (await sharing.get(goes_on["id"], **desk))["followers"] == ["resident-1"]
    await sharing.get(goes_on["id"], status=404, id="resident-2", units=FLAT)


async def test_who_claims_a_flat_no_more_follows_nothing_of_it_after_a_month(
    sharing: Tickets,
) -> None:
    clock = sharing.component.clock
    await seen(sharing)
    clock.move(seconds=1)
    theirs = await sharing.open(unit="3-1202")
    own = await sharing.open(unit="3-1202", id="resident-2", units=FLAT)
    for ticket in (theirs, own):
        await sharing.send("PUT", f"tickets/{ticket['id']}/follow", id="resident-2", units=FLAT)
    clock.move(days=20)
    await sharing.get(theirs["id"], id="resident-2", units=FLAT)

    clock.move(days=20)
    assert await sharing.component.runs_due(LAPSING) == 0
    assert (await sharing.get(theirs["id"], as_="dispatcher"))["followers"] == ["resident-2"]
    clock.move(days=11)
    assert await sharing.component.runs_due(LAPSING) == 1

    assert (await sharing.get(theirs["id"]))["followers"] == []
    [told] = [fact for fact in await sharing.component.said() if "person" in fact.type]
    assert (told.subject_id, told.snapshot.units_left) == ("*/resident-2", FLAT)
    assert (await sharing.get(own["id"], id="resident-2"))["id"] == own["id"]
    assert await sharing.component.runs_due(LAPSING) == 0


async def test_where_a_record_says_that_they_live_there_no_token_needs_to(
    sharing: Tickets,
) -> None:
    await record(sharing, units=[{"unit": "3-1202"}])
    sharing.component.clock.move(seconds=1)
    theirs = await sharing.open(unit="3-1202")
    await sharing.send("PUT", f"tickets/{theirs['id']}/follow", id="resident-2", units=FLAT)

    sharing.component.clock.move(days=90)
    assert await sharing.component.runs_due(LAPSING) == 1

    assert (await sharing.get(theirs["id"], as_="dispatcher"))["followers"] == ["resident-2"]


async def test_records_are_said_again_before_their_facts_are_gone(tickets: Tickets) -> None:
    await record(tickets, units=[{"unit": "3-1202"}])
    assert await tickets.component.runs_due(REPUBLISHING_PEOPLE) == 0

    tickets.component.clock.move(days=10)
    assert await tickets.component.runs_due(REPUBLISHING_PEOPLE) == 1
    await tickets.post("people:republish", as_="admin", site="*")
    assert await tickets.component.runs_due(REPUBLISHING_PEOPLE) == 1

    told = [fact for fact in await tickets.component.said() if "person" in fact.type]
    assert [(fact.type.split(".")[2], fact.version) for fact in told] == [
        ("changed", 1),
        ("restated", 1),
        ("restated", 1),
    ]
    await tickets.post("people:republish", status=403, as_="admin", site="demo")


async def test_records_written_at_once_are_counted_one_by_one(tickets: Tickets) -> None:
    async with tickets.component.http(role="manager", id="manager-1") as client:
        answers = await asyncio.gather(
            *(
                client.put(f"/v1/{PATH}", json={"roles": [role]})
                for role in ("resident", "technician", "dispatcher")
            )
        )

    assert sorted(answer.json()["version"] for answer in answers) == [1, 2, 3]
    told = [fact for fact in await tickets.component.said() if "person" in fact.type]
    assert sorted(fact.version for fact in told) == [1, 2, 3]
