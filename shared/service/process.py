"""The process of a service: its settings, its logs, its sockets, and the server until SIGTERM."""

import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from shared.http.connection import Connection
from shared.live_topics import LiveTopics
from shared.production import guarded
from shared.service.listening import listen
from shared.settings import ServiceSettings
from shared.telemetry import configure_logs, get_logger

log = get_logger(__name__)


def serve(create_app: Callable[[Any], FastAPI], settings_type: type[ServiceSettings]) -> None:
    """Run the service that the environment's settings describe, until SIGTERM.

    Exits with 2 for wrong settings, all of which it names, with 3 where it cannot listen, as when
    its port is taken.
    """
    try:
        settings = guarded(settings_type)()
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            # before there are logs
            print(_said(fault, settings_type), file=sys.stderr)  # noqa: T201
        sys.exit(2)
    app = create_app(settings)
    configure_logs(app.state.service.name, settings.log_level)
    try:
        listeners = listen(settings.host, settings.port, settings.instance_port)
    except OSError as error:
        log.error(
            "cannot_listen",
            host=settings.host,
            port=settings.port,
            instance_port=settings.instance_port,
            error=str(error),
        )
        sys.exit(3)
    config = uvicorn.Config(
        app,
        http=Connection,
        proxy_headers=False,  # uvicorn believes all of this machine; which to believe is a setting
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    _Server(config, app.state.live_topics).run(sockets=listeners)


def _said(fault: Any, settings_type: type[ServiceSettings]) -> str:
    """Return the line about a wrong setting; a default that is wrong here is named as its variable,
    too.
    """
    name, said = "/".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, ")
    if name in settings_type.model_fields:
        name = str(settings_type.model_fields[name].validation_alias)
    return f"setting {name}: {said}" if name else said


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, live_topics: LiveTopics) -> None:
        super().__init__(config)
        self._wakes = live_topics

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._wakes.close()  # else live streams would hold the stop up
        await super().shutdown(sockets)
