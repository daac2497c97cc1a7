"""`fettle demo`: a play for whoever wants to see it, with an audit at the end."""

import asyncio
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from fettle.demo.audit.client_log import ClientLog
from fettle.demo.play import House, play
from fettle.demo.requests import UnreadableFile
from fettle.demo.script import Script, write_script
from fettle.demo.stage import Stage
from fettle.demo.staging import StageFailed
from fettle.demo.summary import Summary, as_json, as_tables
from fettle.demo.view import Picture, one_line
from fettle.demo.web import Unreachable
from fettle.engines.processes import EngineFailed
from fettle.home import home
from fettle.issuer import Issuer, NotInProduction
from fettle.up.instance import Instance
from fettle.up.ports import ports_from_environment
from fettle.up.refusals import CannotStart
from fettle.up.state import running

REFUSED, FELL_SHORT, STOPPED = 2, 1, 130
VIEW_EVERY_S, LINE_EVERY_S = 0.25, 5.0

console = Console(stderr=True, highlight=False)


def demo(
    requests: Annotated[
        Path | None,
        typer.Option(help="A file of requests; the built-in compound if none is given."),
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
        script = write_script(requests, limit=limit, speed=speed, seed=seed, now=began)
        with _house() as house:
            summary = asyncio.run(
                _perform(script, house, began=began, plain=json or not console.is_terminal)
            )
    except (UnreadableFile, CannotStart, EngineFailed, NotInProduction) as error:
        console.print(f"no demo: {error}", markup=False, soft_wrap=True)
        sys.exit(REFUSED)
    except (StageFailed, Unreachable) as error:
        console.print(f"the demo broke off: {error}", markup=False, soft_wrap=True)
        sys.exit(FELL_SHORT)
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("the demo was stopped")
        sys.exit(STOPPED)
    (console if json else Console()).print(as_tables(summary))
    if json:
        typer.echo(as_json(summary))
    sys.exit(FELL_SHORT if summary.shortcomings else 0)


@contextmanager
def _house() -> Iterator[House]:
    """The instance that runs here, or one of our own that is stopped again.

    Raises CannotStart, EngineFailed, NotInProduction.
    """
    # also where SIGINT was ignored at the start, as in a shell's background
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    issuer = Issuer.at(home())
    if (state := running(home())) is not None:
        yield House(urls=state.urls, database_urls=state.database_urls, issuer=issuer)
        return
    with (
        Instance.start(home(), ports=ports_from_environment(), say=_say) as instance,
        _watched(instance),
    ):
        urls = {service: instance.url(service) for service in instance.ports}
        yield House(urls=urls, database_urls=instance.database_urls, issuer=issuer)


@contextmanager
def _watched(instance: Instance) -> Iterator[None]:
    """What dies is begun again, as under `fettle up`."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            instance.watch()

    watcher = threading.Thread(target=watch, name="watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


async def _perform(script: Script, house: House, *, began: datetime, plain: bool) -> Summary:
    stage = Stage(
        title=script.home.name,
        rows=len(script.requests),
        speed=script.pace.speed,
        opens_at=script.requests[0].opened_at,
    )
    log = ClientLog()
    already_s = (datetime.now(UTC) - began).total_seconds()
    loop_began = asyncio.get_running_loop().time() - already_s
    spectator = asyncio.create_task(_watch(stage, loop_began, plain=plain))
    try:
        return await play(script, house, stage, log, began=loop_began)
    finally:
        spectator.cancel()
        await asyncio.gather(spectator, return_exceptions=True)
        log.write(_log_path(script))


async def _watch(stage: Stage, began: float, *, plain: bool) -> None:
    loop = asyncio.get_running_loop()
    if plain:
        while True:
            stage.elapsed_s = loop.time() - began
            console.print(one_line(stage), markup=False, soft_wrap=True)
            await asyncio.sleep(LINE_EVERY_S)
    with Live(Picture(stage), console=console, auto_refresh=False, transient=True) as live:
        while True:
            stage.elapsed_s = loop.time() - began
            live.refresh()
            await asyncio.sleep(VIEW_EVERY_S)


def _log_path(script: Script) -> Path:
    folder = home() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{script.site_id}.jsonl"


def _say(name: str, line: str) -> None:
    if name == "up":
        console.print(line, markup=False, soft_wrap=True)
