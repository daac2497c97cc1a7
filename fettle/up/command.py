"""`fettle up`: everything on this machine, in the foreground, until Ctrl-C or SIGTERM."""

import contextlib
import os
import signal
import sys
import threading
import time
from types import FrameType

from fettle.engines.processes import EngineFailed
from fettle.home import SERVICES, home
from fettle.issuer import NotInProduction
from fettle.up.instance import CannotStart, Instance, ports_from_environment
from fettle.up.seed import NotSeeded, seed_demo_site

_COLOURS = {"up": 1, "tickets": 36, "dispatch": 35, "sla": 33, "notify": 32}
_ROLES = {"resident": "resident-1", "technician": "li", "dispatcher": "wang", "manager": "chen", "admin": "admin", "integration": "app"}


def up() -> None:
    """Start PostgreSQL, NATS and the four services here, and keep them running until Ctrl-C."""
    stopping = _stop_signals()
    began = time.monotonic()
    try:
        with Instance.start(home(), ports=ports_from_environment(), say=_say, stopping=stopping.is_set) as instance:
            if instance.issues_tokens and seed_demo_site(instance.url("tickets"), instance.token("admin", "fettle-up")):
                _say("up", "made the site demo")
            _banner(instance, time.monotonic() - began)
            while not stopping.wait(0.1):
                instance.watch()
            _say("up", "stopping")
            asked_at = time.monotonic()
    except (CannotStart, EngineFailed, NotInProduction, NotSeeded, OSError) as error:
        _say("up", f"cannot start: {error}")
        sys.exit(1)
    _say("up", f"stopped after {time.monotonic() - asked_at:.1f} s")


def _stop_signals() -> threading.Event:
    """Set by SIGINT, also where it was ignored at the start (as in a shell's background), by SIGTERM, and by the end of the terminal."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup asks to outlive the terminal
        signal.signal(signal.SIGHUP, stop)
    return stopping


def _say(name: str, line: str) -> None:
    label = f"{name:>8}"
    if sys.stderr.isatty():
        label = f"\x1b[{_COLOURS.get(name, 34)}m{label}\x1b[0m"
    _print(f"{label} {line}")


def _print(line: str) -> None:
    """One write a line, since several threads speak; when nobody reads any more (the terminal has gone), the services go on."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _banner(instance: Instance, seconds: float) -> None:
    _print(f"\nFettle is ready after {seconds:.1f} s. Ctrl-C stops it.\n")
    for name in SERVICES:
        _print(f"  {name:<12}{instance.url(name)}/docs")
    _print(f"  {'nats':<12}{instance.nats_url}")
    _print(f"  {'data':<12}{instance.home} (keys, logs and passwords too)")
    if instance.postgres is not None and not instance.postgres.folder.is_relative_to(instance.home):
        _print(f"  {'postgres':<12}{instance.postgres.folder}, since its user cannot reach the folder above")
    if not instance.issues_tokens:
        _print(f"\nTokens come from the issuer whose keys are at {os.environ['FETTLE_JWKS']}; a site is made with one of its own.\n")
        return
    _print("\nA token for each role at the site demo, good for a day (others: fettle token --help):\n")
    for role, subject in _ROLES.items():
        _print(f"  {role:<12}{subject:<12}{instance.token(role, subject, 'demo')}")
    _print("")
