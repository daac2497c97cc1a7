"""tickets, put together: what people asked for, and where."""

from functools import partial

from fastapi import FastAPI

from services.tickets import handlers, jobs
from services.tickets.actions.count_queue import CountsBySite
from services.tickets.actions.residences import Residences
from services.tickets.actions.take_numbers import Numbers
from services.tickets.adapters.image_workers import ImageWorkers
from services.tickets.adapters.storage import Folder
from services.tickets.api import (
    attachments,
    export,
    imports,
    people,
    places,
    queue,
    sites,
    steps,
    tickets,
    watching,
)
from services.tickets.api.state import TicketsState
from services.tickets.settings import Settings
from services.tickets.store.tables import Table
from shared.auth.work_tokens import WorkTokenProver
from shared.clock import Clock, SystemClock
from shared.service.composition import Service, open_database


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    clock = clock or SystemClock()
    database = open_database("tickets", settings, metadata=Table.metadata, clock=clock)
    storage, image_workers = Folder(settings.attachments_folder), ImageWorkers()
    service = Service(
        database,
        settings,
        handlers=(handlers.tickets_concerned, handlers.technicians),
        due_work=(
            *jobs.DUE_WORK,
            *jobs.lapsing(days=settings.unit_claim_days),
            jobs.removing(storage),
            *jobs.retention(
                snapshot_days=settings.snapshot_retention_days,
                ticket_days=settings.ticket_retention_days,
            ),
        ),
        background=(
            image_workers.run,
            partial(jobs.sweep_orphans, database, storage),
            partial(jobs.merge_words, database),
        ),
        belongings=Residences,
    )
    return service.app(
        routers=(
            tickets.router,
            queue.router,
            watching.router,
            steps.router,
            attachments.sending,
            attachments.router,
            sites.router,
            places.router,
            people.router,
            imports.router,
            export.router,
        ),
        state=partial(
            TicketsState,
            numbers=Numbers(database),
            queue_counts=CountsBySite(service.live_topics),
            public_url=settings.public_url,
            ticket_retention_days=settings.ticket_retention_days,
            storage=storage,
            image_workers=image_workers,
            upload_folder=storage.incoming,
            work_tokens=WorkTokenProver(settings.offer_public_keys, clock),
        ),
    )
