"""notify, put together: what is said to whom."""

import random
from collections.abc import Mapping
from functools import partial
from operator import attrgetter

from fastapi import FastAPI
from pydantic import JsonValue

from services.notify import jobs
from services.notify.actions.deliver import DELIVERIES
from services.notify.actions.keep_secrets import RESEALING, Resealing, read_secrets
from services.notify.actions.read_audiences import read_details
from services.notify.actions.read_metrics import METRICS
from services.notify.actions.tell import PROMISES, REPEATS, tell_repeats, tell_what_waited
from services.notify.adapters.names import Names
from services.notify.adapters.pinned_addresses import PinningResolver
from services.notify.adapters.webhooks import WebhookPoster
from services.notify.api import audiences, endpoints, imports, inbox, messages, recipients
from services.notify.api.state import NotifyState
from services.notify.domain.addresses import Reach
from services.notify.domain.sealing import Sealer
from services.notify.handlers import handlers_with
from services.notify.sender import MAX_AT_ONCE, Sender
from services.notify.settings import Settings
from services.notify.store.repeats import claim_repeats, next_repeats
from services.notify.store.tables import Table
from services.notify.store.waiting import claim_waiting, next_waiting
from shared.auth.work_tokens import WorkTokens
from shared.clock import Clock, SystemClock
from shared.db.transaction import Transaction
from shared.due_work import DueWork
from shared.service.composition import Service, open_database


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    reach = Reach(anywhere=settings.env == "development", allowed=settings.webhook_ranges)
    names, sealer = Names(), Sealer(settings.secrets_keys)
    clock = clock or SystemClock()
    database = open_database("notify", settings, metadata=Table.metadata, clock=clock)
    sender = Sender(
        database,
        WebhookPoster(PinningResolver(reach, names), clock),
        WorkTokens(settings.offer_keys, clock),
        sealer,
        dispatch_url=settings.dispatch_public_url,
        chance=random.random,
    )
    resealing = Resealing(sealer)
    tell_late = partial(tell_what_waited, courier=sender)

    async def details(tx: Transaction) -> Mapping[str, JsonValue]:
        return {**await read_details(tx), **await read_secrets(tx, sealer)}

    service = Service(
        database,
        settings,
        handlers=handlers_with(sender),
        due_work=(
            DueWork(
                name=DELIVERIES,
                next_due=sender.next_due,
                claim=sender.claim,
                act=sender.send,
                batch_size=MAX_AT_ONCE,
                key=attrgetter("id"),
            ),
            DueWork(
                name=PROMISES,
                next_due=next_waiting,
                claim=claim_waiting,
                act=tell_late,
                key=attrgetter("ticket_id"),
            ),
            DueWork(
                name=REPEATS,
                next_due=next_repeats,
                claim=claim_repeats,
                act=partial(tell_repeats, courier=sender),
                key=attrgetter("ticket_id"),
            ),
            DueWork(
                name=RESEALING,
                next_due=resealing.next_due,
                claim=resealing.claim,
                act=resealing.act,
                key=attrgetter("id"),
            ),
            *jobs.retention(
                snapshot_days=settings.snapshot_retention_days,
                message_days=settings.message_retention_days,
                attempt_days=settings.attempt_retention_days,
            ),
        ),
        background=(sender.run,),
        metrics=METRICS,
        read_metrics=sender.read_metrics,
        read_details=details,
    )
    return service.app(
        routers=(
            recipients.router,
            imports.router,
            audiences.router,
            endpoints.router,
            inbox.router,
            messages.router,
        ),
        state=partial(
            NotifyState,
            reach=reach,
            names=names,
            sealer=sealer,
            endpoints_per_registrar=settings.endpoints_per_registrar,
            phone_country=settings.phone_country,
            sender=sender,
        ),
    )
