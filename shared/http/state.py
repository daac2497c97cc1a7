"""What the routes of an application find under `app.state`: one object, with types."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from fastapi import Request
from starlette.types import Scope

from shared.auth.caller import Caller, Credential
from shared.auth.issuers import TrustedIssuers
from shared.auth.work_tokens import WorkTokenProver
from shared.db.transaction import Database
from shared.http.idempotency import KeysHere
from shared.http.limits.arrivals import Comer
from shared.importing.process import SheetReaders
from shared.live_topics import LiveTopics
from shared.messaging.belongings import Belongings
from shared.messaging.consumer import Consumer


@dataclass(kw_only=True)
class AppState:
    """The parts of a running service that requests need. A service with parts of its own derives
    from it, and asks for them with `state_of`.
    """

    service: object
    """The `shared.service.composition.Service` that made it."""
    database: Database
    bearer_tokens: TrustedIssuers
    live_topics: LiveTopics
    seats: Counter[str]
    """Live streams that are open, by caller."""
    streams_of: Callable[[Caller | Credential], int]
    """How many a caller may have open."""
    comer_of: Callable[[Caller | Credential], Comer]
    """For whom a caller's new connections count."""
    keys_here: KeysHere
    consumers: Mapping[str, Consumer]
    """By the name of their durable."""
    backlog_full: Callable[[], bool]
    """Whether requests that change something are to be refused."""
    body_limit_bytes: int
    belongings: Belongings
    """What bounds a caller's claims."""
    work_tokens: WorkTokenProver | None = None
    """What proves tokens of offers and jobs, where the service knows any."""
    exports: Counter[str] = field(default_factory=Counter)
    """Exports under way, by caller."""
    upload_folder: Path | None = None
    """Where files that come are written first; None: the system's folder for temporary files."""
    large_bodies: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One at a time is parsed."""
    sheet_readers: SheetReaders = field(default_factory=SheetReaders)
    """What reads lists that come as files."""

    def account_of(self, scope: Scope) -> str | None:
        """Return whose quotas a request without a token takes from, where that is known at the cost
        of a look; None: its address'.
        """
        return None


S = TypeVar("S", bound=AppState)


def state_of(request: Request, kind: type[S]) -> S:
    """Return the application's state, which is of that kind."""
    state: S = request.app.state
    return state
