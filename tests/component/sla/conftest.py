"""A ticket of 09:00 on a Monday in Shanghai, and the service that times it."""

from datetime import UTC, datetime

import pytest

from tests.support.clocks import SettableClock
from tests.support.component import Component, MakeComponent

NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 09:00 in Shanghai."""


@pytest.fixture
async def sla(component: MakeComponent) -> Component:
    clock = SettableClock(NINE)
    made = await component("sla", clock=clock)
    clock.move(seconds=10)  # past the time in which it only listens
    return made
