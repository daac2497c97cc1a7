"""Fixtures for every test: real engines, started once, and fresh databases."""

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.support.component import component, image_workers
from tests.support.engines import databases, nats, nats_of_all, postgres
from tests.support.runs import end_leftovers, mark_this_run

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

LONGEST = ("tests/e2e/test_the_day.py", "tests/e2e/test_a_new_service.py")
"""Files that take minutes: begun first, so that none of them is what everything waits for at the
end, and no two processes make for themselves what the tests of one have in common.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_sessionstart() -> None:
    end_leftovers()
    mark_this_run()
