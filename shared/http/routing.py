"""One request, one transaction. A route made by `action_router` reads its body strictly, knows its
caller, honours `Idempotency-Key`, and commits after its answer was made and before it is sent.

An action first runs in an optimistic transaction, which holds no lock; where it meets another that
changes the same, it runs once more in a locking one (`shared/db/transaction.py`).
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError

from shared.auth.caller import Caller, Credential
from shared.db.failures import Outdated
from shared.db.transaction import Kind
from shared.errors import Refused, Unavailable
from shared.http import idempotency
from shared.http.idempotency import Key
from shared.http.limits.admission import turn
from shared.http.live import EventStream, demand_seat
from shared.http.requests import guards_of, identity_of, version_reader
from shared.http.secret_replies import SecretReply, SecretResponse
from shared.http.state import AppState, state_of
from shared.http.strict_json import parse_json, read_body
from shared.http.uploads import discarding_upload, max_file_bytes, receive_upload
from shared.workarounds.fastapi_arguments import Asked, Function

_BODY_TIMEOUT_S = 30.0
_LARGE_BYTES = 8 * 1024
"""A body that takes so long to parse that others feel it."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def changes_something(method: str) -> bool:
    """Return whether a request of that method may change anything."""
    return method not in _READING


class BacklogFull(Unavailable):
    code = "backlog_full"
    retry_after_s = 10


class Json(bytes):
    """An answer that is written already, in the shape of its route's `response_model`."""


class ActionRoute(APIRoute):
    """FastAPI reads its signature and describes it; `serve` is what answers its requests
    (docs/decisions/0013-request-order.md).
    """

    serve: Callable[[Request], Coroutine[Any, Any, Response]]

    async def before_file(self, request: Request, who: Caller | Credential | None) -> None:
        """Refuse callers who may not send a file here, before it comes, or where their key may
        have been answered before, before it is worked on. `who` is bounded by the records.
        """

    async def before_transaction(self, request: Request, body: Any) -> None:
        """Wait for the outside world before the route's transaction begins, while it holds nothing.

        `body` is JSON as it came, and found good; a file is there as `request.state.upload`.
        """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        asked = Asked(self.dependant)
        takes_body = self.body_field is not None
        guards = list(guards_of(self.dependant))
        is_stream = self.response_class is EventStream
        look_at_version = version_reader(self.dependant)
        max_bytes = max_file_bytes(self.dependant)

        async def handle(request: Request) -> Response:
            # before a byte of the body is read
            proven: dict[Function, Any] = {guard: await guard(request) for guard in guards}
            identity = identity_of(request)
            if is_stream:
                demand_seat(request, identity)
            changes = changes_something(request.method)
            state = state_of(request, AppState)
            if changes and state.backlog_full():
                raise BacklogFull(
                    "The message broker is behind and the waiting room is full; try again soon."
                )
            if max_bytes is not None:
                asked.read(request, {})  # before a large file comes for nothing
                body, answered = await self._receive(request, identity, max_bytes)
                if answered is not None:
                    return answered
            elif changes:
                body = await read_body(request, state.body_limit_bytes, timeout_s=_BODY_TIMEOUT_S)
            else:
                body = b""
            # A verb without required fields may come with no body at all.
            value = await _parsed(request, body) if takes_body and body else {}
            read = asked.read(request, value)
            if look_at_version is not None:
                # before the outside world is asked for nothing, and an answer is found that is kept
                look_at_version(request)
            if takes_body or max_bytes is not None:
                await self.before_transaction(request, value)

            # what the records leave of the claims, as late as can be
            proven = {guard: await _bounded(request, who) for guard, who in proven.items()}

            async def answer() -> Response:
                response = _no_response()
                returned = await asked.call(read, request, response, dict(proven))
                return self._response(returned, response)

            actor = (
                identity.id
                if isinstance(identity, Caller)
                else identity.scheme
                if identity
                else "anonymous"
            )
            key = idempotency.read_key(request, identity, body) if changes else None
            async with turn(request):
                if not changes:
                    return await _run(request, actor, Kind.READING, None, answer)
                return await _act(request, actor, key, answer)

        self.serve = handle if max_bytes is None else discarding_upload(handle)
        return self.serve

    async def _receive(
        self, request: Request, identity: Caller | Credential | None, max_bytes: int
    ) -> tuple[bytes, Response | None]:
        """Receive the request's file; return its identity, and the answer that its key had before:
        a file is not worked on twice.
        """
        state, has_key = state_of(request, AppState), idempotency.HEADER in request.headers

        async def check() -> None:
            async with turn(request):
                who = None if identity is None else await _bounded(request, identity)
                await self.before_file(request, who)

        if not has_key:
            await check()
        idempotency.read_key(request, identity, b"")  # a bad one is refused before the file, too
        body = await receive_upload(request, max_bytes, state.upload_folder)
        if (key := idempotency.read_key(request, identity, body)) is not None:
            async with turn(request), state.database.transaction(kind=Kind.READING) as tx:
                kept = await idempotency.find_kept(tx, key)
            if kept is not None:
                return body, kept
            await check()
        return body, None

    def _response(self, returned: Any, asked_for: Response) -> Response:
        """Return what the function returned as JSON, with the status and headers that it has put
        into the response it asked for.
        """
        if isinstance(returned, Response):
            return returned
        status = asked_for.status_code or self.status_code or 200
        if isinstance(returned, Json):
            response = Response(returned, status, media_type="application/json")
        elif self.response_field is None:
            response = Response(status_code=status)
        else:
            value, wrong = self.response_field.validate(returned, {}, loc=("response",))
            if wrong:
                raise ResponseValidationError(errors=wrong, body=returned)
            response = self._written(value, status)
        response.raw_headers.extend(asked_for.raw_headers)
        return response

    def _written(self, value: Any, status: int) -> Response:
        field = self.response_field
        assert field is not None  # noqa: S101 - its caller asked
        written = field.serialize_json(value)
        if not isinstance(value, SecretReply):
            return Response(written, status, media_type="application/json")

        def kept(at: datetime) -> bytes | None:
            left = value.kept(shown_at=at)
            return None if left is None else field.serialize_json(left)

        return SecretResponse(written, status, kept=kept)


async def _bounded(request: Request, who: Caller | Credential) -> Caller | Credential:
    """Return the caller with what is left of the token's claims."""
    if not isinstance(who, Caller):
        return who
    return await state_of(request, AppState).belongings.bound(who)


async def _parsed(request: Request, body: bytes) -> Any:
    """Return the body's value: of large bodies one after the other, and everything else has its
    turn between two of them.
    """
    content_type = request.headers.get("content-type")
    if len(body) <= _LARGE_BYTES:
        return parse_json(body, content_type)
    async with state_of(request, AppState).large_bodies:
        await asyncio.sleep(0)
        return parse_json(body, content_type)


Answer = Callable[[], Coroutine[Any, Any, Response]]
_TRIES_WITH_LOCKS = 5


async def _act(request: Request, actor: str, key: Key | None, answer: Answer) -> Response:
    """Run the action, under its key if it has one: the same key of this instance is at work once at
    a time.
    """
    if key is None:
        return await _twice_if_need_be(request, actor, None, answer)
    keys = state_of(request, AppState).keys_here
    keys.begin(key)
    answered = False
    try:
        if keys.has_answered(key):
            response = await _with_locks(request, actor, key, answer)
        else:
            response = await _twice_if_need_be(request, actor, key, answer)
        answered = True
        return response
    finally:
        keys.end(key, answered=answered)


async def _twice_if_need_be(
    request: Request, actor: str, key: Key | None, answer: Answer
) -> Response:
    """Run the action optimistically, and once more with locks where it met another that changes the
    same, or its key was taken.
    """
    try:
        return await _run(request, actor, Kind.OPTIMISTIC, key, answer)
    except (Outdated, IntegrityError):
        pass
    except Refused:
        # It may have been refused because the very same was done before, or for something that is
        # not so any more.
        if key is None and not request.state.transaction.assumes:
            raise
    return await _with_locks(request, actor, key, answer)


async def _with_locks(request: Request, actor: str, key: Key | None, answer: Answer) -> Response:
    for tries_left in reversed(range(_TRIES_WITH_LOCKS)):
        try:
            return await _run(request, actor, Kind.LOCKING, key, answer)
        except Outdated:
            # time ran out, or what was to be locked was joined to more: now it is seen
            if not tries_left:
                raise
        except IntegrityError as error:
            if "idempotency_keys_pkey" not in str(error):
                raise
            # the same key was answered meanwhile elsewhere: now its answer is found
            if not tries_left:
                raise idempotency.answered_meanwhile() from error
    raise AssertionError("the last try returns or raises")


async def _run(
    request: Request, actor: str, kind: Kind, key: Key | None, answer: Answer
) -> Response:
    database = state_of(request, AppState).database
    async with database.transaction(actor=actor, kind=kind) as tx:
        request.state.transaction = tx
        if (
            key is not None
            and kind is Kind.LOCKING
            and (kept := await idempotency.find_answer(tx, key)) is not None
        ):
            return kept
        response = await answer()
        if key is not None and response.status_code < 400:
            idempotency.save_answer(tx, key, response)
        return response


def _no_response() -> Response:
    """Return what a function writes headers and a status to."""
    response = Response()
    response.raw_headers.clear()
    response.status_code = 0
    return response


def action_router(prefix: str, *, tag: str) -> APIRouter:
    return APIRouter(prefix=prefix, tags=[tag], route_class=ActionRoute)
