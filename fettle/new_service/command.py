"""Writing a new service: its own files from the template, and its name where services are named."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from fettle.home import CHECKOUT, PORTS, PROCESS_PORTS
from fettle.new_service.names import Names, names_of
from fettle.new_service.registering import REGISTERED, NotAsExpected, Place

_TEMPLATES = CHECKOUT / "templates"
_SERVICE = _TEMPLATES / "service"
"""Its files, as they are to lie in the checkout."""


class CannotWrite(Exception):
    """What is in the way, and what to do; nothing was written."""


def write_service(service: str, entity: str) -> Names:
    """Write the service and all that names it into the checkout; return what it is called.

    Raises BadName and CannotWrite, and then has written nothing.
    """
    last, last_port = list(PORTS.items())[-1]
    names = names_of(service, entity, there_are=PROCESS_PORTS, port=max(PROCESS_PORTS.values()) + 1)
    own = {
        CHECKOUT / names.filled_in(str(path.relative_to(_SERVICE))): names.filled_in(
            path.read_text()
        )
        for path in sorted(_SERVICE.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    for path in own:
        if path.exists():
            raise CannotWrite(
                f"{path.relative_to(CHECKOUT)} exists; move it away, or choose another name"
            )
    changed = _registered(Place(last, last_port, names))
    for path, text in {**own, **changed}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _finish([path for path in (*own, *changed) if path.suffix == ".py"])
    return names


def left_to_do(names: Names) -> str:
    """Return what is left for people to do once the service is written, as lines of text."""
    return names.filled_in((_TEMPLATES / "left_to_do.txt").read_text())


def _registered(place: Place) -> Mapping[Path, str]:
    changed = {}
    for path, edit in REGISTERED.items():
        try:
            changed[CHECKOUT / path] = edit((CHECKOUT / path).read_text(), place)
        except NotAsExpected as error:
            raise CannotWrite(
                f"{path} is not as fettle/new_service/registering.py expects it: {error}"
            ) from error
    return changed


def _finish(written: Sequence[Path]) -> None:
    """Put the Python files into their standard form; make the golden sample and the pages."""
    paths = [str(path) for path in written]
    for module in (
        ["ruff", "check", "--quiet", "--fix", "--exit-zero", *paths],
        ["ruff", "format", "--quiet", *paths],
        ["tests.contract.write_golden"],
        ["fettle", "reference"],
    ):
        subprocess.run([sys.executable, "-m", *module], cwd=CHECKOUT, check=True)
