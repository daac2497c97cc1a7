"""One run from setting up its site to the audit."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from demo.api_bodies import QUIET_RULES
from demo.api_client import ApiClient, Unreachable, open_api
from demo.audit.client_log import ClientLog
from demo.audit.examine import examine
from demo.crew import Crew
from demo.live_state import LiveState
from demo.residents import Residents
from demo.scenario import Scenario
from demo.setup import Bearer, bearer_of, set_up_site
from demo.summary import Summary
from fettle.issuer import Issuer
from fettle.technician.webhook_server import serve_webhooks

POLL_INTERVAL_S = 0.5
STUCK_TIMEOUT_S = 60.0
"""So long no ticket may end before the run is given up as stuck."""
AUDIT_TIMEOUT_S = 75.0
"""So long the audit waits for facts, webhooks and gathered messages that are under way."""
QUIET_TIMEOUT_S = 3.0
MIN_UNFINISHED, UNFINISHED_PER_TECHNICIAN = 48, 1.5
"""So many tickets may be under way, or so many a technician if that is more."""
UNFINISHED_STATES = ["open", "assigned", "in_progress", "on_hold"]


@dataclass(frozen=True, kw_only=True)
class Target:
    """The running instance: addresses and databases by service, and the issuer of its tokens."""

    urls: Mapping[str, str]
    database_urls: Mapping[str, str]
    issuer: Issuer


async def run_scenario(
    scenario: Scenario, target: Target, state: LiveState, log: ClientLog, *, began: float
) -> Summary:
    """Play the scenario at the target, keeping `state` and `log` up to date, and audit it.

    `began` is when the command was typed, on the event loop's clock. Raises SetupFailed and
    Unreachable.
    """
    try:
        return await _run(scenario, target, state, log, began=began)
    except ExceptionGroup as failed:
        raise first_of(failed) from failed


async def _run(
    scenario: Scenario, target: Target, state: LiveState, log: ClientLog, *, began: float
) -> Summary:
    loop, site_id, pace = asyncio.get_running_loop(), scenario.site_id, scenario.pace
    bearer = bearer_of(target.issuer, site_id)
    desk = bearer("dispatcher", f"{site_id}-desk")
    unfinished = round(UNFINISHED_PER_TECHNICIAN * len(scenario.technicians))
    later = asyncio.TaskGroup()
    state.phase = "setting up"
    async with open_api(target.urls) as api:
        residents = Residents(
            api=api,
            state=state,
            log=log,
            site_id=site_id,
            pace=pace,
            seed=scenario.seed,
            imported=scenario.imported,
            bearer=bearer,
            max_unfinished=max(MIN_UNFINISHED, unfinished),
            tasks=later,
        )
        crew = Crew(
            scenario.technicians,
            api=api,
            state=state,
            log=log,
            pace=pace,
            seed=scenario.seed,
            on_completed=residents.job_completed,
        )
        async with serve_webhooks(crew.receive) as server:
            server.add_secrets(await set_up_site(api, scenario, bearer, server.url))
            async with (
                _quiet_if_broken_off(api, site_id, bearer),
                later,
                asyncio.TaskGroup() as background,
            ):
                endless = [
                    background.create_task(crew.work()),
                    background.create_task(_watch_board(api, site_id, desk, state)),
                ]
                state.phase = "playing"
                await residents.report_all(scenario.requests, scenario.arrivals_s)
                state.phase = "finishing"
                await until_all_ended(api, desk, state, site_id=site_id)
                for task in endless:
                    task.cancel()
            ended = loop.time()
            # Webhooks are still taken: the audit waits until none is under way.
            state.phase = "auditing"
            audit = await examine(
                target.database_urls,
                [site_id],
                log,
                played_min=pace.played_min,
                timeout_s=AUDIT_TIMEOUT_S,
            )
    first = crew.visits.first_completed_at
    return Summary(
        source=scenario.source,
        site_id=site_id,
        seed=scenario.seed,
        speed=pace.speed,
        longest_gap_min=pace.longest_gap_min,
        technicians=len(scenario.technicians),
        rows=len(scenario.requests),
        bad=scenario.bad,
        refused=state.refused,
        held_back_s=round(residents.held_back_s, 1),
        wall_s=round(ended - began, 1),
        first_finished_s=None if first is None else round(first - began, 1),
        figures=audit.figures,
        lost=audit.lost,
        doubled=audit.doubled,
        illegal=audit.illegal,
        unheard=audit.unheard,
    )


async def until_all_ended(
    api: ApiClient, auth: str, state: LiveState, *, site_id: str | None = None
) -> None:
    """Return when every ticket of the site is resolved or cancelled, or none ends any more; of
    every site that the caller sees where none is named.
    """
    loop = asyncio.get_running_loop()
    params: dict[str, str | int | list[str]] = {"state": UNFINISHED_STATES, "limit": 1}
    if site_id is not None:
        params["site"] = site_id
    ended, since = state.ended, loop.time()
    while True:
        answer = await api.get("tickets", "/v1/tickets", params, auth=auth)
        if answer.good and not answer.body["items"]:
            return
        if state.ended != ended:
            ended, since = state.ended, loop.time()
        elif loop.time() - since > STUCK_TIMEOUT_S:
            stuck = f"nothing has ended for {STUCK_TIMEOUT_S:.0f} s; the play is given up"
            state.note("", stuck, "bold red")
            return
        await asyncio.sleep(POLL_INTERVAL_S)


async def _watch_board(api: ApiClient, site_id: str, auth: str, state: LiveState) -> None:
    while True:
        answer = await api.get("sla", "/v1/board", {"site": site_id}, auth=auth)
        if answer.good:
            state.apply_board(answer.body)
        await asyncio.sleep(POLL_INTERVAL_S)


@asynccontextmanager
async def _quiet_if_broken_off(api: ApiClient, site_id: str, bearer: Bearer) -> AsyncIterator[None]:
    """Tell dispatch to ask no technician any more, where the block is broken off.

    Its tickets stay open, and the technicians' endpoints are gone.
    """
    try:
        yield
    except BaseException:
        admin = bearer("admin", f"{site_id}-admin")
        with suppress(TimeoutError, Unreachable):
            async with asyncio.timeout(QUIET_TIMEOUT_S):
                await api.put("dispatch", f"/v1/sites/{site_id}/rules", QUIET_RULES, auth=admin)
        raise


def first_of(failed: Exception) -> Exception:
    """Return the first failure within groups of failures."""
    return first_of(failed.exceptions[0]) if isinstance(failed, ExceptionGroup) else failed
