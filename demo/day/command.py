"""`fettle day`: a day of twenty sites on processes of its own, with a storm, faults, a report."""

import asyncio
import json as jsonlib
import os
import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from demo.api_client import Unreachable
from demo.audit.client_log import ClientLog
from demo.command import FELL_SHORT, REFUSED, STOPPED, show
from demo.day.measures import measure
from demo.day.page import page
from demo.day.plan import TECHNICIANS, Day, plan_day
from demo.day.run import Played, play_day
from demo.day.sites import SITES
from demo.day.words import MAX_SHOWN, as_json, last_line, ten_lines
from demo.live_state import LiveState
from demo.setup import SetupFailed
from demo.supervising import supervised
from fettle.engines.processes import EngineFailed
from fettle.home import PROCESSES, home
from fettle.issuer import NotInProduction
from fettle.up.instance import Instance
from fettle.up.refusals import CannotStart

MIN_TICKETS, MAX_TICKETS = 20, 5000
NOT_ITS_OWN = (
    "FETTLE_NATS_URL",
    *(f"FETTLE_{service.upper()}_DATABASE_URL" for service in PROCESSES),
    "FETTLE_JWKS",
    "FETTLE_SMTP_URL",
    "FETTLE_ATTACHMENTS_FOLDER",
)
"""What would lead the day to engines, issuers, mail servers or folders of others."""

console = Console(stderr=True, highlight=False)


def day(
    tickets: Annotated[
        int, typer.Option(min=MIN_TICKETS, max=MAX_TICKETS, help="How many are opened.")
    ] = 600,
    seed: Annotated[int, typer.Option(help="Of all people, deeds and faults.")] = 1,
    json: Annotated[
        bool, typer.Option("--json", help="No live view; one JSON object as the last line.")
    ] = False,
) -> None:
    """Play a day of twenty sites and sixty technicians, with a storm at noon and two faults, and
    report what was promised, kept, told and lost.
    """
    # Also where SIGINT was ignored at the start, as in a shell's background.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    began = datetime.now(UTC)
    if given := [name for name in NOT_ITS_OWN if os.environ.get(name)]:
        console.print(f"no day: it brings its own engines and keys; unset {', '.join(given)}")
        sys.exit(REFUSED)
    plan = plan_day(seed=seed, tickets=tickets, now=began)
    log = ClientLog()
    try:
        played = _on_its_own_instance(plan, log, began=began, plain=json or not console.is_terminal)
    except (CannotStart, EngineFailed, NotInProduction, OSError) as error:
        console.print(f"no day: {error}", markup=False, soft_wrap=True)
        sys.exit(REFUSED)
    except (SetupFailed, Unreachable) as error:
        console.print(f"the day broke off: {error}", markup=False, soft_wrap=True)
        sys.exit(FELL_SHORT)
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("the day was stopped")
        sys.exit(STOPPED)
    wall_s = (datetime.now(UTC) - began).total_seconds()
    report = _write(played, wall_s=wall_s, out=console if json else Console())
    if json:
        typer.echo(last_line(report))
    sys.exit(FELL_SHORT if report["shortcomings"] else 0)


def _write(played: Played, *, wall_s: float, out: Console) -> dict[str, Any]:
    """Write the report, print it in words, and return it for machines."""
    measures = measure(played)
    report = as_json(played, measures, wall_s=wall_s)
    folder = report_folder()
    (folder / "report.html").write_text(page(played, measures, wall_s=wall_s), encoding="utf-8")
    text = jsonlib.dumps(report, ensure_ascii=False, indent=1)
    (folder / "report.json").write_text(text, encoding="utf-8")
    for line in ten_lines(played, measures, wall_s=wall_s):
        out.print(line, markup=False, soft_wrap=True)
    for name, findings in played.audited.findings.items():
        for finding in findings[:MAX_SHOWN]:
            out.print(f"{name}: {finding}", markup=False, soft_wrap=True, style="red")
    for each in (*played.missing_photos, *report["shortcomings"]):
        out.print(each, markup=False, soft_wrap=True, style="red")
    out.print(f"{folder / 'report.html'}, {folder / 'report.json'}", markup=False, soft_wrap=True)
    return report


def _on_its_own_instance(plan: Day, log: ClientLog, *, began: datetime, plain: bool) -> Played:
    """Play the day on processes and data of its own, which are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="fettle-day-"))
    instance = None
    try:
        instance = Instance.start(folder, say=_say)
        with supervised(instance):
            return asyncio.run(_watched(plan, instance, log, began=began, plain=plain))
    finally:
        log.write(report_folder() / "clients.jsonl")
        shutil.rmtree(report_folder() / "logs", ignore_errors=True)
        if (folder / "logs").exists():
            shutil.copytree(folder / "logs", report_folder() / "logs")
        if instance is not None:
            instance.discard()
        shutil.rmtree(folder, ignore_errors=True)


async def _watched(
    plan: Day, instance: Instance, log: ClientLog, *, began: datetime, plain: bool
) -> Played:
    state = LiveState(
        title=f"{SITES} sites, {TECHNICIANS} technicians",
        rows=len(plan.reports),
        speed=plan.pace.speed,
        starts_at=plan.begins_at,
    )
    already_s = (datetime.now(UTC) - began).total_seconds()
    loop_began = asyncio.get_running_loop().time() - already_s
    view = asyncio.create_task(show(state, loop_began, console, plain=plain))
    try:
        return await play_day(plan, instance, state, log)
    finally:
        view.cancel()
        await asyncio.gather(view, return_exceptions=True)


def report_folder() -> Path:
    """Return where the report is written, made if it is missing."""
    folder = home() / "day"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _say(name: str, line: str) -> None:
    if name == "up":
        console.print(line, markup=False, soft_wrap=True)
