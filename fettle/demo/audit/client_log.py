"""What the players saw with their own eyes: the answers they got, and what reached their doors."""

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
    """A webhook that came in at a technician's client and was answered with `status`; `acted` if it
    was the first time under its id.

    `cause` names what it is about (the offer, or the job and the kind), and is empty where several
    may be about the same.
    """

    owner: str
    webhook_id: str
    kind: str
    cause: str
    acted: bool
    status: int
    at: float


@dataclass(kw_only=True)
class ClientLog:
    opened: list[Opened] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """One JSON object a line."""
        rows: Iterable[Opened | Received] = (*self.opened, *self.received)
        text = "".join(
            json.dumps({"log": type(row).__name__.lower(), **asdict(row)}, ensure_ascii=False)
            + "\n"
            for row in rows
        )
        path.write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "ClientLog":
        log = cls()
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row.pop("log") == "opened":
                log.opened.append(Opened(**row))
            else:
                log.received.append(Received(**row))
        return log
