"""What came of one attempt to send something, by whatever channel."""

from dataclasses import dataclass

from services.notify.domain.delivery import Outcome
from services.notify.domain.reply_body import ReplyBody


@dataclass(frozen=True, kw_only=True)
class Posted:
    """How it went, what came back (at most 64 KB of it) and how it is packed, and how long it
    took.
    """

    outcome: Outcome
    answer: bytes
    latency_s: float
    content_type: str = ""
    content_encoding: str = ""

    @classmethod
    def unsigned(cls, why: str) -> "Posted":
        """Return what became of a body that could not be signed: it was not sent."""
        outcome = Outcome(status=None, error=f"secret_unreadable: {why}", unsigned=True)
        return cls(outcome=outcome, answer=b"", latency_s=0.0)

    @property
    def body(self) -> ReplyBody:
        return ReplyBody(
            raw=self.answer,
            content_type=self.content_type,
            content_encoding=self.content_encoding,
        )
