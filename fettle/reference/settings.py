"""The page of settings, and `.env.example`: what each service reads from its environment."""

import importlib
from typing import Any

from pydantic_core import PydanticUndefined

from fettle.home import SERVICES
from shared.settings import ServiceSettings


def settings_page() -> str:
    lines = [
        "# Settings",
        "",
        (
            "Made by `make docs` from `shared/settings.py` "
            "and each service's `settings.py`. Settings are environment variables, read"
        ),
        (
            "once at the start; a wrong value stops the start with its name "
            "and what is expected. `make up` sets all of them."
        ),
        "",
        "| variable | read by | default | |",
        "| --- | --- | --- | --- |",
    ]
    for name, (readers, default, note) in _settings().items():
        read_by = ", ".join(readers) if len(readers) < len(SERVICES) else "all"
        lines.append(f"| `{name}` | {read_by} | {default} | {note} |")
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


def settings_of(service: str) -> type[ServiceSettings]:
    settings: type[ServiceSettings] = importlib.import_module(
        f"services.{service}.settings"
    ).Settings
    return settings


def _settings() -> dict[str, tuple[list[str], str, str]]:
    found: dict[str, tuple[list[str], str, str]] = {}
    for service in SERVICES:
        for field in settings_of(service).model_fields.values():
            name = str(field.validation_alias)
            readers, _, _ = found.setdefault(
                name, ([], _default(field.default), " ".join((field.description or "").split()))
            )
            readers.append(service)
    return dict(sorted(found.items(), key=lambda item: (item[1][1] != "required", item[0])))


def _default(value: Any) -> str:
    if value is None or value == ():
        return ""
    return "required" if value is PydanticUndefined else f"`{value}`"
