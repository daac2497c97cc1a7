"""The portal, put together: pages for residents, technicians, the desk and managers."""

from fastapi import FastAPI
from sqlalchemy import MetaData

from services.portal.settings import Settings
from shared.clock import Clock, SystemClock
from shared.service.composition import Service, open_database


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    database = open_database("portal", settings, metadata=MetaData(), clock=clock or SystemClock())
    return Service(database, settings).app(routers=())
