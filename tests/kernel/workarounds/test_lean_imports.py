"""What no service uses is not imported with what it does use."""

import importlib
import subprocess
import sys

import pytest

from fettle.home import PROCESSES
from shared.workarounds.lean_imports import without


def test_inside_a_package_seems_not_to_be_installed_and_afterwards_it_is_there() -> None:
    sys.modules.pop("colorsys", None)

    with without("colorsys"), pytest.raises(ImportError):
        importlib.import_module("colorsys")

    assert importlib.import_module("colorsys") is sys.modules["colorsys"]


def test_what_is_imported_already_stays() -> None:
    with without("json"):
        assert importlib.import_module("json") is sys.modules["json"]


def test_after_a_failure_it_is_there_again() -> None:
    sys.modules.pop("colorsys", None)

    with pytest.raises(RuntimeError), without("colorsys"):
        raise RuntimeError

    importlib.import_module("colorsys")


@pytest.mark.parametrize(
    ("library", "companion"), [("structlog", "rich"), ("httpx", "rich"), ("nats", "aiohttp")]
)
def test_the_library_still_imports_a_companion_that_it_may_never_use(
    library: str, companion: str
) -> None:
    imports = f"import sys, {library}; print({companion!r} in sys.modules)"

    told = subprocess.run(
        [sys.executable, "-c", imports], capture_output=True, text=True, check=True
    )

    assert told.stdout == "True\n", f"mended: import {library} plainly"


@pytest.mark.parametrize("service", PROCESSES)
def test_a_service_starts_without_what_belongs_to_command_lines_and_websockets(
    service: str,
) -> None:
    # notify sends webhooks with it, and the portal asks the services
    unwanted = {"rich", "pygments"} | (set() if service in ("notify", "portal") else {"aiohttp"})
    imports = (
        f"import sys, services.{service}.main; print(sorted({unwanted!r} & sys.modules.keys()))"
    )

    told = subprocess.run(
        [sys.executable, "-c", imports], capture_output=True, text=True, check=True
    )

    assert told.stdout == "[]\n"
