"""One request, one transaction. A route made by `action_router` reads its body strictly, knows its caller, honours
`Idempotency-Key`, and commits after its answer was made and before it is sent."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import ResponseValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError

from shared.auth.caller import Caller
from shared.db.transaction import Database
from shared.errors import Unavailable
from shared.http import idempotency
from shared.http.arguments import Asked, Function
from shared.http.requests import guards_of, identity_of
from shared.http.strict_json import parse_json, read_body

_BODY_WITHIN_S = 30.0
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class BacklogFull(Unavailable):
    code = "backlog_full"
    retry_after_s = 10


class ActionRoute(APIRoute):
    """FastAPI reads its signature and describes it; `serve` is what answers its requests (docs/decisions/0013-request-order.md)."""

    serve: Callable[[Request], Coroutine[Any, Any, Response]]

    async def before_transaction(self, request: Request, body: Any) -> None:
        """For a route that has to wait for the outside world, while it holds nothing. `body` is JSON as it came, and found good."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        asked = Asked(self.dependant)
        takes_body = self.body_field is not None
        guards = list(guards_of(self.dependant))

        async def handle(request: Request) -> Response:
            proven: dict[Function, Any] = {guard: await guard(request) for guard in guards}  # before a byte of the body is read
            identity = identity_of(request)
            changes = request.method not in _READING
            if changes and request.app.state.backlog_full():
                raise BacklogFull("The message broker is behind and the waiting room is full; try again soon.")
            body = await read_body(request, request.app.state.body_limit_bytes, within_s=_BODY_WITHIN_S) if changes else b""
            # A verb without required fields may come with no body at all.
            value = parse_json(body, request.headers.get("content-type")) if takes_body and body else {}
            read = asked.read(request, value)
            if takes_body:
                await self.before_transaction(request, value)

            async def answer(request: Request) -> Response:
                """May be called again, in another transaction."""
                response = _no_response()
                returned = await asked.call(read, request, response, dict(proven))
                return self._response(returned, response)

            database: Database = request.app.state.database
            actor = identity.id if isinstance(identity, Caller) else identity.scheme if identity else "anonymous"
            try:
                async with database.transaction(actor=actor) as tx:
                    request.state.transaction = tx
                    keyed = await idempotency.begin(tx, request, identity, body) if changes else None
                    if keyed is not None and keyed.answer is not None:
                        return keyed.answer
                    response = await answer(request)
                    if keyed is not None and response.status_code < 400:
                        idempotency.keep(tx, keyed, response)
                    return response
            except IntegrityError as error:
                if "idempotency_keys_pkey" in str(error):
                    raise idempotency.KeyInFlight("A request with this key has just been answered; ask again for its answer.") from error
                raise

        self.serve = handle
        return handle

    def _response(self, returned: Any, asked_for: Response) -> Response:
        """Return what the function returned as JSON, with the status and headers that it has put into the response it asked for."""
        if isinstance(returned, Response):
            return returned
        status = asked_for.status_code or self.status_code or 200
        if self.response_field is None:
            response = Response(status_code=status)
        else:
            value, wrong = self.response_field.validate(returned, {}, loc=("response",))
            if wrong:
                raise ResponseValidationError(errors=wrong, body=returned)
            response = Response(self.response_field.serialize_json(value), status, media_type="application/json")
        response.raw_headers.extend(asked_for.raw_headers)
        return response


def _no_response() -> Response:
    """Return what a function writes headers and a status to."""
    response = Response()
    response.raw_headers.clear()
    response.status_code = 0
    return response


def action_router(prefix: str, *, tag: str) -> APIRouter:
    return APIRouter(prefix=prefix, tags=[tag], route_class=ActionRoute)
