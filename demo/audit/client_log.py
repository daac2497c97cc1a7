"""What simulated people saw themselves: the answers they got, and the webhooks that came in.

All times are in seconds since the epoch.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A 201: this request became this ticket. It was sent first at `sent_at`, answered at `at`.

    `site`, `category` and `priority` are as the answer had them, `by` is the reporter, `language`
    the one in which they wrote.
    """

    key: str
    ticket_id: str
    at: float
    sent_at: float = 0.0
    reference: str = ""
    site: str = ""
    category: str = ""
    priority: str = ""
    by: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A webhook that came in at a person's client and was answered with `status`.

    `acted` says that it was the first under its id. `cause` names the offer that it is about, and
    is empty where several webhooks may be about the same. `technician` is the name that it says,
    `reply` the decision in the answer to it.
    """

    owner: str
    webhook_id: str
    kind: str
    cause: str
    acted: bool
    status: int
    at: float
    reference: str = ""
    job: str = ""
    language: str = ""
    technician: str = ""
    clock: str = ""
    due_at: str = ""
    reply: str = ""

    @classmethod
    def of(
        cls,
        owner: str,
        webhook_id: str,
        kind: str,
        data: Mapping[str, Any],
        *,
        acted: bool,
        at: float,
        reply: str = "",
    ) -> "Received":
        """Return what to note of a webhook that was answered with 200."""
        job = data.get("job") or {}
        return cls(
            owner=owner,
            webhook_id=webhook_id,
            kind=kind,
            cause=str(data.get("offer_id") or ""),
            acted=acted,
            status=200,
            at=at,
            reference=str(data.get("reference") or job.get("reference") or ""),
            job=str(data.get("job_id") or job.get("id") or ""),
            language=str(data.get("language") or ""),
            technician=str(data.get("technician") or ""),
            clock=str(data.get("clock") or ""),
            due_at=str(data.get("due_at") or ""),
            reply=reply,
        )


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that changes something, as its client saw it: sent first at `sent_at`, answered
    for good at `answered_at`, after so many attempts.

    `by` is whose token it bore, `about` the ticket that an offer's or a job's token is for.
    `answer` has those fields of the answer that NOTED names.
    """

    method: str
    path: str
    by: str
    about: str
    status: int
    sent_at: float
    answered_at: float
    attempts: int
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, kw_only=True)
class Mail:
    """An e-mail that came: the message it is of, and to which address, in which language."""

    message_id: str
    to: str
    language: str
    subject: str


NOTED = (
    "id",
    "ticket_id",
    "job_id",
    "technician_id",
    "state",
    "reason",
    "reference",
    "by_staff",
    "public",
    "requested",
    "appointments",
    "code",
)
"""Fields of an answer that its client's log keeps."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something that the resident `by` said of their ticket and that was taken.

    `what` is a kind of remark, `cause` the id of a comment, else empty.
    """

    ticket_id: str
    by: str
    what: str
    cause: str
    at: float


@dataclass(kw_only=True)
class ClientLog:
    """Everything that the clients of one run saw, in order."""

    opened: list[Opened] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write one JSON object a line."""
        rows: Iterable[Opened | Received | Said | Call | Mail] = (
            *self.opened,
            *self.received,
            *self.said,
            *self.calls,
            *self.mails,
        )
        lines = [{"log": type(row).__name__.lower(), **asdict(row)} for row in rows]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        path.write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "ClientLog":
        """Return the log that was written to a file."""
        log = cls()
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            match row.pop("log"):
                case "opened":
                    log.opened.append(Opened(**row))
                case "said":
                    log.said.append(Said(**row))
                case "call":
                    log.calls.append(Call(**row))
                case "mail":
                    log.mails.append(Mail(**row))
                case _:
                    log.received.append(Received(**row))
        return log
