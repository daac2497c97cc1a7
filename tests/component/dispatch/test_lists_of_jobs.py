"""Lists of jobs are, page by page, what reading all jobs finds, whatever is asked for."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.dispatch.store.queries import list_work_orders
from shared.contracts.dispatch import JobState
from shared.ids import SiteId, id_of_then
from tests.support.component import Component, MakeComponent

SITES = [SiteId(name) for name in ("east", "north", "quiet", "south", "west")]
TECHNICIANS = ["li", "wang", "zhou"]
NEW_JOB = """
    insert into jobs (id, work_order_id, site_id, cycle, number, state, technician_id, steps,
      needed, held)
    values ($1, $2, $3, 1, $4, $5, $6, '[]', '{}', false)"""
NEW_OFFER = """
    insert into offers (id, job_id, work_order_id, technician_id, state, offered_at, expires_at)
    values (gen_random_uuid(), $1, $2, $3, $4, now(), now())"""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A job, with whom it is offered to."""

    id: UUID
    work_order_id: UUID
    site_id: SiteId
    number: int
    state: JobState
    technician_id: str | None
    offered_to: frozenset[str]


def some_jobs(chance: random.Random) -> list[Stored]:
    """Jobs of 300 work orders: most at one site, few at another, most of them ended."""
    jobs = []
    for n in range(300):
        work_order_id = id_of_then(datetime.now(UTC) - timedelta(minutes=n))
        site_id = chance.choices(SITES, weights=[20, 60, 1, 80, 40])[0]
        for number in range(1, chance.choice([2, 2, 2, 3, 4])):
            ended = chance.random() < 0.6
            state = JobState.COMPLETED if ended else chance.choice(list(JobState))
            waits = state in (JobState.WAITING, JobState.OFFERED)
            jobs.append(
                Stored(
                    id=uuid4(),
                    work_order_id=work_order_id,
                    site_id=site_id,
                    number=number,
                    state=state,
                    technician_id=None if waits else chance.choice([None, *TECHNICIANS]),
                    offered_to=frozenset(chance.sample(TECHNICIANS, 2)) if waits else frozenset(),
                )
            )
    return jobs


@pytest.fixture
async def dispatch(component: MakeComponent) -> tuple[Component, list[Stored]]:
    dispatch = await component("dispatch")
    jobs = some_jobs(random.Random(11))
    connection = await asyncpg.connect(dispatch.service.settings.database_url)
    try:
        for job in jobs:
            place = (job.id, job.work_order_id, job.site_id, job.number)
            await connection.execute(NEW_JOB, *place, job.state, job.technician_id)
            for id in TECHNICIANS:
                state = "open" if id in job.offered_to else "declined"
                await connection.execute(NEW_OFFER, job.id, job.work_order_id, id, state)
    finally:
        await connection.close()
    return dispatch, jobs


def newest(
    jobs: Sequence[Stored],
    *,
    sites: frozenset[SiteId] | None,
    state: JobState | None,
    ticket_id: UUID | None,
    technician_id: str | None,
) -> list[UUID]:
    """Return the work orders of all jobs that are asked for, the newest first."""
    found = {
        job.work_order_id
        for job in jobs
        if (sites is None or job.site_id in sites)
        and state in (None, job.state)
        and ticket_id in (None, job.work_order_id)
        and (technician_id in (None, job.technician_id) or technician_id in job.offered_to)
    }
    return sorted(found, reverse=True)


@pytest.mark.parametrize("technician_id", [None, "li", "nobody"])
async def test_the_pages_of_a_list_are_what_reading_all_jobs_finds(
    dispatch: tuple[Component, list[Stored]], technician_id: str | None
) -> None:
    instance, jobs = dispatch
    several: list[frozenset[SiteId] | None] = [
        None,
        *(frozenset(sites) for sites in (SITES, SITES[:3], SITES[2:3], ())),
    ]
    tickets = (None, jobs[0].work_order_id)
    lengths = set()
    async with instance.tx() as tx:
        for sites, state, ticket_id in itertools.product(several, (None, *JobState), tickets):
            expected = newest(
                jobs, sites=sites, state=state, ticket_id=ticket_id, technician_id=technician_id
            )
            for limit in (7, 1000):
                read: list[UUID] = []
                while page := await list_work_orders(
                    tx,
                    sites=sites,
                    site_id=None,
                    state=state,
                    ticket_id=ticket_id,
                    technician_id=technician_id,
                    before=read[-1] if read else None,
                    limit=limit,
                ):
                    assert len(page) <= limit
                    read += page
                assert read == expected, (sites, state, ticket_id, limit)
            lengths.add(len(expected))
    assert 0 in lengths
    assert technician_id == "nobody" or max(lengths) > 50
