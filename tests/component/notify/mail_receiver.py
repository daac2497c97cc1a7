"""A real SMTP server that mails go to: it keeps what it got and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from ssl import SSLContext
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.eventually import eventually

Hook = Callable[[SMTP], Awaitable[str]]
"""Returns what the server answers."""


@dataclass(frozen=True)
class GotMail:
    """One mail as it came."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, subtype: str) -> str:
        """The text of the part of that subtype."""
        found = self.mail.get_body((subtype,))
        assert found is not None
        text: str = found.get_content()
        return text


@dataclass
class MailReceiver:
    port: int = 0
    got: list[GotMail] = field(default_factory=list)
    connections: int = 0
    at_once: int = 0
    """How many connections are open."""
    most_at_once: int = 0
    asked: list[str] = field(default_factory=list)
    """The recipients that were named, taken or not."""
    on_sender: Hook | None = None
    on_recipient: Hook | None = None
    on_content: Hook | None = None
    """Asked when the mail has come whole, and is kept."""
    options: dict[str, Any] = field(default_factory=dict)
    """aiosmtpd's own: TLS, logins."""
    implicit_tls: SSLContext | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?starttls=off"

    def settings(self, **more: Any) -> dict[str, Any]:
        """notify's settings that send mails here."""
        return {
            "smtp_url": self.url,
            "mail_from": "Fettle <repairs@fettle.example>",
            "smtp_timeout_s": 20,
            **more,
        }

    async def has_been_asked(self, count: int) -> None:
        """Returns when so many recipients have been named."""

        async def look() -> bool:
            return len(self.asked) >= count

        await eventually(look)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self.on_sender(server) if self.on_sender else "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]
    ) -> str:
        self.asked.append(address)
        answer = await self.on_recipient(server) if self.on_recipient else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.got.append(GotMail(str(envelope.mail_from), list(envelope.rcpt_tos), content))
        return await self.on_content(server) if self.on_content else "250 OK"

    def _protocol(self) -> SMTP:
        receiver = self

        class Counted(SMTP):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                if self.transport is None:  # else it is the same one, encrypted by now
                    receiver.connections += 1
                    receiver.at_once += 1
                    receiver.most_at_once = max(receiver.most_at_once, receiver.at_once)
                super().connection_made(transport)

            def connection_lost(self, error: Exception | None) -> None:
                receiver.at_once -= 1
                super().connection_lost(error)

        return Counted(
            self, hostname="mail.example", loop=asyncio.get_running_loop(), **self.options
        )

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["MailReceiver"]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            self._protocol, "127.0.0.1", self.port, ssl=self.implicit_tls
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()


def says(answer: str) -> Hook:
    async def same(_: SMTP) -> str:
        return answer

    return same


def hangs() -> tuple[Hook, asyncio.Event]:
    """Nothing is answered until the event is set."""
    released = asyncio.Event()

    async def wait(_: SMTP) -> str:
        await released.wait()
        return "250 OK"

    return wait, released


def transport_of(server: SMTP) -> asyncio.WriteTransport:
    assert isinstance(server.transport, asyncio.WriteTransport)
    return server.transport


def closes() -> Hook:
    """The connection is closed in the place of an answer."""

    async def close(server: SMTP) -> str:
        transport_of(server).abort()
        return "250 OK"

    return close
