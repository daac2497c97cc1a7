"""dispatch, put together."""

from functools import partial

from fastapi import FastAPI

from services.dispatch import handlers, jobs
from services.dispatch.actions.read_metrics import METRICS, read_metrics
from services.dispatch.api import (
    crew,
    export,
    handed_out,
    imports,
    job_steps,
    me,
    offers,
    pool,
    rules,
    technicians,
    watching,
)
from services.dispatch.api import jobs as jobs_api
from services.dispatch.api.state import DispatchState
from services.dispatch.settings import Settings
from services.dispatch.store.tables import Metadata
from shared.auth.work_tokens import WorkTokens
from shared.clock import Clock, SystemClock
from shared.messaging.people import people_changed
from shared.service.composition import Service, open_database


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    clock = clock or SystemClock()
    database = open_database("dispatch", settings, metadata=Metadata, clock=clock)
    service = Service(
        database,
        settings,
        # Sites first: of one batch they are locked before the work orders
        # (docs/decisions/0005-locks.md).
        handlers=(
            handlers.sites_changed,
            handlers.work_concerned,
            handlers.clocks_changed,
            people_changed,
        ),
        due_work=(
            *jobs.DUE_WORK,
            *jobs.retention(
                snapshot_days=settings.snapshot_retention_days,
                ticket_days=settings.ticket_retention_days,
            ),
        ),
        metrics=METRICS,
        read_metrics=read_metrics,
    )
    return service.app(
        routers=(
            technicians.router,
            crew.router,
            jobs_api.router,
            watching.router,
            job_steps.router,
            offers.router,
            pool.router,
            me.router,
            rules.router,
            export.router,
            handed_out.router,
            imports.router,
        ),
        state=partial(DispatchState, work_tokens=WorkTokens(settings.offer_keys, clock)),
    )
