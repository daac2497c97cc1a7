"""A small application on the kernel's HTTP side: notes that are written, changed and listed."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
from fastapi import FastAPI, Request, Response
from pydantic import Field
from sqlalchemy import text

from shared.auth.caller import Caller, Role
from shared.clock import Clock, SystemClock
from shared.contracts import TicketV1
from shared.db.transaction import Transaction
from shared.errors import Stale
from shared.facts import Fact
from shared.http.fields import Body, Flag, Moment, Number, Reply, ShortWords, Whole, Words
from shared.http.live import LiveEvent, event_stream, live
from shared.http.paging import Paging
from shared.http.requests import IfMatch, Tx, etag, may
from shared.http.routing import action_router
from shared.http.secret_replies import SecretReply, ShownOnce
from shared.http.uploads import Upload, takes_file
from shared.ids import new_id
from shared.service.composition import Service, open_database
from shared.settings import ServiceSettings
from tests.kernel.toy import METADATA, Note, a_ticket, count_tickets
from tests.support.component import UNHURRIED
from tests.support.issuer import AUDIENCE, ISSUER, token, write_jwks

MAX_FILE_BYTES = 1_000_000
Staff = Annotated[Caller, may(Role.DISPATCHER)]
_File = Annotated[Upload, takes_file(max_bytes=MAX_FILE_BYTES)]
router = action_router("/v1/notes", tag="notes")


class Kind(StrEnum):
    PLAIN = "plain"
    URGENT = "urgent"


class PartIn(Body):
    name: ShortWords


class NoteIn(Body):
    words: Words
    count: Whole = 0
    share: Number = 0
    at: Moment | None = None
    flag: Flag = False
    kind: Kind = Kind.PLAIN
    tags: list[ShortWords] = Field(default=[], max_length=5)
    parts: list[PartIn | ShortWords] = []
    after_id: UUID | None = None
    id: UUID | None = None


class ChangeIn(Body):
    words: Words = "changed"


class NoteOut(Reply):
    id: UUID
    version: int
    words: str
    kind: str


class KeyOut(ShownOnce):
    id: UUID


class TokenOut(SecretReply):
    token: str


class FileOut(Reply):
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    same: bool
    path: str
    fields: dict[str, str]


class NoteList(Reply):
    items: list[NoteOut]


@router.post("", status_code=201)
async def write(
    body: NoteIn,
    caller: Staff,
    tx: Tx,
    request: Request,
    response: Response,
    more: int | None = None,
) -> NoteOut:
    """Waits for `app.state.gate` when there is one."""
    note = NoteOut(id=body.id or new_id(), version=1, words=body.words, kind=body.kind)
    tx.insert(Note, note, after_id=body.after_id)
    tx.publish(Fact(TicketV1, "opened", a_ticket(note.id, title=body.words[:50])))
    tx.tell("notes")
    gate: asyncio.Event | None = getattr(request.app.state, "gate", None)
    if gate is not None:
        request.app.state.at_gate.set()
        await gate.wait()
    if body.words == "refused":
        raise Stale("It fails after all.")
    etag(response, 1)
    response.headers["Location"] = f"/v1/notes/{note.id}"
    return note


@router.post("/keys", status_code=201)
async def make_key(body: ChangeIn, caller: Staff, tx: Tx, response: Response) -> KeyOut:
    """Write a note and show its key, this once."""
    note = NoteOut(id=new_id(), version=1, words=body.words, kind=Kind.PLAIN)
    tx.insert(Note, note, after_id=None)
    etag(response, 1)
    return KeyOut(id=note.id, secret=f"key-of-{note.id}")


@router.post("/files", status_code=201)
async def keep_file(caller: Staff, tx: Tx, upload: _File, response: Response) -> FileOut:
    """Write a note of what came."""
    read = await asyncio.to_thread(upload.path.read_bytes)
    note = NoteOut(id=new_id(), version=1, words=upload.name or "-", kind=Kind.PLAIN)
    tx.insert(Note, note, after_id=None)
    return FileOut(
        name=upload.name,
        media_type=upload.media_type,
        size_bytes=upload.size_bytes,
        sha256=upload.sha256,
        same=hashlib.sha256(read).hexdigest() == upload.sha256,
        path=str(upload.path),
        fields=dict(upload.fields),
    )


@router.post("/{note_id}/token")
async def make_token(note_id: UUID, caller: Staff, tx: Tx) -> TokenOut:
    """Change nothing, and show a token that is made anew each time."""
    return TokenOut(token=f"token-{new_id()}")


@router.patch("/{note_id}")
async def change(
    note_id: UUID, body: ChangeIn, version: IfMatch, caller: Staff, tx: Tx, response: Response
) -> NoteOut:
    row = await tx.row(text("select * from notes where id = :id for update"), id=note_id)
    if row is None or row["version"] != version:
        raise Stale(
            "Somebody has changed it.", version=None if row is None else int(row["version"])
        )
    tx.save(Note, {**row, "words": body.words, "version": version + 1})
    etag(response, version + 1)
    return NoteOut(**{**row, "words": body.words, "version": version + 1})


@router.get("")
async def notes(
    caller: Staff, tx: Tx, page: Paging, response: Response, kind: Kind | None = None
) -> NoteList:
    rows = await tx.rows(
        text("""select * from notes where (cast(:before as uuid) is null or id < :before)
                and (cast(:kind as text) is null or kind = :kind) order by id desc limit :limit"""),
        before=page.before,
        kind=kind,
        limit=page.limit,
    )
    return NoteList(
        items=[NoteOut(**row) for row in page.cut(rows, response, lambda row: UUID(str(row["id"])))]
    )


@router.get("/broken")
async def broken(caller: Staff) -> NoteOut:
    raise RuntimeError("the secret inside")


@router.get("/events", **event_stream(NoteOut))
async def watch(request: Request, caller: Staff, tx: Tx) -> Response:
    """Every note, oldest first; `app.state.unseen` is what its callers are refused with."""

    async def look(tx: Transaction, after: UUID | None) -> Sequence[LiveEvent]:
        unseen: Exception | None = getattr(request.app.state, "unseen", None)
        if unseen is not None:
            raise unseen
        rows = await tx.rows(
            text(
                "select * from notes where cast(:after as uuid) is null or id > :after order by id"
            ),
            after=after,
        )
        return [LiveEvent(str(row["id"]), "note", NoteOut(**row)) for row in rows]

    return await live(request, tx, look, by=caller, topic="notes", parse_id=UUID)


@dataclass
class ToyApp:
    app: FastAPI
    service: Service
    jwks: Path
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def http(self, bearer: str | None = None) -> httpx.AsyncClient:
        """As a dispatcher of `demo`, unless told with which token; none with an empty one."""
        given = token("dora", [("dispatcher", "demo")]) if bearer is None else bearer
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url="http://toy", headers=headers
        )
        self.clients.append(client)
        return client

    async def rows(self, sql: str) -> list[Mapping[str, Any]]:
        async with self.service.database.transaction() as tx:
            return list(await tx.rows(text(sql)))

    async def count(self, table: str) -> int:
        async with self.service.database.transaction() as tx:
            row = await tx.row(text(f"select count(*) as n from {table}"))
        return 0 if row is None else int(row["n"])

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()
        await self.service.database.close()


async def make_app(
    url: str,
    folder: Path,
    *,
    clock: Clock | None = None,
    nats_url: str = "nats://127.0.0.1:1",
    hears_tickets: bool = True,
    **settings: Any,
) -> ToyApp:
    jwks = folder / "jwks.json"
    given = ServiceSettings.of(
        **{
            "env": "development",
            "database_url": url,
            "port": 1,
            "nats_url": nats_url,
            "jwks": write_jwks(jwks),
            "issuer": ISSUER,
            "audience": AUDIENCE,
            **UNHURRIED,
            **settings,
        }
    )
    handlers = (count_tickets,) if hears_tickets else ()
    database = open_database("toy", given, metadata=METADATA, clock=clock or SystemClock())
    service = Service(database, given, handlers=handlers)
    app = service.app(routers=(router,))
    await service.bearer_tokens.refresh()
    return ToyApp(app, service, jwks)
