"""Which facts wait for others before they are handled."""

from datetime import UTC, datetime
from typing import cast

import pytest

from shared.contracts import TicketV1
from shared.db.transaction import Database
from shared.messaging.consumer import Consumer
from shared.messaging.handlers import stores
from shared.messaging.received import Received
from shared.messaging.streams import MAX_BATCH
from shared.messaging.worker import Batch, Worker


class Notes(Worker):
    """Notes how urgent a batch is, and handles none."""

    def __init__(self) -> None:
        self.urgent: list[bool] = []

    async def handle(self, batch: Batch) -> None:
        self.urgent.append(batch.urgent)


@pytest.mark.parametrize(("facts", "urgent"), [(MAX_BATCH - 1, False), (MAX_BATCH, True)])
async def test_a_full_batch_of_what_is_not_urgent_waits_for_no_company(
    facts: int, urgent: bool
) -> None:
    worker = Notes()
    consumer = Consumer("sla", "tickets", [stores(TicketV1)], cast(Database, None), worker=worker)
    fact = Received(
        seq=1, type=TicketV1.fact_type("opened"), stream="TICKETS", headers={}, body=b"{}"
    )

    await consumer.apply([fact] * facts, created=datetime(2026, 1, 1, tzinfo=UTC))

    assert worker.urgent == [urgent]
