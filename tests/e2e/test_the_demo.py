"""A short run on real processes that are killed on the way, and tampering that the audit sees."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from demo.audit.client_log import ClientLog
from demo.audit.examine import Examined, examine
from demo.live_state import LiveState
from demo.run import Target, run_scenario
from demo.scenario import Scenario, plan_scenario
from demo.summary import Summary
from fettle.up.instance import Instance
from tests.support.eventually import eventually


@dataclass(frozen=True, kw_only=True)
class Played:
    scenario: Scenario
    log: ClientLog
    summary: Summary
    urls: Mapping[str, str]

    async def examined(self, log: ClientLog | None = None) -> Examined:
        return await examine(
            self.urls,
            [self.scenario.site_id],
            log or self.log,
            played_min=self.scenario.pace.played_min,
            timeout_s=5,
        )

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
        connection = await asyncpg.connect(self.urls[service])
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def played(instance: Instance) -> Played:
    scenario, log = (
        plan_scenario(None, limit=24, speed=3600, seed=3, now=datetime.now(UTC)),
        ClientLog(),
    )
    state = LiveState(
        title="test",
        rows=len(scenario.requests),
        speed=scenario.pace.speed,
        starts_at=scenario.requests[0].opened_at,
    )
    urls = {service: instance.url(service) for service in instance.ports}
    target = Target(urls=urls, database_urls=instance.database_urls, issuer=instance.issuer)
    killing = asyncio.create_task(_kill_on_the_way(instance, log))
    summary = await run_scenario(
        scenario, target, state, log, began=asyncio.get_running_loop().time()
    )
    await killing
    return Played(scenario=scenario, log=log, summary=summary, urls=instance.database_urls)


async def _kill_on_the_way(instance: Instance, log: ClientLog) -> None:
    """As crashes would: each begins again by itself."""
    for opened, service in ((6, "dispatch"), (12, "notify"), (18, "sla")):

        async def far_enough(opened: int = opened) -> bool:
            return len(log.opened) >= opened

        await eventually(far_enough, timeout_s=60)
        await asyncio.to_thread(instance.children[service].kill)


async def test_every_request_is_opened_worked_and_accounted_for_though_three_services_were_killed(
    played: Played,
) -> None:
    summary = played.summary

    figures = summary.figures

    assert (
        list(summary.lost),
        list(summary.doubled),
        list(summary.illegal),
        summary.shortcomings,
    ) == ([], [], [], [])
    assert (figures.opened, figures.unfinished) == (24, 0)
    assert figures.completed >= 23
    assert summary.first_finished_s is not None
    assert figures.messages_delivered >= figures.offers
    assert figures.facts_consumed > figures.facts_published > 24 * 8


async def test_a_deleted_job_is_lost(played: Played) -> None:
    before = await played.examined()

    async with played.database("dispatch") as database:
        await database.execute(
            "delete from jobs where work_order_id = $1::uuid", played.log.opened[0].ticket_id
        )
    after = await played.examined()

    assert len(after.lost) == len(before.lost) + 1
    assert after.lost[-1].what == "its work order has no job in dispatch"


async def test_a_repeated_delivery_is_doubled(played: Played) -> None:
    before = await played.examined()

    async with played.database("notify") as database:
        await database.execute("alter table deliveries drop constraint deliveries_once")
        repeated = await database.fetchval(
            """
            insert into deliveries
            select (json_populate_record(d, json_build_object('id', gen_random_uuid()))).*
              from deliveries d join messages m on m.id = d.message_id where m.site_id = $1 limit 1
            returning id
            """,
            played.scenario.site_id,
        )
        try:
            after = await played.examined()
        finally:
            await database.execute("delete from deliveries where id = $1", repeated)
            await database.execute(
                "alter table deliveries"
                " add constraint deliveries_once unique (message_id, endpoint_id)"
            )

    assert len(after.doubled) == len(before.doubled) + 1
    assert "has 2 deliveries to the endpoint" in after.doubled[-1].what


async def test_a_delivery_that_takes_effect_again_at_the_client_is_doubled(played: Played) -> None:
    before = await played.examined()
    again = replace(played.log.received[0], at=played.log.received[0].at + 1)

    after = await played.examined(
        ClientLog(opened=played.log.opened, received=[*played.log.received, again])
    )

    assert len(after.doubled) == len(before.doubled) + 1
    assert after.figures.redelivered == before.figures.redelivered + 1


async def test_a_skipped_version_is_illegal(played: Played) -> None:
    before = await played.examined()

    async with played.database("tickets") as database:
        await database.execute(
            "delete from outbox where subject_id = $1 and version = 2",
            played.log.opened[1].ticket_id,
        )
    after = await played.examined()

    assert len(after.illegal) == len(before.illegal) + 1
    assert any(finding.what == "tickets.ticket has no version 2" for finding in after.illegal)
