"""notify, put together: what is said to whom."""

import random
from collections.abc import Iterable, Mapping
from functools import partial
from operator import attrgetter
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fastapi import FastAPI
from prometheus_client.core import Metric as Family
from pydantic import JsonValue

from services.notify import jobs
from services.notify.actions.deliver import Couriers, read_channels
from services.notify.actions.keep_secrets import RESEALING, Resealing, read_secrets
from services.notify.actions.read_audiences import read_details
from services.notify.actions.read_metrics import METRICS, Attempts, read_metrics
from services.notify.actions.send_mails import Mails, Outlet
from services.notify.actions.send_webhooks import Webhooks
from services.notify.actions.tell import PROMISES, REPEATS, tell_repeats, tell_what_waited
from services.notify.adapters.mail_files import MailFolder
from services.notify.adapters.mail_server import MailServer, SmtpSender
from services.notify.adapters.mails import sender_address
from services.notify.adapters.names import Names
from services.notify.adapters.pinned_addresses import PinningResolver
from services.notify.adapters.webhooks import WebhookPoster
from services.notify.api import (
    acquaintance,
    audiences,
    endpoints,
    export,
    failed_deliveries,
    imports,
    inbox,
    messages,
    preferences,
    recipients,
    reporters,
    unsubscribing,
)
from services.notify.api.state import NotifyState
from services.notify.domain.addresses import Reach
from services.notify.domain.channels import Channel
from services.notify.domain.sealing import Sealer
from services.notify.domain.unsubscribing import UnsubscribeTokens
from services.notify.handlers import handlers_with
from services.notify.sender import Sender
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
    couriers, unsubscribe_tokens = Couriers(), UnsubscribeTokens(settings.secrets_keys)
    webhooks = Webhooks(
        WebhookPoster(PinningResolver(reach, names), clock),
        WorkTokens(settings.offer_keys, clock),
        sealer,
        dispatch_url=settings.dispatch_public_url,
    )
    sender = Sender(Channel.WEBHOOK, database, webhooks, couriers, chance=random.random)
    mails = mails_of(settings, sealer, unsubscribe_tokens, clock)
    mail_sender = (
        None
        if mails is None
        else Sender(
            Channel.EMAIL,
            database,
            mails,
            couriers,
            chance=random.random,
            max_at_once=settings.smtp_connections,
        )
    )
    resealing = Resealing(sealer)
    tell_late = partial(tell_what_waited, couriers=couriers)

    async def details(tx: Transaction) -> Mapping[str, JsonValue]:
        return {
            **await read_details(tx),
            **await read_secrets(tx, sealer),
            **read_channels(couriers),
        }

    async def metrics(tx: Transaction) -> Iterable[Family]:
        by_mail = Attempts() if mail_sender is None else mail_sender.attempts
        return await read_metrics(
            tx, channels=couriers.channels, webhooks=sender.attempts, mails=by_mail
        )

    service = Service(
        database,
        settings,
        handlers=handlers_with(couriers),
        due_work=(
            *(each.due_work() for each in (sender, mail_sender) if each),
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
                act=partial(tell_repeats, couriers=couriers),
                key=attrgetter("ticket_id"),
            ),
            DueWork(
                name=RESEALING,
                next_due=resealing.next_due,
                claim=resealing.claim,
                act=resealing.act,
                key=attrgetter("id"),
            ),
            jobs.LOGIN_LINKS,
            *jobs.retention(
                snapshot_days=settings.snapshot_retention_days,
                message_days=settings.message_retention_days,
                attempt_days=settings.attempt_retention_days,
            ),
        ),
        background=tuple(each.run for each in (sender, mail_sender) if each),
        metrics=METRICS,
        read_metrics=metrics,
        read_details=details,
    )
    return service.app(
        routers=(
            recipients.router,
            reporters.router,
            preferences.router,
            acquaintance.router,
            imports.router,
            audiences.router,
            endpoints.router,
            inbox.router,
            messages.router,
            failed_deliveries.router,
            export.router,
            unsubscribing.router,
        ),
        state=partial(
            NotifyState,
            reach=reach,
            names=names,
            sealer=sealer,
            endpoints_per_registrar=settings.endpoints_per_registrar,
            phone_country=settings.phone_country,
            couriers=couriers,
            unsubscribe_tokens=unsubscribe_tokens,
            portal_subject=settings.portal_subject,
            portal_url=settings.portal_url,
            sender=sender,
            mail_sender=mail_sender,
        ),
    )


def mails_of(
    settings: Settings, sealer: Sealer, tokens: UnsubscribeTokens, clock: Clock
) -> Mails | None:
    """Return how mails leave, as the settings say; None where the channel is off."""
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    sender = sender_address(settings.mail_from)
    is_folder = settings.smtp_url.startswith("file:")
    outlet: Outlet = (
        MailFolder(Path(unquote(urlsplit(settings.smtp_url).path)))
        if is_folder
        else SmtpSender(
            MailServer.of(settings.smtp_url),
            sender,
            connections=settings.smtp_connections,
            timeout_s=settings.smtp_timeout_s,
            ca=settings.smtp_ca,
        )
    )
    laptop = f"http://127.0.0.1:{settings.port}" if settings.env == "development" else None
    base = settings.public_url or laptop
    return Mails(
        outlet,
        sender,
        sealer,
        clock,
        stop_url=lambda id: f"{base}/v1/unsubscribe/{tokens.token_for(id)}" if base else None,
    )
