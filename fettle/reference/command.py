"""`fettle reference`: writes the generated pages, or says which are out of date."""

import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from fettle.home import CHECKOUT, PROCESSES, SERVICES
from fettle.reference.broker import broker_configuration
from fettle.reference.events import asyncapi, events_page
from fettle.reference.metrics import metrics_page
from fettle.reference.settings import env_example, setting_names, settings_of, settings_page
from shared.setting_names import PAGE as SETTING_NAMES

_ANY_SETTINGS: dict[str, Any] = {
    "database_url": "postgresql://localhost/none",
    "attachments_folder": tempfile.gettempdir(),
    "jwks": "none",
    "issuer": "none",
    "offer_keys": (("none", bytes(32)),),
    "offer_public_keys": (("none", bytes(32)),),
    "secrets_keys": (("none", bytes(32)),),
    "portal_signing_keys": (("none", bytes(32)),),
}


def reference(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a page is out of date.")
    ] = False,
) -> None:
    """Make the reference pages from the code."""
    stale = [
        path for path, text in _pages().items() if not path.exists() or path.read_text() != text
    ]
    for path in stale:
        typer.echo(
            f"{'out of date' if check else 'written'}: {path.relative_to(CHECKOUT)}", err=True
        )
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_pages()[path])
    if stale and check:
        typer.echo("run `make docs` and commit what it writes", err=True)
        sys.exit(1)


def _pages() -> dict[Path, str]:
    folder = CHECKOUT / "docs" / "reference"
    pages = {
        folder / "events.md": events_page(),
        folder / "asyncapi.json": _json(asyncapi()),
        folder / "settings.md": settings_page(),
        CHECKOUT / ".env.example": env_example(),
        SETTING_NAMES: setting_names(),
        CHECKOUT / "deploy" / "nats.conf": broker_configuration(),
    }
    applications = {name: application_of(name) for name in PROCESSES}
    for service in SERVICES:
        pages[folder / "openapi" / f"{service}.json"] = _json(applications[service].openapi())
    pages[folder / "metrics.md"] = metrics_page(applications)
    return pages


def application_of(process: str) -> Any:
    """Return its application with settings that lead nowhere: it is not to be started."""
    settings = settings_of(process)
    given = {name: value for name, value in _ANY_SETTINGS.items() if name in settings.model_fields}
    return importlib.import_module(f"services.{process}.main").create_app(settings.of(**given))


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
