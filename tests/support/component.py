"""One service on a real database without a broker: HTTP in and out, facts in through the real
consumer, facts out from the outbox.
"""

import asyncio
import importlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic_core import from_json
from sqlalchemy import text

from services.tickets.adapters.image_workers import ImageWorkers
from services.tickets.api.state import TicketsState
from shared.auth.work_tokens import public_key_of
from shared.contracts import SNAPSHOTS, Snapshot
from shared.db.transaction import Database, Transaction
from shared.facts import source_of
from shared.ids import new_id
from shared.messaging.names import stream_name
from shared.messaging.received import Received
from shared.service.composition import Service
from tests.support.clocks import SettableClock
from tests.support.contract import Contract, Held
from tests.support.engines import Databases
from tests.support.issuer import AUDIENCE, ISSUER, token, write_jwks

OFFER_KEYS = (("tests", b"tests-only-seed-of-32-bytes!!!!!"),)
OFFER_PUBLIC_KEYS = tuple((kid, public_key_of(seed)) for kid, seed in OFFER_KEYS)
SECRETS_KEYS = (("tests", b"tests-only-key-of-32-bytes!!!!!!"),)
_KEYS = {
    "offer_keys": OFFER_KEYS,
    "offer_public_keys": OFFER_PUBLIC_KEYS,
    "secrets_keys": SECRETS_KEYS,
    "portal_signing_keys": OFFER_KEYS,
}
UNHURRIED = {
    "reads_per_s": 10_000,
    "writes_per_s": 10_000,
    "request_burst": 10_000,
    "requests_per_caller": 2_000,
}
"""Rates at which a test may ask: in one, few callers do at once what many do in a day."""
_STREAM_CREATED = datetime(2026, 1, 1, tzinfo=UTC)
_contracts: dict[str, Contract] = {}
"""By service: it takes a while to make, and all instances have the same."""
_sequence = itertools.count(1)


@dataclass(frozen=True)
class Said:
    """A fact that the service published."""

    type: str
    snapshot: Any
    detail: dict[str, Any]
    actor: str
    subject_id: str
    version: int


@dataclass
class Component:
    app: FastAPI
    clock: SettableClock

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    @property
    def contract(self) -> Contract:
        name = self.service.name
        if name not in _contracts:
            _contracts[name] = Contract(self.app.openapi())
        return _contracts[name]

    @property
    def database(self) -> Database:
        return self.service.database

    def tx(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction for looking, or for arranging."""
        return self.database.transaction(actor="test")

    def http(
        self,
        *,
        role: str | None = "resident",
        id: str = "resident-1",
        site: str = "demo",
        units: Sequence[str] = (),
        **claims: Any,
    ) -> httpx.AsyncClient:
        """A client with a token for that person, and any claims besides; no token with
        `role=None`.
        """
        headers = (
            {}
            if role is None
            else {"Authorization": f"Bearer {token(id, [(role, site)], units=units, **claims)}"}
        )
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=Held(transport, self.contract),
            base_url=f"http://{self.service.name}",
            headers=headers,
        )

    async def hears(self, *snapshots: Snapshot, past_tense: str | None = None) -> None:
        """Facts arrive, all of one owner as one batch, in this order.

        Raises what parked any of them.
        """
        for owner in dict.fromkeys(snapshot.OWNER for snapshot in snapshots):
            await self._hears_of(owner, snapshots, past_tense)

    async def hears_at_once(self, *snapshots: Snapshot) -> None:
        """The same, all owners in one batch."""
        owners = dict.fromkeys(snapshot.OWNER for snapshot in snapshots)
        await asyncio.gather(*(self._hears_of(owner, snapshots, None) for owner in owners))

    async def _hears_of(
        self, owner: str, snapshots: Sequence[Snapshot], past_tense: str | None
    ) -> None:
        facts = [
            received(snapshot, past_tense) for snapshot in snapshots if owner == snapshot.OWNER
        ]
        consumer = self.service.consumers[f"{self.service.name}-{owner}"]
        dead_letters = consumer.dead_letters
        await consumer.apply(facts, created=_STREAM_CREATED)
        if consumer.dead_letters > dead_letters:
            async with self.tx() as tx:
                rows = await tx.rows(
                    text("select reason, stack from dead_letters order by id desc limit 1")
                )
            raise AssertionError(f"parked: {rows[0]['reason']}\n{rows[0]['stack']}")

    async def said(self, type: str | None = None) -> list[Said]:
        """Every fact published so far, in order; only those of `type` if given."""
        async with self.tx() as tx:
            rows = await tx.rows(
                text(
                    "select type, subject_id, version, actor, body::text as body from outbox "
                    "order by id"
                )
            )
        facts = [_said(row) for row in rows]
        return [fact for fact in facts if type is None or fact.type == type]

    async def runs_due(self, name: str) -> int:
        """Return how many rows that due worker claimed of what is due now, after acting on them.

        Fails if any of them had to be quarantined.
        """
        worker = self.service.due_workers[name]
        taken = await worker.run_due()
        assert not worker.quarantined, f"{name}: a row was quarantined, the log says why"
        return taken


def received(snapshot: Snapshot, past_tense: str | None = None, *, deliveries: int = 1) -> Received:
    """A snapshot as it comes out of a stream."""
    type_ = snapshot.fact_type(past_tense or next(iter(snapshot.FACTS)))
    body = b'{"%s":%s,"detail":{}}' % (snapshot.ENTITY.encode(), snapshot.fact_json())
    return as_stored(
        seq=next(_sequence),
        type=type_,
        headers={"ce-id": str(new_id())},
        body=body,
        deliveries=deliveries,
    )


def as_stored(
    *, seq: int, type: str, headers: Mapping[str, str], body: bytes, deliveries: int = 1
) -> Received:
    """What comes out of the stream of the owner that the subject names, whatever its body."""
    owner = type.split(".", 1)[0]
    return Received(
        seq=seq,
        type=type,
        stream=stream_name(owner),
        headers={"ce-source": source_of(owner), **headers},
        body=body,
        deliveries=deliveries,
    )


def _folders(settings: Any, path: Path) -> dict[str, Path]:
    """Where the service keeps files, if it does."""
    if "attachments_folder" not in settings.model_fields:
        return {}
    folder = path / "attachments"
    folder.mkdir(exist_ok=True)
    return {"attachments_folder": folder}


def _said(row: Any) -> Said:
    body = from_json(row["body"])
    owner, entity, *_ = row["type"].split(".")
    contract = next(c for c in SNAPSHOTS if (owner, entity) == (c.OWNER, c.ENTITY))
    return Said(
        row["type"],
        contract.model_validate(body[entity]),
        body["detail"],
        row["actor"],
        row["subject_id"],
        row["version"],
    )


MakeComponent = Callable[..., Awaitable[Component]]


@pytest.fixture(scope="session")
async def image_workers() -> AsyncIterator[ImageWorkers]:
    """The processes that read images for tickets in all tests: one takes a while to start."""
    made = ImageWorkers()
    yield made
    await made.close()


@pytest.fixture
async def component(
    databases: Databases, image_workers: ImageWorkers, tmp_path: Path
) -> AsyncIterator[MakeComponent]:
    """`await component("tickets", clock=…, some_setting=…)`: made on a fresh database, or with
    `database_url=` on one that is there.
    """
    taken: dict[str, str] = {}
    lent: set[str] = set()

    async def make(name: str, *, clock: SettableClock | None = None, **settings: Any) -> Component:
        clock = clock or SettableClock()
        main = importlib.import_module(f"services.{name}.main")
        settings_type = importlib.import_module(f"services.{name}.settings").Settings
        url = settings.pop("database_url", None)
        if url is None:
            url = await databases.fresh(name)
            taken[url] = name
        lent.add(url)
        given = {
            "env": "development",
            "database_url": url,
            "port": 1,
            "jwks": write_jwks(tmp_path / "jwks.json"),
            "issuer": ISSUER,
            "audience": AUDIENCE,
            "pool_size": 10,
            "consumer_linger_ms": 0,
            **UNHURRIED,
            **_KEYS,
            **_folders(settings_type, tmp_path),
        }
        usual = {name: given[name] for name in given if name in settings_type.model_fields}
        with databases.engines.lending():
            app = main.create_app(settings_type.of(**{**usual, **settings}), clock)
        await app.state.bearer_tokens.refresh()
        if isinstance(app.state, TicketsState):
            app.state.image_workers = image_workers
        return Component(app, clock)

    yield make
    await asyncio.gather(*(databases.give_back(name, url) for url, name in taken.items()))
    await asyncio.gather(*(databases.engines.close(url) for url in lent - taken.keys()))
