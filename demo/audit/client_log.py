"""What simulated people saw themselves: the answers they got, and the webhooks that came in."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A 201: this request became this ticket. `at` is in seconds since the epoch."""

    key: str
    ticket_id: str
    at: float


@dataclass(frozen=True, kw_only=True)
class Received:
    """A webhook that came in at a technician's client and was answered with `status`.

    `acted` says that it was the first under its id. `cause` names the offer that it is about, and
    is empty where several webhooks may be about the same.
    """

    owner: str
    webhook_id: str
    kind: str
    cause: str
    acted: bool
    status: int
    at: float


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

    def write(self, path: Path) -> None:
        """Write one JSON object a line."""
        rows: Iterable[Opened | Received | Said] = (*self.opened, *self.received, *self.said)
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
                case _:
                    log.received.append(Received(**row))
        return log
