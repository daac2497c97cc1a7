"""Mails going out over SMTP: connections that are used again, within limits that no server can
stretch.
"""

import asyncio
import re
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException, SMTPServerDisconnected

from services.notify.domain.mail_outcome import MailOutcome, Stage, accepted, no_answer, refusal

CONNECT_TIMEOUT_S = 10.0
_IDLE_FOR_S = 30.0
"""A connection that lay unused for longer is not used again: servers close them without a word."""
_QUIT_TIMEOUT_S = 1.0

StartTls = Literal["require", "offered", "off"]


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mails go, as `smtp://USER:PASSWORD@HOST:PORT?starttls=require` says it, or
    `smtps://…`.
    """

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    implicit_tls: bool
    starttls: StartTls

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Return the server of a URL that was found good."""
        parts = urlsplit(url)
        implicit = parts.scheme == "smtps"
        modes: dict[str, StartTls] = {"require": "require", "off": "off"}
        starttls = parse_qs(parts.query).get("starttls", [""])[0]
        return cls(
            host=parts.hostname or "",
            port=parts.port or (465 if implicit else 587),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            implicit_tls=implicit,
            starttls="off" if implicit else modes.get(starttls, "offered"),
        )


@dataclass
class _Progress:
    """How far a mail has come: what the server was asked last."""

    stage: Stage = Stage.CONNECT
    is_used: bool = False
    """Whether the connection has served before, so that its server may have left it meanwhile."""


class SmtpSender:
    """Sends mails, at most `connections` at once; to be closed."""

    def __init__(
        self,
        server: MailServer,
        sender: Address,
        *,
        connections: int,
        timeout_s: float,
        ca: Path | None = None,
    ) -> None:
        self._server, self._sender, self._timeout_s = server, sender, timeout_s
        self._context = ssl.create_default_context(cafile=ca)
        self._room = asyncio.Semaphore(connections)
        self._idle: list[tuple[SMTP, float]] = []

    async def send(self, mail: bytes, *, name: str, email: str) -> tuple[MailOutcome, float]:
        """Send the mail to the address; return how it went, and how many seconds it took. Never
        raises for what a server or the network does: it is the outcome.
        """
        async with self._room:
            began = time.perf_counter()
            progress = _Progress()
            try:
                async with asyncio.timeout(self._timeout_s):
                    outcome = await self._send(mail, email, progress)
            except TimeoutError as error:
                why = str(error) or f"no whole answer within {self._timeout_s:g} s"
                outcome = no_answer(f"{why} ({progress.stage})")
            except SMTPResponseException as error:
                outcome = _refused(error, email, progress)
            except (SMTPException, OSError, ValueError) as error:
                why = str(error).strip() or type(error).__name__
                outcome = no_answer(f"{_without(why, email)} ({progress.stage})")
            return outcome, time.perf_counter() - began

    async def close(self) -> None:
        """Say goodbye on each connection."""
        idle, self._idle = self._idle, []
        for connection, _ in idle:
            with suppress(SMTPException, OSError, TimeoutError):
                await connection.quit(timeout=_QUIT_TIMEOUT_S)
            connection.close()

    async def _send(self, mail: bytes, email: str, progress: _Progress) -> MailOutcome:
        try:
            return await self._over(await self._connection(progress), mail, email, progress)
        except SMTPServerDisconnected as error:
            if not progress.is_used or progress.stage is Stage.CONTENT:
                return _lost(error, progress)
        # it had been left before anything was asked of it, or before the mail was under way
        progress.is_used, progress.stage = False, Stage.CONNECT
        try:
            return await self._over(await self._connect(), mail, email, progress)
        except SMTPServerDisconnected as error:
            return _lost(error, progress)

    async def _connection(self, progress: _Progress) -> SMTP:
        now = time.monotonic()
        while self._idle:
            connection, since = self._idle.pop()
            if connection.is_connected and now - since < _IDLE_FOR_S:
                progress.is_used = True
                return connection
            connection.close()
        return await self._connect()

    async def _connect(self) -> SMTP:
        server = self._server
        starttls = {"require": True, "offered": None, "off": False}[server.starttls]
        connection = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.implicit_tls,
            start_tls=starttls,
            tls_context=self._context,
            local_hostname=self._sender.domain,
            timeout=self._timeout_s,
        )
        try:
            await connection.connect(timeout=min(CONNECT_TIMEOUT_S, self._timeout_s))
        except BaseException:
            connection.close()
            raise
        return connection

    async def _over(
        self, connection: SMTP, mail: bytes, email: str, progress: _Progress
    ) -> MailOutcome:
        """Send the mail over the connection, which is used again unless its state is in doubt."""
        is_well = False
        try:
            progress.stage = Stage.SENDER
            await connection.mail(self._sender.addr_spec)
            progress.stage = Stage.RECIPIENT
            await connection.rcpt(email)
            progress.stage = Stage.CONTENT
            response = await connection.data(mail)
            is_well = True
            return accepted(response.code)
        except SMTPResponseException as error:
            is_well = await _is_reset(connection)
            return _refused(error, email, progress)
        finally:
            if is_well and connection.is_connected:
                self._idle.append((connection, time.monotonic()))
            else:
                connection.close()


async def _is_reset(connection: SMTP) -> bool:
    """Return whether the server has forgotten what was begun (RFC 5321 §4.1.1.5)."""
    try:
        await connection.rset()
    except (SMTPException, OSError):
        return False
    return True


def _lost(error: SMTPServerDisconnected, progress: _Progress) -> MailOutcome:
    if progress.stage is Stage.CONTENT:
        return no_answer("the connection was lost while the mail was handed over: it may be there")
    return no_answer(f"{error.message} ({progress.stage})")


def _refused(error: SMTPResponseException, email: str, progress: _Progress) -> MailOutcome:
    return refusal(progress.stage, error.code, _without(error.message, email))


def _without(said: str, email: str) -> str:
    """Return what the server said in one line, without the address: that stands in one place."""
    local, _, _ = email.partition("@")
    line = " ".join(said.encode(errors="replace").decode(errors="replace").split())
    line = re.sub(re.escape(email), "…", line.replace("\0", ""), flags=re.IGNORECASE)
    return re.sub(rf"\b{re.escape(local)}\b", "…", line, flags=re.IGNORECASE)
