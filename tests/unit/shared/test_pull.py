"""A pull has the next batch on its way while one is handled."""

import asyncio
from typing import Any, cast

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.messaging.answers import NoSuchConsumer
from shared.messaging.broker import Broker, OnMessage
from shared.messaging.pull import Pull
from shared.messaging.streams import MAX_BATCH

_FOR_EVER = float("inf")


class Durable:
    """What a broker is for a pull, as far as the messages go that a test delivers."""

    api = "$JS.API"

    def __init__(self) -> None:
        self.asked = 0

    def new_inbox(self) -> str:
        return "_INBOX.sla"

    async def listen(self, subject: str, heard: OnMessage) -> Any:
        self._heard = heard

    async def send(self, subject: str, body: bytes, *, reply: str) -> None:
        self.asked += 1

    async def delivers(self, number: int) -> None:
        for seq in range(number):
            reply = f"$JS.ACK.TICKETS.sla-tickets.1.{seq}.{seq}.0.0"
            await self._heard(Msg(_client=Client(), reply=reply))

    async def is_deleted(self) -> None:
        headers = {"Status": "409", "Description": "Consumer Deleted"}
        await self._heard(Msg(_client=Client(), headers=headers))


@pytest.fixture
def durable() -> Durable:
    return Durable()


@pytest.fixture
async def pull(durable: Durable) -> Pull:
    pull = Pull(cast(Broker, durable), "tickets", "sla-tickets")
    await pull.open()
    return pull


async def _first_batch(pull: Pull, durable: Durable, *, messages: int) -> list[Msg]:
    taking = asyncio.create_task(pull.next_batch(_FOR_EVER))
    await asyncio.sleep(0)
    await durable.delivers(messages)
    return await taking


async def test_what_comes_next_is_asked_for_before_a_full_batch_is_handled(
    pull: Pull, durable: Durable
) -> None:
    batch = await _first_batch(pull, durable, messages=MAX_BATCH)

    assert (len(batch), durable.asked) == (MAX_BATCH, 2)


async def test_a_request_that_is_not_used_up_goes_on(pull: Pull, durable: Durable) -> None:
    batch = await _first_batch(pull, durable, messages=MAX_BATCH - 1)

    assert (len(batch), durable.asked) == (MAX_BATCH - 1, 1)


async def test_a_durable_that_went_while_a_batch_was_handled_is_missed_at_once(
    pull: Pull, durable: Durable
) -> None:
    await _first_batch(pull, durable, messages=1)
    await durable.is_deleted()

    with pytest.raises(NoSuchConsumer, match="Consumer Deleted"):
        async with asyncio.timeout(1):
            await pull.next_batch(_FOR_EVER)
