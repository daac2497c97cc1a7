"""Fixtures for every test: real engines, started once, and fresh databases."""

import gc
import sys
from collections.abc import Generator
from importlib.util import find_spec

import pytest
import structlog
from hypothesis import HealthCheck, settings
from xdist.remote import Producer

from tests.support.component import component, image_workers
from tests.support.engines import databases, nats, nats_of_all, postgres
from tests.support.runs import end_leftovers, mark_this_run
from tests.support.shares import Shares, rank_of

__all__ = ["component", "databases", "image_workers", "nats", "nats_of_all", "postgres"]

# structlog's own way of showing an exception, with every local variable, takes a second for each.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

# httpx asks for it with each request to an application in this process: it is looked for in every
# folder of the path, and not there.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment] # what Python itself takes for absent

# How long an example takes says more about the machine than about the rule.
settings.register_profile("fettle", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fettle")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank_of(item.nodeid))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare the garbage collector the modules and tests, which stay to the end: while they come,
    and in its rounds.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
        gc.set_threshold(10_000)  # as seldom as in a service (`shared.service.process`)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    config.option.loadscopereorder = False  # by the number of tests, the longest would come last
    return Shares(config, log)


def pytest_sessionstart() -> None:
    end_leftovers()
    mark_this_run()
