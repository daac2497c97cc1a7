"""The process of a service: its settings, its logs, its sockets, and the server until SIGTERM."""

import asyncio
import gc
import logging
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.http.connection import Connection
from shared.http.limits.arrivals import Arrivals, Comer
from shared.http.requests import proven_before
from shared.http.state import AppState
from shared.service.accepting import Accepting
from shared.service.listening import allow_open_files, listen
from shared.setting_names import unread_variables
from shared.settings import ProcessSettings
from shared.telemetry import configure_logs, get_logger

log = get_logger(__name__)

_GARBAGE_AFTER = 10_000
"""New objects after which garbage is looked for. Requests leave next to none; after Python's 700,
what a look found were the objects of the requests under way.
"""


def serve(create_app: Callable[[Any], FastAPI], settings_type: type[ProcessSettings]) -> None:
    """Run the service that the environment's settings describe, until SIGTERM.

    Exits with 2 for wrong settings, all of which it names, with 3 where it cannot listen, as when
    its port is taken.
    """
    settings = settings_type.read()
    app = create_app(settings)
    state: AppState = app.state  # type: ignore[assignment] # Starlette has no type for it
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
    # what strangers send is no matter for an operator
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    config = uvicorn.Config(
        app,
        http=Connection.with_limit(settings.connections_per_address),
        ws="none",
        proxy_headers=False,  # uvicorn believes all of this machine; which to believe is a setting
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
        server_header=False,
    )
    arrivals = Arrivals[socket.socket](settings.connections_per_address)
    gc.freeze()  # what stays, and hardly any of it is garbage
    gc.set_threshold(_GARBAGE_AFTER)
    gc.enable()
    Server(config, state, arrivals).run(sockets=listeners)


class Server(uvicorn.Server):
    """uvicorn's, which lets connections in at the pace of `arrivals`."""

    def __init__(
        self, config: uvicorn.Config, state: AppState, arrivals: Arrivals[socket.socket]
    ) -> None:
        super().__init__(config)
        self._state, self._arrivals = state, arrivals

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        accepting = Accepting(
            sockets or [], self._arrivals, serve=self._connect, who_asks=self._who_asks
        )
        accepting.start()
        self.servers.append(accepting)  # type: ignore[arg-type] # closed and waited for as one

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._state.live_topics.close()  # else live streams would hold the stop up
        await super().shutdown(sockets)

    def _who_asks(self, authorization: str) -> Comer | None:
        known = proven_before(self._state, authorization)
        return None if known is None else self._state.comer_of(known)

    async def _connect(self, accepted: socket.socket) -> None:
        config = self.config
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=self.server_state, app_state=self.lifespan.state
            ),
            accepted,
        )
