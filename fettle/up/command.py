"""`fettle up`: everything on this machine, in the foreground, until Ctrl-C or SIGTERM."""

import signal
import sys
import threading
import time
from types import FrameType

import typer
from rich.console import Console
from rich.table import Table

from fettle.engines.processes import EngineFailed
from fettle.home import SERVICES, home
from fettle.issuer import NotInProduction
from fettle.up.instance import CannotStart, Instance, ports_from_environment
from fettle.up.seed import seed_demo_site

_COLOURS = {"up": "bold", "tickets": "cyan", "dispatch": "magenta", "sla": "yellow", "notify": "green"}
_ROLES = {"resident": "resident-1", "technician": "li", "dispatcher": "wang", "manager": "chen", "admin": "admin"}

console = Console(stderr=True, highlight=False)


def up() -> None:
    """Start PostgreSQL, NATS and the four services here, and keep them running until Ctrl-C."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):  # also where SIGINT was ignored at the start, as in a shell's background
        signal.signal(number, stop)
    began = time.monotonic()
    try:
        with Instance.start(home(), ports=ports_from_environment(), say=_say) as instance:
            if seed_demo_site(instance.url("tickets"), instance.token("admin", "fettle-up")):
                _say("up", "made the site demo")
            _banner(instance, time.monotonic() - began)
            while not stopping.wait(0.1):
                instance.watch()
            _say("up", "stopping")
    except (CannotStart, EngineFailed, NotInProduction, OSError) as error:
        _say("up", f"cannot start: {error}")
        sys.exit(1)
    _say("up", "stopped")


def _say(name: str, line: str) -> None:
    console.print(f"[{_COLOURS.get(name, 'white')}]{name:>8}[/] ", end="")
    console.print(line, markup=False, soft_wrap=True)


def _banner(instance: Instance, seconds: float) -> None:
    table = Table(title=f"Fettle is ready after {seconds:.1f} s", title_justify="left", show_header=False, box=None, padding=(0, 2))
    for name in SERVICES:
        table.add_row(name, f"{instance.url(name)}/docs")
    table.add_row("NATS", instance.nats_url)
    table.add_row("data, keys, logs", str(instance.home))
    console.print(table)
    console.print("A token for each role at the site demo (more: fettle token --help):")
    for role, subject in _ROLES.items():
        typer.echo(f"{role:>10} {subject}: {instance.token(role, subject, 'demo')}", err=True)
