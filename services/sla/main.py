"""sla, put together: promises, and whether they were kept."""

from fastapi import FastAPI

from services.sla import handlers, jobs
from services.sla.actions.read_metrics import METRICS, read_metrics
from services.sla.api import board, calendars, clocks, compliance, export, ledgers, policies
from services.sla.settings import Settings
from services.sla.store.tables import Table
from shared.clock import Clock, SystemClock
from shared.messaging.people import people_changed
from shared.service.composition import Service, open_database


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    clock = clock or SystemClock()
    database = open_database("sla", settings, metadata=Table.metadata, clock=clock)
    service = Service(
        database,
        settings,
        handlers=(
            handlers.sites_changed,
            handlers.work_concerned,
            handlers.audiences_changed,
            people_changed,
        ),
        metrics=METRICS,
        read_metrics=read_metrics,
        due_work=(
            jobs.clock_work(clock),
            jobs.SWEEP_WORK,
            jobs.OUTCOME_WORK,
            *jobs.retention(
                snapshot_days=settings.snapshot_retention_days,
                ticket_days=settings.ticket_retention_days,
            ),
        ),
    )
    return service.app(
        routers=(
            clocks.router,
            ledgers.router,
            board.router,
            compliance.router,
            policies.router,
            calendars.router,
            export.router,
        )
    )
