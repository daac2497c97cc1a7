"""notify on a real database, with a real receiver of webhooks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from services.notify.sender import Sender
from tests.component.notify.mail_receiver import MailReceiver
from tests.component.notify.receiver import Receiver
from tests.support.component import Component, MakeComponent

MakeNotify = Callable[..., Awaitable[Component]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver().listening() as listening:
        yield listening


@pytest.fixture
async def mail_receiver() -> AsyncIterator[MailReceiver]:
    async with MailReceiver().listening() as listening:
        yield listening


@pytest.fixture
async def mailing(make_notify: MakeNotify, mail_receiver: MailReceiver) -> Component:
    """notify that sends mails to that server."""
    return await make_notify(**mail_receiver.settings())


@pytest.fixture
async def make_notify(component: MakeComponent) -> AsyncIterator[MakeNotify]:
    made: list[Component] = []

    async def make(**settings: Any) -> Component:
        made.append(await component("notify", **settings))
        return made[-1]

    yield make
    for each in made:
        await sender_of(each).close()
        if each.app.state.mail_sender is not None:
            await mail_sender_of(each).close()


@pytest.fixture
async def notify(make_notify: MakeNotify) -> Component:
    return await make_notify()


def sender_of(component: Component) -> Sender:
    sender: Sender = component.app.state.sender
    return sender


def mail_sender_of(component: Component) -> Sender:
    sender: Sender = component.app.state.mail_sender
    return sender


async def send_mails(component: Component) -> None:
    """Every mail that is due now is sent, and recorded."""
    while await component.runs_due("mails"):
        await mail_sender_of(component).idle()


async def send(component: Component) -> None:
    """Everything that is due now is sent, and recorded."""
    while await component.runs_due("deliveries"):
        await sender_of(component).idle()


@asynccontextmanager
async def at_hand(component: Component) -> AsyncIterator[Sender]:
    """Its sender is at work, as in a running service, and takes at once what is due at once."""
    sender = sender_of(component)
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0)
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def register(
    notify: Component, receiver: Receiver, owner: str = "wang", kinds: list[str] | None = None
) -> dict[str, Any]:
    """An endpoint of that person's own; all kinds unless said."""
    async with notify.http(role="technician", id=owner) as client:
        body = {"owner": owner, "url": receiver.url, **({"kinds": kinds} if kinds else {})}
        answer = await client.post("/v1/endpoints", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
