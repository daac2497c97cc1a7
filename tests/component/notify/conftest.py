"""notify on a real database, with a real receiver of webhooks."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from services.notify.jobs import Sender
from tests.component.notify.receiver import Receiver
from tests.support.component import Component, MakeComponent

MakeNotify = Callable[..., Awaitable[Component]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().listening() as listening:
        yield listening


@pytest.fixture
async def make_notify(component: MakeComponent) -> AsyncIterator[MakeNotify]:
    made: list[Component] = []

    async def make(**settings: Any) -> Component:
        made.append(await component("notify", **settings))
        return made[-1]

    yield make
    for each in made:
        await sender_of(each).close()


@pytest.fixture
async def notify(make_notify: MakeNotify) -> Component:
    return await make_notify()


def sender_of(component: Component) -> Sender:
    sender: Sender = component.app.state.sender
    return sender


async def send(component: Component) -> None:
    """Everything that is due now is sent, and recorded."""
    while await component.rings("deliveries"):
        await sender_of(component).idle()
