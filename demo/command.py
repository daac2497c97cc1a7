"""`fettle demo`: one run that can be watched, with an audit at the end."""

import asyncio
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from demo.api_client import Unreachable
from demo.audit.client_log import ClientLog
from demo.live_state import LiveState
from demo.live_view import LiveView, one_line
from demo.run import Target, run_scenario
from demo.scenario import Scenario, plan_scenario
from demo.setup import SetupFailed
from demo.summary import Summary, as_json, as_tables
from demo.supervising import supervised
from fettle.engines.processes import EngineFailed
from fettle.home import home
from fettle.issuer import Issuer, NotInProduction
from fettle.up.instance import Instance
from fettle.up.ports import ports_from_environment
from fettle.up.refusals import CannotStart
from fettle.up.state import running
from shared.sheets import Unreadable

REFUSED, FELL_SHORT, STOPPED = 2, 1, 130
"""Exit codes: it could not begin, it fell short, it was stopped."""
VIEW_INTERVAL_S, LINE_INTERVAL_S = 0.25, 5.0

console = Console(stderr=True, highlight=False)


def demo(
    requests: Annotated[
        Path | None,
        typer.Option(help="A file of requests; the built-in compound if none is given."),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Under which heading a field stands that is called otherwise; may be repeated.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook; its first one if none is given.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Play only the first so many rows.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(min=1, max=1_000_000, help="How many times faster the players live."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the crew and of everybody's moods.")] = 1,
    json: Annotated[
        bool, typer.Option("--json", help="No live view; one JSON object as the last line.")
    ] = False,
) -> None:
    """Play requests through the public APIs, watch them being mended, and audit what became of
    each.
    """
    began = datetime.now(UTC)
    try:
        scenario = plan_scenario(
            requests,
            limit=limit,
            speed=speed,
            seed=seed,
            now=began,
            mapping=_mapping(columns or ()),
            sheet=sheet,
        )
        for note in scenario.notes:
            console.print(f"{scenario.source}: {note}", markup=False, soft_wrap=True)
        plain = json or not console.is_terminal
        with _target() as target:
            summary = asyncio.run(_watched_run(scenario, target, began=began, plain=plain))
    except (Unreadable, CannotStart, EngineFailed, NotInProduction) as error:
        console.print(f"no demo: {error}", markup=False, soft_wrap=True)
        sys.exit(REFUSED)
    except (SetupFailed, Unreachable) as error:
        console.print(f"the demo broke off: {error}", markup=False, soft_wrap=True)
        sys.exit(FELL_SHORT)
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("the demo was stopped")
        sys.exit(STOPPED)
    (console if json else Console()).print(as_tables(summary))
    if json:
        typer.echo(as_json(summary))
    sys.exit(FELL_SHORT if summary.shortcomings else 0)


def _mapping(given: Sequence[str]) -> dict[str, str]:
    """Return FIELD=COLUMN as they were given. Raises Unreadable."""
    found = {}
    for each in given:
        name, equals, heading = each.partition("=")
        if not (name.strip() and equals and heading.strip()):
            raise Unreadable(
                f"--map {each}", "no_mapping", "expected FIELD=COLUMN, such as opened_at=Date"
            )
        found[name.strip()] = heading.strip()
    return found


@contextmanager
def _target() -> Iterator[Target]:
    """Return the instance that runs here, or start one until the block ends.

    Raises CannotStart, EngineFailed, NotInProduction.
    """
    # Also where SIGINT was ignored at the start, as in a shell's background.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    issuer = Issuer.at(home())
    if (state := running(home())) is not None:
        yield Target(urls=state.urls, database_urls=state.database_urls, issuer=issuer)
        return
    with (
        Instance.start(home(), ports=ports_from_environment(), say=_say) as instance,
        supervised(instance),
    ):
        urls = {service: instance.url(service) for service in instance.ports}
        yield Target(urls=urls, database_urls=instance.database_urls, issuer=issuer)


async def _watched_run(
    scenario: Scenario, target: Target, *, began: datetime, plain: bool
) -> Summary:
    state = LiveState(
        title=scenario.site.name,
        rows=len(scenario.requests),
        speed=scenario.pace.speed,
        starts_at=scenario.requests[0].opened_at,
    )
    log = ClientLog()
    already_s = (datetime.now(UTC) - began).total_seconds()
    loop_began = asyncio.get_running_loop().time() - already_s
    view = asyncio.create_task(show(state, loop_began, console, plain=plain))
    try:
        return await run_scenario(scenario, target, state, log, began=loop_began)
    finally:
        view.cancel()
        await asyncio.gather(view, return_exceptions=True)
        log.write(_log_path(scenario))


async def show(state: LiveState, began: float, console: Console, *, plain: bool) -> None:
    """Show the state until cancelled: a live view, or a `plain` line now and then. `began` is when
    the command was typed, on the event loop's clock.
    """
    loop = asyncio.get_running_loop()
    if plain:
        while True:
            state.elapsed_s = loop.time() - began
            console.print(one_line(state), markup=False, soft_wrap=True)
            await asyncio.sleep(LINE_INTERVAL_S)
    with Live(LiveView(state), console=console, auto_refresh=False, transient=True) as live:
        while True:
            state.elapsed_s = loop.time() - began
            live.refresh()
            await asyncio.sleep(VIEW_INTERVAL_S)


def _log_path(scenario: Scenario) -> Path:
    folder = home() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{scenario.site_id}.jsonl"


def _say(name: str, line: str) -> None:
    if name == "up":
        console.print(line, markup=False, soft_wrap=True)
