"""Every stream and durable, declared and put back where they are missing or differ: by one process
with the operator's user, since no service may. Several of them do no harm: all declare the same.

A service that finds its own missing asks for it at `fettle.topology.<service>`, where no other may
publish, and need not wait for the next look.
"""

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from shared.messaging.answers import (
    BrokerError,
    BrokerRefused,
    NoSuchConsumer,
    NoSuchStream,
    StreamFull,
)
from shared.messaging.broker import Broker
from shared.messaging.declarations import (
    StreamLimits,
    durable_config,
    lowered,
    raised,
    stream_config,
)
from shared.messaging.names import durable_name, inbox_prefix, stream_name, topology_subject
from shared.messaging.rights import Follows
from shared.messaging.streams import NoRoomForStream
from shared.telemetry import get_logger
from shared.workarounds.lean_nats import Msg

log = get_logger(__name__)

_LOOK_EVERY_S = 1.0
_QUEUE = "topology"
_OTHER_ACCOUNT = "_R_."
"""What the broker puts in place of a reply to another account; no client may."""

Config = Mapping[str, Any]


class Topology:
    def __init__(self, broker: Broker, follows: Follows, limits: StreamLimits) -> None:
        """Declare a stream for each service and a durable for each owner that it follows."""
        self._broker, self._follows, self._limits = broker, follows, limits
        self._settled: dict[str, Config] = {}
        """What was declared, by name, as the broker holds it."""
        self._refused: dict[str, str] = {}
        self._look = asyncio.Event()

    async def run(self) -> None:
        """Answer the services and keep everything as declared, until cancelled."""
        await self.listen()
        await self.watch()

    async def watch(self) -> None:
        """Keep everything as declared, until cancelled."""
        self._broker.reconnected = self._look.set
        while True:
            self._look.clear()
            try:
                await self.declare()
            except BrokerError as error:
                self._say_once("topology", error)
            else:
                self._refused.pop("topology", None)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await self._look.wait()

    async def listen(self) -> None:
        """Answer services from now on. Raises BrokerSilent."""
        await self._broker.listen(topology_subject("*"), self._on_asked, queue=_QUEUE)

    async def declare(self) -> None:
        """Look at everything once and put back what is missing or differs.

        What one of them fails of keeps no other from being declared; raises the first BrokerError.
        """
        failures: list[BrokerError] = []
        streams = await self._listed("STREAM.LIST", "streams")
        for owner in self._follows:
            followers = [name for name, followed in self._follows.items() if owner in followed]
            try:
                if self._differs(stream_name(owner), streams):
                    await self.declare_stream(owner)
                durables = (
                    await self._listed(f"CONSUMER.LIST.{stream_name(owner)}", "consumers")
                    if followers
                    else {}
                )
                for service in followers:
                    name = durable_name(service, owner)
                    if self._differs(name, durables):
                        await self.declare_durable(service, owner, found=durables.get(name))
            except BrokerError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    async def declare_stream(self, owner: str) -> None:
        """Make the stream of `owner` what it is to be; a larger one is not made smaller.

        Raises NoRoomForStream.
        """
        name, wanted = stream_name(owner), stream_config(owner, self._limits)
        try:
            info = await self._broker.ask(f"STREAM.INFO.{name}")
        except NoSuchStream:
            try:
                info = await self._broker.ask(f"STREAM.CREATE.{name}", wanted)
            except StreamFull as error:
                raise NoRoomForStream(self._limits.no_room_for(name)) from error
            log.info("stream_declared", stream=name)
        else:
            found = _without_metadata(info["config"])
            if found == self._settled.get(name):
                return
            info = await self._update_stream(name, wanted, found)
            _report_put_back(name, found, info["config"])
        self._settled[name] = _without_metadata(info["config"])

    async def declare_durable(
        self, service: str, owner: str, *, found: Config | None = None, fresh: bool = False
    ) -> None:
        """Make the durable what it is to be, where it is not as `found`; a missing or `fresh` one
        begins at the stream's first message.

        Raises NoSuchStream.
        """
        name, stream = durable_name(service, owner), stream_name(owner)
        config = durable_config(service, owner)
        question = {"stream_name": stream, "config": config}
        create = f"CONSUMER.CREATE.{stream}.{name}.{config['filter_subject']}"
        if not fresh:
            try:
                info = await self._broker.ask(create, question)
            except NoSuchStream:
                raise
            except BrokerRefused as refused:  # what cannot be changed, such as where it began
                log.warning("durable_made_anew", durable=name, error=str(refused))
                fresh = True
        if fresh:
            with contextlib.suppress(NoSuchConsumer):
                await self._broker.ask(f"CONSUMER.DELETE.{stream}.{name}")
            info = await self._broker.ask(create, question)
        if found is None or fresh:
            log.info("durable_declared", durable=name, fresh=fresh)
        else:
            _report_put_back(name, found, info["config"])
        self._settled[name] = _without_metadata(info["config"])

    def _differs(self, name: str, found: Mapping[str, Config]) -> bool:
        """Return whether it is missing, not as it was declared, or not declared by us yet."""
        return name not in found or found[name] != self._settled.get(name)

    async def _update_stream(self, name: str, wanted: Config, found: Config) -> dict[str, Any]:
        """Put the stream back, and let it grow where there is room."""
        kept = lowered(wanted, found)
        if kept:
            log.warning(
                "stream_not_made_smaller",
                stream=name,
                **{key: f"{value}, settings say {wanted[key]}" for key, value in kept.items()},
                remedy=f"if facts may be dropped: nats stream edit {name}",
            )
        grown = raised(wanted, found)
        try:
            info = await self._broker.ask(f"STREAM.UPDATE.{name}", {**wanted, **kept})
        except StreamFull as error:
            if not grown:
                raise
            self._say_once(name, error, remedy="give the broker room")
            as_large = {key: found[key] for key in grown}
            return await self._broker.ask(f"STREAM.UPDATE.{name}", {**wanted, **kept, **as_large})
        if grown:
            log.info("stream_made_larger", stream=name, **grown)
        return info

    async def _listed(self, api: str, what: str) -> dict[str, Config]:
        """Return the configuration of each by its name, read page by page."""
        found: dict[str, Config] = {}
        while True:
            page = await self._broker.ask(api, {"offset": len(found)})
            listed: Sequence[Mapping[str, Any]] = page.get(what) or ()
            for each in listed:
                name = each["name"] if what == "consumers" else each["config"]["name"]
                found[name] = _without_metadata(each["config"])
            if not listed or len(found) >= page["total"]:
                return found

    async def _on_asked(self, message: Msg) -> None:
        service = message.subject.rpartition(".")[2]
        # A reply goes out with the operator's rights: to the account of the service that asked, or
        # its inboxes, and never to a subject such as $JS.API.STREAM.DELETE.TICKETS.
        if not message.reply.startswith((_OTHER_ACCOUNT, f"{inbox_prefix(service)}.")):
            log.warning("topology_reply_refused", service=service, reply=message.reply[:200])
            return
        try:
            answer = await self._answer_to(service, message.data)
        except NoRoomForStream as error:
            answer = {"no_room": str(error)}
        except BrokerError as error:
            answer = {"error": {"description": str(error)}}
        with contextlib.suppress(BrokerError):
            await self._broker.send(message.reply, json.dumps(answer).encode())

    async def _answer_to(self, service: str, asked: bytes) -> dict[str, Any]:
        try:
            question = json.loads(asked)
            owner, fresh = str(question["owner"]), question["fresh"] is True
        except (ValueError, KeyError, TypeError):
            raise BrokerRefused('what is asked has to be {"owner": …, "fresh": …}') from None
        followed = self._follows.get(service)
        if followed is None or owner not in (service, *followed):
            raise BrokerRefused(f"{service} does not follow {owner}")
        await self.declare_stream(owner)
        if owner in followed:
            await self.declare_durable(service, owner, fresh=fresh)
        return {}

    def _say_once(self, name: str, error: BrokerError, **more: str) -> None:
        """Log what stays so until something changes, though it is met at every look."""
        if self._refused.get(name) != str(error):
            self._refused[name] = str(error)
            log.error("topology_not_as_declared", name=name, error=str(error), **more)


def _without_metadata(config: Config) -> Config:
    """Leave out what the server notes about itself."""
    return {key: value for key, value in config.items() if key != "metadata"}


def _report_put_back(name: str, found: Config, now: Config) -> None:
    now = _without_metadata(now)
    differed = {
        key: str(found.get(key)) for key in sorted({*found, *now}) if found.get(key) != now.get(key)
    }
    if differed:
        log.warning("put_back", name=name, was=differed)
