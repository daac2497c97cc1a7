"""One play from the first curtain to the audit."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from fettle.demo.audit.client_log import ClientLog
from fettle.demo.audit.examine import examine
from fettle.demo.crew import Crew
from fettle.demo.residents import Residents
from fettle.demo.script import Script
from fettle.demo.seeding import QUIET_RULES
from fettle.demo.stage import Stage
from fettle.demo.staging import Bearer, bearer_of, build_stage
from fettle.demo.summary import Summary
from fettle.demo.web import Unreachable, Web, web
from fettle.issuer import Issuer
from fettle.technician.doors import open_doors

LOOK_EVERY_S = 0.5
NOTHING_ENDS_S = 60.0
"""So long nothing may end before the play is given up as stuck."""
REST_WITHIN_S = 30.0
UNFINISHED, UNFINISHED_PER_TECHNICIAN = 48, 1.5
"""So many tickets may be under way, or so many a technician if that is more; others come in only as
these end.
"""
CURTAIN_S = 3.0
LIVING = ("open", "assigned", "in_progress", "on_hold")


@dataclass(frozen=True, kw_only=True)
class House:
    """The running instance: addresses and database addresses by service, and the issuer of its
    tokens.
    """

    urls: Mapping[str, str]
    database_urls: Mapping[str, str]
    issuer: Issuer


async def play(
    script: Script, house: House, stage: Stage, log: ClientLog, *, began: float
) -> Summary:
    """`began` is when the command was typed, on the event loop's clock.

    Raises StageFailed and Unreachable.
    """
    try:
        return await _play(script, house, stage, log, began=began)
    except ExceptionGroup as failed:
        raise _first(failed) from failed


async def _play(
    script: Script, house: House, stage: Stage, log: ClientLog, *, began: float
) -> Summary:
    bearer = bearer_of(house.issuer, script.site_id)
    async with web(house.urls) as calls:
        stage.act = "setting the stage"
        residents: Residents
        crew = Crew(
            script.players,
            web=calls,
            stage=stage,
            log=log,
            pace=script.pace,
            seed=script.seed,
            fixed=lambda reference: residents.fixed(reference),
        )
        residents = Residents(
            web=calls,
            stage=stage,
            log=log,
            site_id=script.site_id,
            pace=script.pace,
            seed=script.seed,
            imported=script.imported,
            bearer=bearer,
            most_unfinished=max(UNFINISHED, round(UNFINISHED_PER_TECHNICIAN * len(script.players))),
        )
        async with open_doors(crew.receive) as doors:
            doors.admit(await build_stage(calls, script, bearer, doors.url))
            async with (
                _quiet_afterwards(calls, script.site_id, bearer),
                _leaving(crew.leave, residents.leave),
                _at_once(crew.work(), _watch_board(calls, script.site_id, bearer, stage)),
            ):
                stage.act = "playing"
                await residents.play(script.requests, script.moments)
                stage.act = "finishing"
                await _until_all_ended(calls, script.site_id, bearer, stage)
                await residents.rest()
            ended = asyncio.get_running_loop().time()
            stage.act = "auditing"
            found = await examine(
                house.database_urls,
                script.site_id,
                log,
                played_min=script.pace.played_min,
                patience_s=REST_WITHIN_S,
            )
    first = crew.first_completed_at
    return Summary(
        source=script.source,
        site_id=script.site_id,
        seed=script.seed,
        speed=script.pace.speed,
        longest_gap_min=script.pace.longest_gap_min,
        technicians=len(script.players),
        rows=len(script.requests),
        bad=script.bad,
        refused=stage.refused,
        held_back_s=round(residents.held_back_s, 1),
        wall_s=round(ended - began, 1),
        first_finished_s=None if first is None else round(first - began, 1),
        figures=found.figures,
        lost=found.lost,
        doubled=found.doubled,
        illegal=found.illegal,
    )


async def _until_all_ended(calls: Web, site_id: str, bearer: Bearer, stage: Stage) -> None:
    """Until tickets knows of none that is neither resolved nor cancelled, or
    nothing ends any more.
    """
    loop = asyncio.get_running_loop()
    auth, ended, since = bearer("dispatcher", f"{site_id}-desk", ()), -1, loop.time()
    while True:
        answer = await calls.get(
            "tickets",
            "/v1/tickets",
            {"site": site_id, "state": list(LIVING), "limit": 1},
            auth=auth,
        )
        if answer.good and not answer.body["items"]:
            return
        if stage.ended != ended:
            ended, since = stage.ended, loop.time()
        elif loop.time() - since > NOTHING_ENDS_S:
            stage.tell(
                "",
                f"nothing has ended for {NOTHING_ENDS_S:.0f} s; the play is given up",
                "bold red",
            )
            return
        await asyncio.sleep(LOOK_EVERY_S)


async def _watch_board(calls: Web, site_id: str, bearer: Bearer, stage: Stage) -> None:
    auth = bearer("dispatcher", f"{site_id}-desk", ())
    while True:
        answer = await calls.get("sla", "/v1/board", {"site": site_id}, auth=auth)
        if answer.good:
            stage.board(answer.body)
        await asyncio.sleep(LOOK_EVERY_S)


@asynccontextmanager
async def _quiet_afterwards(calls: Web, site_id: str, bearer: Bearer) -> AsyncIterator[None]:
    """A play that is broken off leaves tickets that nobody will come for: the site is told to ask
    nobody any more.
    """
    try:
        yield
    except BaseException:
        with suppress(TimeoutError, Unreachable):
            async with asyncio.timeout(CURTAIN_S):
                await calls.put(
                    "dispatch",
                    f"/v1/sites/{site_id}/rules",
                    QUIET_RULES,
                    auth=bearer("admin", f"{site_id}-admin", ()),
                )
        raise


@asynccontextmanager
async def _leaving(*leave: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    try:
        yield
    finally:
        for each in leave:
            await each()


@asynccontextmanager
async def _at_once(*plays: Awaitable[None]) -> AsyncIterator[None]:
    """These go on until the block ends; when one of them fails, the block fails with it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_run(each)) for each in plays]
        yield
        for task in tasks:
            task.cancel()


def _first(failed: Exception) -> Exception:
    """Of a group of failures within groups."""
    return _first(failed.exceptions[0]) if isinstance(failed, ExceptionGroup) else failed


async def _run(play: Awaitable[None]) -> None:
    await play
