"""The connection to NATS, and JetStream's API spoken plainly: JSON asked, JSON answered."""

import asyncio
import contextlib
import json
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.messaging.answers import (
    BrokerError,
    BrokerSilent,
    BrokerTooOld,
    Stored,
    answer_in,
    named_failures,
    stored_in,
)
from shared.messaging.names import JETSTREAM_API, inbox_prefix
from shared.telemetry import get_logger
from shared.workarounds.lean_nats import Msg, Subscription, nats_errors
from shared.workarounds.nats_acks import PublishesToMany
from shared.workarounds.nats_drain import drain
from shared.workarounds.nats_headers import QuickHeaders
from shared.workarounds.nats_subjects import AnySubject
from shared.workarounds.nats_tls import DemandsTls
from shared.workarounds.swallowed_cancellation import raise_if_cancelled

log = get_logger(__name__)

_OLDEST_SERVER = (2, 11)
_LOOK_EVERY_S = 1.0
_MAX_DRAIN_S = 1.0
_MAX_RECONNECT_S = 30.0
_USERINFO = re.compile(r"//[^/@,]*@")

OnMessage = Callable[[Msg], Awaitable[None]]

# nats-py says whole seconds and takes fractions; its own defaults give up, or notice after minutes
_CONNECT_OPTIONS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "reconnect_time_wait": 0.25,
    "max_reconnect_attempts": -1,
    "ping_interval": 5,
    "max_outstanding_pings": 2,
    "pending_size": 8 * 1024 * 1024,
}


class _Client(AnySubject, QuickHeaders, PublishesToMany, DemandsTls):
    """nats-py's client, with what keeps it alive, quick and discreet."""


class Broker:
    """One connection, kept up for ever; `reconnected` is called each time it comes back."""

    def __init__(
        self, url: str, *, name: str, api: str = JETSTREAM_API, ca: Path | None = None
    ) -> None:
        """Connect to `url` later on.

        `name` is the user's, whose inboxes no other reads; `api` what JetStream's begins with; `ca`
        the certificates that a `tls://` server's has to be signed by, by default the system's.
        """
        self.url = url
        self._address = _USERINFO.sub("//", url)
        """What is logged of the URL."""
        self.name = name
        self.api = api
        self._ca = ca
        self.reconnected: Callable[[], None] = lambda: None
        self._client = _Client()
        self._tried = False
        self._listeners: dict[str, tuple[OnMessage, str]] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._keeper: asyncio.Task[None] | None = None
        self._complained = False

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def connect(self) -> None:
        """Wait for the broker, and keep the connection up from then on.

        Raises BrokerTooOld for a server that would ignore what we rely on.
        """
        if not self._client.is_connected:
            await self._connect()
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep_up(), name="broker")

    async def close(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
            self._keeper = None
        await self._close_client()

    async def _close_client(self) -> None:
        """Close the client without raising: nats-py closes and then complains of a connection that
        it could not write its last words to, and cannot close what was never begun.
        """
        if self._tried and not self._client.is_closed:
            with contextlib.suppress(nats_errors.Error, OSError):
                await self._client.close()

    async def _connect(self) -> None:
        client = self._client = _Client()
        self._tried = True
        await client.connect(
            self.url,
            name=f"fettle-{self.name}",
            inbox_prefix=inbox_prefix(self.name),
            error_cb=self._on_error,
            disconnected_cb=self._on_disconnected,
            reconnected_cb=self._on_reconnected,
            tls=None if self._ca is None else ssl.create_default_context(cafile=self._ca),
            **_CONNECT_OPTIONS,
        )
        version = client.connected_server_version
        if (version.major, version.minor) < _OLDEST_SERVER:
            await client.close()
            raise BrokerTooOld(
                f"the NATS server at {self._address} is {version.major}.{version.minor}; "
                f"Fettle needs {_OLDEST_SERVER[0]}.{_OLDEST_SERVER[1]} or later, because older "
                "ones silently ignore consumer filters"
            )
        self._complained = False

    async def _keep_up(self) -> None:
        """Begin anew when the client is closed or long gone: nats-py closes for good on some words
        of a server (`-ERR`), and its reconnecting may die unnoticed.
        """
        gone_s = 0.0
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            gone_s = 0.0 if self._client.is_connected else gone_s + _LOOK_EVERY_S
            if not self._client.is_closed and gone_s < _MAX_RECONNECT_S:
                continue
            try:
                await self._close_client()
                await self._connect()
                for subject, (heard, queue) in list(self._listeners.items()):
                    await self._subscribe(subject, heard, queue)
            except (BrokerError, nats_errors.Error, OSError) as error:
                log.error(
                    "broker_not_back", url=self._address, error=str(error) or type(error).__name__
                )
                await self._close_client()
            else:
                gone_s = 0.0
                await self._on_reconnected()

    async def ask(
        self, api: str, question: Mapping[str, Any] | None = None, *, timeout_s: float = 5
    ) -> dict[str, Any]:
        """Return the answer of JetStream's `api`.

        Raises BrokerSilent, or the BrokerRefused that the answer's `err_code` stands for.
        """
        return await self.request(f"{self.api}.{api}", question, timeout_s=timeout_s)

    async def request(
        self, subject: str, question: Mapping[str, Any] | None, *, timeout_s: float = 5
    ) -> dict[str, Any]:
        """Return the answer of the process that listens at the subject and speaks as JetStream's
        API does.

        Raises NoResponders, BrokerSilent, or the BrokerRefused that the answer's `err_code` stands
        for.
        """
        payload = b"" if question is None else json.dumps(question).encode()
        return await self._request(subject, payload, None, timeout_s)

    async def publish(
        self, subject: str, body: bytes, headers: dict[str, str], *, timeout_s: float = 5
    ) -> Stored:
        """Store a fact in its stream. After BrokerSilent it may have been stored all the same:
        publish again under the same id.
        """
        return stored_in(subject, await self._request(subject, body, headers, timeout_s))

    async def send(
        self, subject: str, body: bytes, *, reply: str = "", headers: dict[str, str] | None = None
    ) -> None:
        """Send a message to those who listen now (core NATS, nothing is stored).

        Raises BrokerSilent when there is no connection, FactRefused for what can never be sent.
        """
        with named_failures(subject):
            await self._client.publish(subject, body, reply=reply, headers=headers)

    async def answer(self, messages: Sequence[Msg], answer: bytes = b"") -> None:
        """Tell the stream that delivered them: handled (nothing), `-NAK` or `+WPI`.

        Raises BrokerSilent; then they will come again.
        """
        if messages:
            with named_failures(messages[-1].reply):
                await self._client.publish_to_each([each.reply for each in messages], answer)

    async def listen(
        self, subject: str, heard: OnMessage, *, queue: str = ""
    ) -> Callable[[], Awaitable[None]]:
        """Subscribe to core NATS, for as long as the broker is kept up; return what ends the
        listening. Of those with the same `queue` one gets each message.

        Raises BrokerSilent.
        """
        self._listeners[subject] = heard, queue
        try:
            await self._subscribe(subject, heard, queue)
        except (nats_errors.Error, OSError) as error:
            self._listeners.pop(subject, None)
            raise BrokerSilent(str(error) or type(error).__name__) from error

        async def end() -> None:
            self._listeners.pop(subject, None)
            subscription = self._subscriptions.pop(subject, None)
            if subscription is not None and self._client.is_connected:
                await drain(subscription, timeout_s=_MAX_DRAIN_S)

        return end

    async def _subscribe(self, subject: str, heard: OnMessage, queue: str) -> None:
        self._subscriptions[subject] = await self._client.subscribe(
            subject, queue=queue, cb=heard, pending_msgs_limit=-1, pending_bytes_limit=-1
        )

    def new_inbox(self) -> str:
        return self._client.new_inbox()

    async def _request(
        self, subject: str, payload: bytes, headers: dict[str, str] | None, timeout_s: float
    ) -> dict[str, Any]:
        if not self._client.is_connected:
            raise BrokerSilent("not connected")
        with named_failures(subject):
            reply = await self._client.request(subject, payload, timeout=timeout_s, headers=headers)
        raise_if_cancelled()
        return answer_in(subject, reply)

    async def _on_error(self, error: Exception) -> None:
        if not self._complained or self._client.is_connected:
            log.warning(
                "broker_trouble", url=self._address, error=str(error) or type(error).__name__
            )
            self._complained = True

    async def _on_disconnected(self) -> None:
        if self._keeper is not None:  # without a keeper it is we who close
            log.warning("broker_lost", url=self._address)

    async def _on_reconnected(self) -> None:
        self._complained = False
        log.info("broker_back", url=self._address)
        self.reconnected()
