"""Tickets as they are heard of, and people who do things with jobs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.contracts import ClocksV1, SkillNeed, TicketV1, WorkOrderV1
from shared.contracts.sla import ClockKind, ClockState, ClockV1
from shared.contracts.tickets import Appointment, Classing, Place, Priority, TicketState, TicketStep
from shared.ids import new_id
from tests.support.component import Component, MakeComponent

HAND_OUT, OFFERS, REVIEWS = "hand_out", "offers", "reviews"
CERTIFICATES = "certificates"
ALL_DAY = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)]

DOUBLE_BOOKED = """
    select technician_id from assignments where ended_at is null
    group by technician_id having count(*) > max(capacity) or count(*) filter (where doing) > 1
      or count(distinct slot) < count(*)
    union all select job_id::text from assignments where ended_at is null
      group by job_id having count(*) > 1"""
GAPS = """
    select subject_id from outbox where type like 'dispatch.work_order%'
    group by subject_id having max(version) <> count(distinct version)"""
"""Work orders of which a version was not published."""
OPEN_OFFERS = "select technician_id from offers where state = 'open' order by technician_id"


async def two_instances(component: MakeComponent) -> tuple[Component, Component]:
    """On one database."""
    first = await component("dispatch", pool_size=20)
    second = await component(
        "dispatch", pool_size=20, database_url=first.service.settings.database_url
    )
    return first, second


def a_ticket(
    state: TicketState = TicketState.OPEN,
    *,
    id: UUID | None = None,
    version: int = 1,
    cycle: int = 1,
    category: str = "plumbing",
    priority: Priority = Priority.NORMAL,
    skills: Sequence[SkillNeed] | None = None,
    visit: tuple[datetime, datetime] | None = None,
    at: datetime | None = None,
    **more: Any,
) -> TicketV1:
    """A snapshot with the steps that lead to its state, in short."""
    opened_at = at or datetime.now(UTC) - timedelta(seconds=5)
    steps = [TicketStep(at=opened_at, state=TicketState.OPEN, cycle=cycle, cause="resident-1")]
    if state is not TicketState.OPEN:
        steps.append(TicketStep(at=opened_at, state=state, cycle=cycle, cause="resident-1"))
    appointments = (
        () if visit is None else (Appointment(at=opened_at, start=visit[0], end=visit[1]),)
    )
    return TicketV1(
        id=id or new_id(),
        version=version,
        site_id=more.pop("site_id", "demo"),
        reference="DEMO-1-A",
        state=state,
        cycle=cycle,
        category=category,
        priority=priority,
        reporter_id="resident-1",
        entered_by="resident-1",
        place=more.pop("place", Place(building="3", unit="1202", lat=31.2304, lon=121.4737)),
        skills=(SkillNeed(code=category),) if skills is None else tuple(skills),
        opened_at=opened_at,
        steps=tuple(steps),
        classes=(Classing(at=opened_at, category=category, priority=priority),),
        appointments=appointments,
        **more,
    )


def a_promise(
    ticket: TicketV1, *, minutes: float, response: float | None = None, version: int = 1
) -> ClocksV1:
    """That the technician arrives within so many minutes, and perhaps that there is a response
    within so many.
    """
    started_at = datetime.now(UTC).replace(microsecond=0)
    due = {ClockKind.RESPONSE: response, ClockKind.ARRIVAL: minutes}
    clocks = tuple(
        ClockV1(
            kind=kind,
            state=ClockState.RUNNING,
            started_at=started_at,
            due_at=started_at + timedelta(minutes=after),
        )
        for kind, after in due.items()
        if after is not None
    )
    return ClocksV1(
        id=ticket.id,
        version=version,
        site_id="demo",
        policy_id="default",
        policy_version=1,
        clocks=clocks,
    )


async def put_technician(dispatch: Component, id: str, *, at: str = "demo", **more: Any) -> None:
    body = {
        "name": id.title(),
        "sites": ["demo"],
        "skills": [{"code": "plumbing", "level": 2}],
        "capacity": 3,
        "shifts": ALL_DAY,
        **more,
    }
    async with dispatch.http(role="dispatcher", id="dana", site=at) as http:
        answer = await http.put(f"/v1/technicians/{id}", json=body)
    assert answer.status_code in (200, 201), answer.text


async def put_certificates(dispatch: Component, id: str, *certificates: dict[str, Any]) -> None:
    """These are all that the technician has."""
    async with dispatch.http(role="dispatcher", id="dana") as http:
        etag = (await http.get(f"/v1/technicians/{id}")).headers["etag"]
        answer = await http.put(
            f"/v1/technicians/{id}/certificates",
            json={"certificates": list(certificates)},
            headers={"If-Match": etag},
        )
    assert answer.status_code == 200, answer.text


async def put_rules(dispatch: Component, **rules: Any) -> None:
    async with dispatch.http(role="dispatcher", id="dana") as http:
        answer = await http.put("/v1/sites/demo/rules", json=rules)
    assert answer.status_code == 200, answer.text


async def rest(dispatch: Component) -> None:
    """Everything that is due is done."""
    while await dispatch.runs_due(REVIEWS) + await dispatch.runs_due(HAND_OUT):
        pass


async def order_of(dispatch: Component, ticket: TicketV1) -> WorkOrderV1:
    """The newest that was said about it."""
    told = [fact.snapshot for fact in await dispatch.said() if fact.subject_id == str(ticket.id)]
    newest: WorkOrderV1 = max(told, key=lambda order: order.version)
    return newest


async def facts_of(dispatch: Component, ticket: TicketV1) -> list[list[str]]:
    """Fact by fact the past tenses said of it, in the order of versions, which are contiguous."""
    told = sorted(
        (fact for fact in await dispatch.said() if fact.subject_id == str(ticket.id)),
        key=lambda fact: fact.version,
    )
    assert [fact.version for fact in told] == list(range(1, len(told) + 1))
    return [[*fact.detail.get("also", []), fact.type.split(".")[2]] for fact in told]


async def said_of(dispatch: Component, ticket: TicketV1) -> list[str]:
    """The past tenses said of it, however many facts they took."""
    return [past_tense for fact in await facts_of(dispatch, ticket) for past_tense in fact]


async def answer(
    dispatch: Component, technician: str, offer_id: UUID, verb: str = "accept", **body: Any
) -> Any:
    async with dispatch.http(role="technician", id=technician) as http:
        return await http.post(f"/v1/offers/{offer_id}/{verb}", json=body)


async def work(dispatch: Component, technician: str, job_id: UUID, verb: str, **body: Any) -> Any:
    async with dispatch.http(role="technician", id=technician) as http:
        return await http.post(f"/v1/jobs/{job_id}/{verb}", json=body)


async def grab(dispatch: Component, technician: str, job_id: UUID, **body: Any) -> Any:
    return await work(dispatch, technician, job_id, "grab", **body)


async def pool_of(dispatch: Component, technician: str, **query: Any) -> Any:
    """What the technician may grab, as they are answered."""
    async with dispatch.http(role="technician", id=technician) as http:
        answered = await http.get("/v1/pool", params=query)
    assert answered.status_code == 200, answered.text
    return answered


async def decide(dispatch: Component, job_id: UUID, verb: str, **body: Any) -> Any:
    async with dispatch.http(role="dispatcher", id="dana") as http:
        return await http.post(f"/v1/jobs/{job_id}/{verb}", json=body)


async def offered_and_accepted(dispatch: Component, ticket: TicketV1) -> tuple[UUID, str]:
    """The ticket's job in its technician's hands: (job, technician)."""
    await dispatch.hears(ticket)
    await rest(dispatch)
    job = (await order_of(dispatch, ticket)).jobs[-1]
    offer = job.offers[-1]
    accepted = await answer(dispatch, offer.technician_id, offer.id)
    assert accepted.status_code == 200, accepted.text
    return job.id, offer.technician_id


async def begin_lower_work(
    dispatch: Component, verb: str = "start", *, technician: str = "li"
) -> tuple[TicketV1, UUID]:
    """A technician who can hold one job, at a job that is no emergency."""
    await put_technician(dispatch, technician, capacity=1)
    lower = a_ticket()
    job_id, _ = await offered_and_accepted(dispatch, lower)
    assert (await work(dispatch, technician, job_id, verb)).status_code == 200
    return lower, job_id


async def an_emergency(dispatch: Component, **more: Any) -> TicketV1:
    """One that was heard of, and offered if it may be."""
    ticket = a_ticket(priority=Priority.EMERGENCY, **more)
    await dispatch.hears(ticket)
    await rest(dispatch)
    return ticket


async def age_offers(dispatch: Component, **by: float) -> None:
    """As if they had been made so much earlier: offers live in the database's time, which no test
    can move.
    """
    async with dispatch.tx() as tx:
        await tx.execute(
            text("""update offers set offered_at = offered_at - cast(:by as interval),
              expires_at = expires_at - cast(:by as interval),
                    decided_at = decided_at - cast(:by as interval)"""),
            by=timedelta(**by),
        )
        await tx.execute(
            text("update assignments set ended_at = ended_at - cast(:by as interval)"),
            by=timedelta(**by),
        )


async def rows(dispatch: Component, statement: str, **parameters: Any) -> Any:
    async with dispatch.tx() as tx:
        return await tx.rows(text(statement), **parameters)


async def somebody_waits(dispatch: Component) -> bool:
    """For a lock of somebody else's."""
    return bool(await rows(dispatch, "select 1 from pg_locks where not granted"))
