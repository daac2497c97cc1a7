"""How an attempt to send a mail ended: what a mail server's answer says of the address, of the
message and of the server itself (RFC 5321 §4.2, RFC 3463).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.notify.domain.delivery import Outcome

_CLOSING = 421
"""The server ends the connection, whatever was asked (RFC 5321 §3.8)."""
_UNSIGNED_IN = frozenset({530, 534, 535, 538})
"""The server wants to know first who sends (RFC 4954 §6)."""
_ENHANCED = re.compile(r"(?:^#?|[\s(\[]#)[45]\.([0-9]{1,3})\.([0-9]{1,3})(?![0-9.])")
"""In front, or as `(#5.1.1)` where older servers put it."""
_OF_THE_SENDER = re.compile(
    r"relay|rcpthosts|authenti|authoriz|not allowed to send|sender|helo|ehlo|\bspf\b|dkim|dmarc"
    r"|spam|black ?list|block ?list|blocked|banned|reputation|reverse dns|client host",
    re.IGNORECASE,
)
"""What servers without such codes say where it is us whom they do not want."""
_NO_SUCH_ADDRESS = frozenset({550, 551, 553})
_ADDRESS, _MAILBOX, _POLICY = "1", "2", "7"
_PASSES = frozenset({"2", "3"})
"""Details of a mailbox that is full, or takes no message of that length: another one may do."""
_SENDERS = frozenset({"7", "8"})
"""Details of an address that say it of the sender's (RFC 3463 §3.2)."""
_MAX_SAID = 300


class Stage(StrEnum):
    """What had been asked of the server."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"


@dataclass(frozen=True, kw_only=True)
class MailOutcome(Outcome):
    """`status` is the server's code, None where it gave none; `said` what it said with it."""

    said: str = ""
    accepted: bool = False
    undeliverable: bool = False
    """Nothing sent to the address will ever arrive."""
    refused: bool = False
    """This message will never be taken, whatever becomes of others to the address."""
    by_server: bool = False
    """The mail server itself could not be used, or did not let us: that is no fault of the
    address.
    """

    @property
    def arrived(self) -> bool:
        return self.accepted

    @property
    def gone(self) -> bool:
        return self.undeliverable

    @property
    def hopeless(self) -> bool:
        return self.refused

    @property
    def spares_endpoint(self) -> bool:
        return self.by_server or self.unsigned or self.refused

    @property
    def busy(self) -> bool:
        return False

    @property
    def asked_pause(self) -> timedelta:
        return timedelta(0)

    def why(self) -> str:
        if self.status is None:
            return self.error or "no answer"
        return f"answered {self.status} {self.said}".strip()


def accepted(code: int) -> MailOutcome:
    """Return the outcome of a mail that the server has taken over."""
    return MailOutcome(status=code, accepted=True)


def no_answer(why: str) -> MailOutcome:
    """Return the outcome of an attempt that the server has not answered: if the mail was under way,
    what became of it is not known.
    """
    return MailOutcome(status=None, error=why[:_MAX_SAID], by_server=True)


def refusal(stage: Stage, code: int, said: str) -> MailOutcome:
    """Return the outcome of what the server answered in the place of taking the mail."""
    said = said[:_MAX_SAID]
    if not 400 <= code < 600:
        return no_answer(f"answered {code}, which says neither yes nor no: {said}")
    if stage in (Stage.CONNECT, Stage.SENDER) or code == _CLOSING or code in _UNSIGNED_IN:
        return MailOutcome(status=code, said=said, by_server=True)
    if code < 500:
        return MailOutcome(status=code, said=said)
    subject, detail = _enhanced(said)
    if _is_about_us(stage, subject, detail, said):
        # a server that relays nothing of ours would else make every address undeliverable
        return MailOutcome(status=code, said=said, by_server=True)
    gone = subject == _ADDRESS or (subject == _MAILBOX and detail not in _PASSES)
    if stage is Stage.RECIPIENT and subject is None:
        gone = code in _NO_SUCH_ADDRESS
    return MailOutcome(status=code, said=said, undeliverable=gone, refused=not gone)


def _is_about_us(stage: Stage, subject: str | None, detail: str | None, said: str) -> bool:
    """Return whether it is the sender that the server does not want, whoever the mail is for."""
    if subject == _ADDRESS:
        return detail in _SENDERS
    if stage is not Stage.RECIPIENT:
        return False
    return subject == _POLICY or (subject is None and _OF_THE_SENDER.search(said) is not None)


def _enhanced(said: str) -> tuple[str | None, str | None]:
    """Return subject and detail of an enhanced status code; None where there is none."""
    found = _ENHANCED.search(said)
    return (found[1], found[2]) if found else (None, None)
