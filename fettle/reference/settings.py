"""The page of settings, and `.env.example`: what each service reads from its environment."""

import ast
import importlib
import inspect
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from pydantic_core import PydanticUndefined

from fettle.home import PROCESSES, SERVICES
from fettle.topology_settings import TopologySettings
from shared.settings import ProcessSettings

_OF_THE_COMMAND_LINE = ("FETTLE_ARCHIVE", "FETTLE_HOME", "FETTLE_TOKEN")
_OF_COMPOSE = (
    "FETTLE_GATEWAY_NAMES",
    *(f"FETTLE_{service.upper()}_TLS_PORT" for service in PROCESSES),
)
_OF_TESTS = (
    *("FETTLE_AGREEMENT_EXAMPLES", "FETTLE_OIDC_PROVIDER", "FETTLE_PROMETHEUS"),
    "FETTLE_TEST_ENGINES",
)
_FORMER = ("FETTLE_STREAM_MAX_BYTES",)
"""Refused with what is to be set instead."""


def setting_names() -> str:
    """Return the names of all variables that anything reads, one a line."""
    urls = (f"FETTLE_{service.upper()}_URL" for service in PROCESSES)
    names = {*_settings(), *_OF_THE_COMMAND_LINE, *_OF_COMPOSE, *_OF_TESTS, *_FORMER, *urls}
    return "\n".join(sorted(names)) + "\n"


def settings_page() -> str:
    lines = [
        "# Settings",
        "",
        (
            "Made by `make docs` from `shared/settings.py`, each process's `settings.py` "
            "and `fettle/topology_settings.py`. Settings are environment variables, read"
        ),
        (
            "once at the start; a wrong value stops the start with its name "
            "and what is expected. `make up` sets all of them."
        ),
        (
            "A variable that begins with `FETTLE_` and that nothing reads is named at the start, "
            "with the nearest that is read"
        ),
        "(`unread_variable` in a process's log, a line on standard error from the command line).",
        "",
        "| variable | read by | default | |",
        "| --- | --- | --- | --- |",
    ]
    for name, (readers, default, note) in _settings().items():
        lines.append(f"| `{name}` | {_read_by(readers)} | {default} | {note} |")
    lines += [
        "",
        (
            "The command line reads four more: `FETTLE_HOME`, the folder of an instance; "
            "`FETTLE_<NAME>_URL` and `FETTLE_TOKEN`, the services"
        ),
        (
            "and the bearer token with which `fettle dlq`, `republish`, `archive` "
            "and `technician` ask, by default those of the instance that"
        ),
        "runs here; `FETTLE_ARCHIVE`, the folder of `fettle archive`.",
        "",
        (
            "`fettle up` and compose.yaml take the portal's FETTLE_PUBLIC_URL from "
            "`FETTLE_PORTAL_URL`, so that the services may have another."
        ),
    ]
    return "\n".join(lines) + "\n"


def env_example() -> str:
    lines = [
        (
            "# Every setting there is; see docs/reference/settings.md. What is commented out is "
            "at its default."
        )
    ]
    for name, (_, default, note) in _settings().items():
        lines += ["", f"# {note}"] if note else [""]
        lines.append(f"{name}=" if default == "required" else f"# {name}={default.strip('`')}")
    return "\n".join(lines) + "\n"


def settings_of(service: str) -> type[ProcessSettings]:
    settings: type[ProcessSettings] = importlib.import_module(
        f"services.{service}.settings"
    ).Settings
    return settings


def _settings() -> dict[str, tuple[list[str], str, str]]:
    found: dict[str, tuple[list[str], str, str]] = {}
    for reader, settings in {
        **{name: _described(settings_of(name)) for name in PROCESSES},
        "topology": TopologySettings.described(),
    }.items():
        for name, (default, note) in settings.items():
            readers, _, _ = found.setdefault(name, ([], _default(default), " ".join(note.split())))
            readers.append(reader)
    return dict(sorted(found.items(), key=lambda item: (item[1][1] != "required", item[0])))


def _described(settings: type[ProcessSettings]) -> Mapping[str, tuple[Any, str]]:
    """Return variable → default and note."""
    notes = _notes(settings)
    return {
        str(field.validation_alias): (field.default, notes.get(name, ""))
        for name, field in settings.model_fields.items()
    }


def _notes(settings: type[ProcessSettings]) -> Mapping[str, str]:
    """Return the string below each field, as it is written in the source: a service that starts
    has no use for them, and pydantic would read them each time.
    """
    found: dict[str, str] = {}
    for each in reversed(settings.__mro__[: settings.__mro__.index(ProcessSettings) + 1]):
        [declared] = ast.parse(inspect.getsource(each)).body
        assert isinstance(declared, ast.ClassDef)  # noqa: S101 - it is the source of a class
        for field, below in pairwise(declared.body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(note))),
                ):
                    found[name] = inspect.cleandoc(note)
    return found


def _read_by(readers: Sequence[str]) -> str:
    if set(PROCESSES).issubset(readers):
        return "all"
    if set(SERVICES).issubset(readers):
        return ", ".join(["services", *(name for name in readers if name not in SERVICES)])
    return ", ".join(readers)


def _default(value: Any) -> str:
    if value is None or value == ():
        return ""
    return "required" if value is PydanticUndefined else f"`{value}`"
