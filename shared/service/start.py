"""The beginning of a service's process, before anything of weight is imported."""

import gc
from importlib import import_module

from shared.service.allocator import give_large_blocks_back


def start(package: str) -> None:
    """Run the service of that package, as its `main` and `settings` describe it, until SIGTERM.

    What is imported stays, so it is not searched for garbage meanwhile, which would take an eighth
    of the start; the service lets it begin once it is put together.
    """
    gc.disable()
    give_large_blocks_back()
    create_app = import_module(f"{package}.main").create_app
    settings_type = import_module(f"{package}.settings").Settings
    import_module("shared.service.process").serve(create_app, settings_type)
