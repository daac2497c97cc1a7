"""One request, one transaction. A route made by `action_router` reads its body strictly, knows its caller, honours
`Idempotency-Key`, and commits after its answer was made and before it is sent.

An action first runs in an optimistic transaction, which holds no lock; where it meets another that changes the same, it runs once more in a
locking one (`shared/db/transaction.py`)."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError

from shared.auth.caller import Caller
from shared.db.failures import Outdated
from shared.db.transaction import Database, Kind
from shared.errors import Refused, Unavailable
from shared.http import idempotency
from shared.http.idempotency import KeysHere
from shared.http.requests import guards_of, identity_of
from shared.http.strict_json import parse_json, read_body

_BODY_WITHIN_S = 30.0
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class BacklogFull(Unavailable):
    code = "backlog_full"
    retry_after_s = 10


class _ReadRequest(Request):
    """A request whose body has been read and found good."""

    def __init__(self, request: Request, body: bytes, value: Any) -> None:
        scope = dict(request.scope)
        scope["headers"] = [(name, text) for name, text in scope["headers"] if name != b"content-type"] + [
            (b"content-type", b"application/json")
        ]
        super().__init__(scope, request.receive)
        self._body = body
        self._value = value

    async def json(self) -> Any:
        return self._value


class ActionRoute(APIRoute):
    async def before_transaction(self, request: Request, body: Any) -> None:
        """For a route that has to wait for the outside world, while it holds nothing. `body` is JSON, but not validated yet."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        takes_body = self.body_field is not None
        guards = list(guards_of(self.dependant))

        async def handle(request: Request) -> Response:
            for guard in guards:  # before a byte of the body is read, or a header looked at
                await guard(request)
            identity = identity_of(request)
            changes = request.method not in _READING
            if changes and request.app.state.backlog_full():
                raise BacklogFull("The message broker is behind and the waiting room is full; try again soon.")
            body = await read_body(request, request.app.state.body_limit_bytes, within_s=_BODY_WITHIN_S) if changes else b""
            if takes_body:
                # A verb without required fields may come with no body at all.
                value = parse_json(body, request.headers.get("content-type")) if body else {}
                request = _ReadRequest(request, body or b"{}", value)
                await self.before_transaction(request, value)
            actor = identity.id if isinstance(identity, Caller) else identity.scheme if identity else "anonymous"
            key = idempotency.read_key(request, identity, body) if changes else None

            async def run(kind: Kind) -> Response:
                database: Database = request.app.state.database
                async with database.transaction(actor=actor, kind=kind) as tx:
                    request.state.transaction = tx
                    if key is not None and kind is Kind.LOCKING and (kept := await idempotency.find_answer(tx, key)) is not None:
                        return kept
                    response = await answer(request)
                    if key is not None and response.status_code < 400:
                        idempotency.keep_answer(tx, key, response)
                    return response

            if not changes:
                return await run(Kind.READING)
            keys: KeysHere = request.app.state.keys_here
            with keys.at_work(key):
                if not keys.has_answered(key):
                    try:
                        return await run(Kind.OPTIMISTIC)
                    except (Outdated, IntegrityError):
                        pass  # it met another that changes the same, or its key is taken
                    except Refused:
                        # It may have been refused because the very same was done before, or for something that is not so any more.
                        if key is None and not request.state.transaction.assumes:
                            raise
                try:
                    try:
                        return await run(Kind.LOCKING)
                    except Outdated:
                        return await run(Kind.LOCKING)  # time ran out between two statements: now it can be seen
                except IntegrityError as error:
                    if "idempotency_keys_pkey" in str(error):
                        raise idempotency.answered_meanwhile() from error
                    raise

        return handle


def action_router(prefix: str, *, tag: str) -> APIRouter:
    return APIRouter(prefix=prefix, tags=[tag], route_class=ActionRoute)
