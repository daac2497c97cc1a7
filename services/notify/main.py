"""notify, put together: what is said to whom."""

import random
from collections.abc import Iterable
from datetime import datetime

from fastapi import FastAPI

from services.notify import handlers, jobs
from services.notify.actions.tell import DELIVERIES, PROMISES, tell_what_waited
from services.notify.adapters.webhooks import WebhookPoster
from services.notify.api import endpoints, inbox, messages, recipients
from services.notify.domain.addresses import Reach
from services.notify.settings import Settings
from services.notify.store.tables import Table
from services.notify.store.waiting import next_waiting
from shared.alarms import Alarm
from shared.auth.work_tokens import WorkTokens
from shared.clock import Clock, SystemClock
from shared.db.transaction import Transaction
from shared.http.metrics import Reading
from shared.service import Service


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    reach = Reach(anywhere=settings.env == "development", allowed=settings.webhook_ranges)

    async def next_due(tx: Transaction) -> datetime | None:
        return await sender.next_due(tx)

    async def take(tx: Transaction) -> int:
        return await sender.take(tx)

    async def send() -> None:
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
            Alarm(DELIVERIES, next_due, take),
            Alarm(PROMISES, next_waiting, tell_what_waited),
            Alarm("old_attempts", jobs.next_forgetting, jobs.forget_old_attempts),
        ),
        background=(send,),
        metrics=readings,
    )
    sender = jobs.Sender(
        service.database,
        WebhookPoster(reach),
        WorkTokens(settings.offer_keys),
        dispatch_url=settings.dispatch_public_url,
        chance=random.random,
    )
    return service.app(
        routers=(recipients.router, endpoints.router, inbox.router, inbox.live_router, messages.router),
        state={"reach": reach, "sender": sender},
    )
