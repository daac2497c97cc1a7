"""Import a library without what it would bring or build and no service uses.

Upstream: encode/httpx#3547 (open) for httpx, which imports its command line with rich and pygments.
To be reported: structlog imports rich for coloured stacks, nats-py imports aiohttp for websockets,
joserfc reads certificates' classes, FastAPI imports all of pydantic 1 and builds the models of
OpenAPI, each where it is imported itself and not where it is used.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Make these packages seem not to be installed, unless they are imported already.

    What is imported inside goes on without them.
    """
    hidden = [name for name in names if name not in sys.modules]
    # None is how Python marks what cannot be imported
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


@contextmanager
def later(name: str, *functions: str) -> Iterator[None]:
    """Let these functions of a module be imported without the module, which comes with the first
    call of one; what imports it afterwards gets it as it is.
    """
    if name in sys.modules:
        yield
        return
    stand_in = ModuleType(name)
    for each in functions:
        setattr(stand_in, each, _calling(name, each))
    package, _, last = name.rpartition(".")
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]
        if package:
            vars(sys.modules[package]).pop(last, None)


def _calling(name: str, function: str) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        return getattr(importlib.import_module(name), function)(*given, **named)

    return call


@contextmanager
def models_built_when_used() -> Iterator[None]:
    """Have pydantic read the models that are declared inside, and build what checks them when one
    is first used.
    """
    from pydantic import BaseModel  # here: not every process has a use for it

    config = BaseModel.model_config
    BaseModel.model_config = {**config, "defer_build": True}
    try:
        yield
    finally:
        BaseModel.model_config = config


def without_pydantic_1() -> None:
    """Make FastAPI, which asks of every field whether it is one of pydantic 1, do without it from
    now on: 28 ms of a start, and two megabytes.
    """
    sys.modules["pydantic.v1"] = None  # type: ignore[assignment] # as above
