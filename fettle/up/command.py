"""`fettle up`: everything on this machine, in the foreground, until Ctrl-C or SIGTERM."""

import contextlib
import signal
import sys
import time
from types import FrameType
from typing import Annotated

import typer

from fettle.engines.processes import EngineFailed
from fettle.home import home
from fettle.issuer import NotInProduction
from fettle.up.api import NotSeeded
from fettle.up.banner import banner
from fettle.up.demo_people import RESIDENT, seed_resident, seed_technician
from fettle.up.instance import Instance
from fettle.up.instance_counts import parse_counts
from fettle.up.listener import LISTENER, seed_listener
from fettle.up.ports import ports_from_environment
from fettle.up.refusals import CannotStart
from fettle.up.seed import seed_demo_site

_COLOURS = {"up": 1, "tickets": 36, "dispatch": 35, "sla": 33, "notify": 32, "portal": 31}
_WATCHED_EVERY_S = 0.1


def up(
    instances: Annotated[
        str,
        typer.Option(
            help=(
                "Several instances of a service: tickets=2,dispatch=2; one of each that is not "
                "named."
            )
        ),
    ] = "",
    play: Annotated[
        bool,
        typer.Option(
            "--play", help="With a technician at the site demo who takes and finishes every job."
        ),
    ] = False,
) -> None:
    """Start PostgreSQL, NATS, the four services and the portal here, and keep them running until
    Ctrl-C.
    """
    stopping = _stop_signals()
    began = time.monotonic()
    try:
        counts = parse_counts(instances)
        with Instance.start(
            home(),
            ports=ports_from_environment(),
            counts=counts,
            say=_say,
            stopping=stopping.is_set,
        ) as instance:
            if instance.issues_tokens:
                _seed(instance, plays=play)
            if play:
                instance.start_technician()
            for line in banner(instance, time.monotonic() - began):
                _print(line)
            while not stopping.is_set():
                time.sleep(_WATCHED_EVERY_S)
                instance.watch()
            _say("up", "stopping")
            asked_at = time.monotonic()
    except (CannotStart, EngineFailed, NotInProduction, NotSeeded, OSError) as error:
        _say("up", f"cannot start: {error}")
        sys.exit(1)
    _say("up", f"stopped after {time.monotonic() - asked_at:.1f} s")


def _seed(instance: Instance, *, plays: bool) -> None:
    """Have the site demo and its people. Raises NotSeeded."""
    admin = instance.token("admin", "fettle-up")
    if seed_demo_site(instance.url("tickets"), admin):
        _say("up", "made the site demo")
    if seed_listener(instance.url("notify"), admin):
        _say("up", f"{LISTENER} now hears of the site demo")
    if seed_resident(instance.url("tickets"), admin):
        _say("up", f"{RESIDENT} now lives at the site demo")
    seed_technician(instance.url("dispatch"), admin, plays=plays)


class _StopAsked:
    """Whether a signal has asked to stop.

    A plain flag: a `threading.Event` is set under a lock, and a signal that comes while the main
    thread holds it (a second one, while it handles the first) waits for itself for ever.
    """

    def __init__(self) -> None:
        self._asked = False

    def is_set(self) -> bool:
        return self._asked

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        self._asked = True


def _stop_signals() -> _StopAsked:
    """Return what is set by SIGINT, also where it was ignored at the start (as in a shell's
    background), by SIGTERM, and by the end of the terminal.
    """
    stopping = _StopAsked()
    signal.signal(signal.SIGINT, stopping.handle)
    signal.signal(signal.SIGTERM, stopping.handle)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to outlive the terminal
        signal.signal(signal.SIGHUP, stopping.handle)
    return stopping


def _say(name: str, line: str) -> None:
    label = f"{name:>10}"
    if sys.stderr.isatty():
        label = f"\x1b[{_COLOURS.get(name.partition('-')[0], 34)}m{label}\x1b[0m"
    _print(f"{label} {line}")


def _print(line: str) -> None:
    """One write a line, since several threads speak; when the reader has gone (the terminal has
    gone), the services go on.
    """
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
