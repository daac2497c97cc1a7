"""Fixtures for every test: real engines, started once, and fresh databases."""

import gc

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

# How long an example takes says more about the machine than about the rule.
settings.register_profile("fettle", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fettle")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank_of(item.nodeid))


def pytest_collection_finish() -> None:
    """Spare the garbage collector the modules and tests, which stay to the end, in its rounds; it
    makes one as seldom as in a service (`shared.service.process`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Shares:
    config.option.loadscopereorder = False  # by the number of tests, the longest would come last
    return Shares(config, log)


def pytest_sessionstart() -> None:
    end_leftovers()
    mark_this_run()
