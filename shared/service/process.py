"""The process of a service: its settings, its logs, its sockets, and the server until SIGTERM."""

import os
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.http.connection import Connection
from shared.live_topics import LiveTopics
from shared.service.listening import allow_open_files, listen
from shared.setting_names import unread_variables
from shared.settings import ServiceSettings
from shared.telemetry import configure_logs, get_logger

log = get_logger(__name__)


def serve(create_app: Callable[[Any], FastAPI], settings_type: type[ServiceSettings]) -> None:
    """Run the service that the environment's settings describe, until SIGTERM.

    Exits with 2 for wrong settings, all of which it names, with 3 where it cannot listen, as when
    its port is taken.
    """
    settings = settings_type.read()
    app = create_app(settings)
    configure_logs(app.state.service.name, settings.log_level)
    for name, nearest in unread_variables(os.environ).items():
        log.warning("unread_variable", name=name, nearest=nearest)
    for name in settings.without_tls():
        log.warning("connection_without_tls", setting=name)
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
    allow_open_files()
    config = uvicorn.Config(
        app,
        http=Connection.with_limit(settings.connections_per_address),
        proxy_headers=False,  # uvicorn believes all of this machine; which to believe is a setting
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    _Server(config, app.state.live_topics).run(sockets=listeners)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, live_topics: LiveTopics) -> None:
        super().__init__(config)
        self._wakes = live_topics

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._wakes.close()  # else live streams would hold the stop up
        await super().shutdown(sockets)
