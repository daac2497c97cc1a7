"""The beginning of a service's process, before anything of weight is imported."""

import gc
from collections.abc import Callable
from importlib import import_module
from typing import Any

from shared.service.allocator import give_large_blocks_back
from shared.workarounds.lean_imports import models_built_when_used, without_pydantic_1


def start(package: str) -> None:
    """Run the service of that package, as its `main` and `settings` describe it, until SIGTERM.

    What is imported stays, so it is not searched for garbage, meanwhile (`serve` lets it begin) or
    ever: either would take an eighth of the start.
    """
    gc.disable()
    give_large_blocks_back()
    serve, create_app, settings_type = imported(package)
    serve(create_app, settings_type)


def imported(package: str) -> tuple[Callable[..., None], Any, Any]:
    """Return what serves the service of that package, what makes it, and its settings' type."""
    without_pydantic_1()
    with models_built_when_used():  # those that describe OpenAPI
        import_module("fastapi")
    create_app = import_module(f"{package}.main").create_app
    settings_type = import_module(f"{package}.settings").Settings
    return import_module("shared.service.process").serve, create_app, settings_type
