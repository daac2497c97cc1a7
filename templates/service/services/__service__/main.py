"""__service__, put together: what tickets need, and until when."""

from fastapi import FastAPI

from services.__service__ import handlers, jobs
from services.__service__.api import __entity__s
from services.__service__.settings import Settings
from services.__service__.store.tables import Table
from shared.clock import Clock, SystemClock
from shared.messaging.people import people_changed
from shared.service.composition import Service, open_database


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    clock = clock or SystemClock()
    database = open_database("__service__", settings, metadata=Table.metadata, clock=clock)
    service = Service(
        database,
        settings,
        handlers=(handlers.tickets_changed, people_changed),
        due_work=(
            jobs.OVERDUE_WORK,
            jobs.retention(
                snapshot_days=settings.snapshot_retention_days,
                ticket_days=settings.ticket_retention_days,
            ),
        ),
    )
    return service.app(routers=(__entity__s.router,))
