"""Mails leave: a message in the words of the inbox, by one mail server for all of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.headerregistry import Address
from typing import Protocol
from uuid import UUID

from services.notify.adapters.mails import Letter, written
from services.notify.adapters.posted import Posted
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.mail_outcome import MailOutcome
from services.notify.domain.sealing import CannotOpen, Sealer
from services.notify.store.claims import Claimed
from shared.clock import Clock
from shared.telemetry import get_logger

log = get_logger(__name__)

_FAILURES_TO_BREAK = 3
_FIRST_BREAK_S = 5.0
_MAX_BREAK_S = 60.0


class Outlet(Protocol):
    """Where mails go: a mail server, or a folder."""

    async def send(self, mail: bytes, *, name: str, email: str) -> tuple[MailOutcome, float]:
        """Send the mail, which is called `name` over retries too, to the address; return how it
        went and how many seconds it took.
        """

    async def close(self) -> None: ...


class Mails:
    """The transport of mails; to be closed. After three failures of the server in a row nothing is
    sent for a while, and no address is blamed. `stop_url` gives the link that ends mails like a
    message; None without one.
    """

    def __init__(
        self,
        outlet: Outlet,
        sender: Address,
        sealer: Sealer,
        clock: Clock,
        *,
        stop_url: Callable[[UUID], str | None],
    ) -> None:
        self._outlet, self._sender, self._sealer = outlet, sender, sealer
        self._clock, self._stop_url = clock, stop_url
        self._failures = 0
        self._held_back_until: datetime | None = None

    def held_back_until(self) -> datetime | None:
        """Return before when nothing is sent; None when the server takes something now."""
        until = self._held_back_until
        return until if until is not None and self._clock.now() < until else None

    async def send(self, claimed: Claimed, at: datetime) -> Posted:
        """Send the message as a mail; a link that cannot be opened is not sent, and one that is
        gone is given up.
        """
        said, link = claimed.said, None
        if claimed.link is not None:
            try:
                link = self._sealer.open(claimed.link, said.id)
            except CannotOpen as error:
                log.error("login_link_unreadable", message_id=str(said.id), error=str(error))
                return Posted.unsigned(str(error))
        elif said.kind is Kind.LOGIN_LINK:
            gone = MailOutcome(status=None, error="the link is gone", refused=True)
            return Posted(outcome=gone, answer=b"", latency_s=0.0)
        letter = Letter(
            id=said.id,
            at=said.at,
            language=Language.of(said.language),
            title=said.title,
            text=said.text,
            email=claimed.email,
            name=claimed.name,
            link=link,
            stop=None if said.kind is Kind.LOGIN_LINK else self._stop_url(said.id),
        )
        mail = written(letter, self._sender)
        outcome, latency_s = await self._outlet.send(mail, name=str(said.id), email=claimed.email)
        self._observe(outcome)
        if link is not None:
            # what a server says of a mail may have the mail's words in it
            outcome = replace(outcome, said="")
        return Posted(outcome=outcome, answer=outcome.said.encode(), latency_s=latency_s)

    async def close(self) -> None:
        await self._outlet.close()

    def _observe(self, outcome: MailOutcome) -> None:
        if not outcome.by_server:
            self._failures, self._held_back_until = 0, None
            return
        self._failures += 1
        surplus = self._failures - _FAILURES_TO_BREAK
        log.warning("mail_server_failed", error=outcome.why(), in_a_row=self._failures)
        if surplus >= 0:
            pause_s = min(_FIRST_BREAK_S * 2.0 ** min(surplus, 10), _MAX_BREAK_S)
            self._held_back_until = self._clock.now() + timedelta(seconds=pause_s)
