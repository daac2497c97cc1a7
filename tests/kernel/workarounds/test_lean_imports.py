"""What no service uses is not imported with what it does use."""

import importlib
import subprocess
import sys

import pytest
from pydantic import BaseModel, ValidationError

from fettle.home import PROCESSES
from shared.workarounds.lean_imports import later, models_built_when_used, without


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


def test_what_comes_later_is_the_module_itself_from_the_first_call_on() -> None:
    sys.modules.pop("colorsys", None)

    with later("colorsys", "rgb_to_hsv"):
        rgb_to_hsv = importlib.import_module("colorsys").rgb_to_hsv
    brought = "colorsys" in sys.modules

    assert rgb_to_hsv(1, 1, 1) == (0, 0, 1)
    assert not brought
    assert hasattr(sys.modules["colorsys"], "hsv_to_rgb")


def test_what_is_there_already_does_not_come_later() -> None:
    with later("json", "dumps"):
        assert importlib.import_module("json").loads("1") == 1


def test_models_built_when_used_check_as_others_do() -> None:
    with models_built_when_used():

        class Inner(BaseModel):
            number: int

        class Outer(BaseModel):
            inner: Inner

    class Afterwards(BaseModel):
        number: int

    complete = [each.__pydantic_complete__ for each in (Inner, Outer, Afterwards)]
    assert complete == [False, False, True]
    assert Outer.model_validate({"inner": {"number": "1"}}).inner.number == 1
    with pytest.raises(ValidationError):
        Inner.model_validate({"number": "one"})


_AN_APPLICATION = """import fastapi
fastapi.FastAPI().get("/", response_model=int)(lambda: 1)"""


@pytest.mark.parametrize(
    ("library", "companion"),
    [
        *(("structlog", "rich"), ("httpx", "rich"), ("nats", "aiohttp")),
        *(("joserfc.jwk", "cryptography.x509"), ("fastapi", "pydantic.v1")),
    ],
)
def test_the_library_still_imports_a_companion_that_it_may_never_use(
    library: str, companion: str
) -> None:
    imports = _AN_APPLICATION if library == "fastapi" else f"import {library}"

    told = _told(f"{imports}\nimport sys; print({companion!r} in sys.modules)")

    assert told == "True", f"mended: import {library} plainly"


def test_the_library_still_builds_what_it_may_never_use() -> None:
    told = _told("from fastapi.openapi.models import Info; print(Info.__pydantic_complete__)")

    assert told == "True", "mended: import fastapi plainly"


@pytest.mark.parametrize("service", PROCESSES)
def test_a_service_starts_without_what_it_never_uses(service: str) -> None:
    unwanted = {"rich", "pygments", "pydantic.v1", "cryptography.x509"}
    if service not in ("notify", "portal"):  # these send webhooks with it, and ask the services
        unwanted.add("aiohttp")
    if service == "portal":
        unwanted |= {"sqlalchemy.orm", "sqlmodel"}

    told = _told(f"""import sys
from shared.service.start import imported
imported("services.{service}")
from fastapi.openapi.models import Info
came = {{name for name in {unwanted!r} if sys.modules.get(name) is not None}}
print(sorted(came), Info.__pydantic_complete__)""")

    assert told == "[] False"


def test_the_command_that_starts_all_begins_without_what_services_need() -> None:
    told = _told("import sys, fettle.up.command; print({'nats', 'fastapi'} & set(sys.modules))")

    assert told == "set()"


def _told(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert not done.stderr
    return done.stdout.strip()
