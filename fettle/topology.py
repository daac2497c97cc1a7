"""`fettle topology`: the process that declares streams and durables, with the operator's user."""

import asyncio
import os
import signal
import sys
from typing import Annotated

import typer

from fettle.home import FOLLOWS
from fettle.topology_settings import TopologySettings, WrongSetting
from shared.messaging.answers import BrokerError, BrokerTooOld
from shared.messaging.broker import Broker
from shared.messaging.declarations import StreamLimits
from shared.messaging.rights import OPERATOR
from shared.messaging.topology import Topology
from shared.telemetry import configure_logs, get_logger

log = get_logger(__name__)

_CONNECT_TIMEOUT_S = 30.0


class CannotDeclare(Exception):
    """What the broker refused, and what to do."""


def topology(
    once: Annotated[
        bool, typer.Option("--once", help="Declare everything and leave, as `fettle migrate` does.")
    ] = False,
) -> None:
    """Declare the streams and durables of all services, and put back what is missing or differs.

    FETTLE_NATS_URL needs the broker's operator.
    """
    try:
        settings = TopologySettings.of(os.environ)
        configure_logs("topology", settings.log_level)
        if settings.is_without_tls:
            log.warning("connection_without_tls", setting="FETTLE_NATS_URL")
        asyncio.run(declare_once(settings) if once else _keep_declared(settings))
    except (WrongSetting, CannotDeclare, BrokerTooOld) as error:
        typer.echo(f"topology: {error}", err=True)
        sys.exit(2)


async def declare_once(settings: TopologySettings) -> None:
    """Declare every stream and durable. Raises CannotDeclare."""
    broker = _broker(settings)
    try:
        async with asyncio.timeout(_CONNECT_TIMEOUT_S):
            await broker.connect()
        await _topology(broker, settings).declare()
    except TimeoutError as error:
        raise CannotDeclare("the broker does not answer; see FETTLE_NATS_URL") from error
    except BrokerTooOld as error:
        raise CannotDeclare(str(error)) from error
    except BrokerError as error:
        raise CannotDeclare(
            f"{error}. FETTLE_NATS_URL has to name the user {OPERATOR} (see deploy/nats.conf)"
        ) from error
    finally:
        await broker.close()


async def _keep_declared(settings: TopologySettings) -> None:
    """Run until SIGTERM or SIGINT."""
    broker = _broker(settings)

    async def run() -> None:
        await broker.connect()
        await _topology(broker, settings).run()

    running = asyncio.create_task(run())
    # where it is the first process of a container, no signal ends it by itself
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        await asyncio.wait([running])
        if not running.cancelled():
            running.result()
    finally:
        await broker.close()


def _broker(settings: TopologySettings) -> Broker:
    return Broker(settings.nats_url, name=OPERATOR, ca=settings.nats_ca)


def _topology(broker: Broker, settings: TopologySettings) -> Topology:
    limits = StreamLimits.for_tickets(settings.tickets_per_day, replicas=settings.stream_replicas)
    return Topology(broker, FOLLOWS, limits)
