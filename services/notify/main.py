"""notify, put together: what is said to whom."""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from fastapi import FastAPI

from services.notify import handlers, jobs
from services.notify.actions.tell import DELIVERIES, PROMISES, tell_what_waited
from services.notify.adapters.names import Names
from services.notify.adapters.pinned_addresses import PinningResolver
from services.notify.adapters.webhooks import WebhookPoster
from services.notify.api import endpoints, inbox, messages, recipients
from services.notify.domain.addresses import Reach
from services.notify.settings import Settings
from services.notify.store.deliveries import delete_attempts
from services.notify.store.tables import Table
from services.notify.store.waiting import next_waiting, take_waiting
from shared.alarms import Alarm
from shared.auth.work_tokens import WorkTokens
from shared.clock import Clock, SystemClock
from shared.db.transaction import Transaction
from shared.http.metrics import Reading
from shared.service import Service


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    reach = Reach(anywhere=settings.env == "development", allowed=settings.webhook_ranges)
    names = Names()

    async def next_due(tx: Transaction, but: Collection[UUID]) -> datetime | None:
        return await sender.next_due(tx, but)

    async def take(tx: Transaction, but: Collection[UUID], most: int) -> Sequence[Mapping[str, Any]]:
        return await sender.take(tx, but, most)

    async def send(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        await sender.send(tx, rows)

    async def keep_sending() -> None:
        await sender.run()

    async def readings(tx: Transaction) -> Iterable[Reading]:
        return await sender.readings(tx)

    service = Service(
        "notify",
        settings,
        metadata=Table.metadata,
        clock=clock or SystemClock(),
        handlers=handlers.ALL,
        alarms=(
            Alarm(name=DELIVERIES, next_due=next_due, take=take, act=send, at_once=jobs.MOST_AT_ONCE, key=itemgetter("id")),
            Alarm(name=PROMISES, next_due=next_waiting, take=take_waiting, act=tell_what_waited, key=itemgetter("ticket_id")),
            Alarm(name="old_attempts", next_due=jobs.next_forgetting, take=jobs.take_old_attempts, act=delete_attempts, at_once=5000),
        ),
        background=(keep_sending,),
        metrics=readings,
    )
    sender = jobs.Sender(
        service.database,
        WebhookPoster(PinningResolver(reach, names), service.database.clock),
        WorkTokens(settings.offer_keys),
        dispatch_url=settings.dispatch_public_url,
        chance=random.random,
    )
    return service.app(
        routers=(recipients.router, endpoints.router, inbox.router, inbox.live_router, messages.router),
        state={"reach": reach, "names": names, "sender": sender},
    )
