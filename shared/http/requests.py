"""What every request carries with it, and how a route asks for it."""

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.types import Scope

from shared.auth.caller import Caller, Credential, Role, WorkScheme
from shared.db.transaction import Transaction
from shared.errors import (
    Forbidden,
    NotFound,
    PreconditionRequired,
    Refused,
    Stale,
    Unauthenticated,
)
from shared.http.declared import HeaderField, reads, refuses
from shared.http.problems import BadRequest
from shared.http.state import AppState, state_of

_WORK_SCHEMES = frozenset(WorkScheme)
_VERSION = re.compile(r"[0-9]{1,18}")


def identity_of(request: Request) -> Caller | Credential | None:
    """Return who the `Authorization` header proves; None without one. Raises Unauthenticated for a
    token that is not good.

    By signature and expiry alone: no database is asked, and no byte of the body read. Worked out
    once for a request.
    """
    if not hasattr(request.state, "identity"):
        try:
            request.state.identity = _read_identity(request)
        except Refused as error:
            request.state.identity = error
    identity: Caller | Credential | Refused | None = request.state.identity
    if isinstance(identity, Refused):
        raise identity
    return identity


def known_identity(scope: Scope, authorization: str) -> Caller | Credential | None:
    """Return whom the header's token was proven for before, also to `identity_of`; None where its
    signature is still to be checked.
    """
    known = proven_before(scope["app"].state, authorization)
    if known is not None:
        scope.setdefault("state", {})["identity"] = known
    return known


def proven_before(state: AppState, authorization: str) -> Caller | Credential | None:
    """Return whom the token was proven for before; None where its signature is to be checked."""
    scheme, _, token = authorization.partition(" ")
    scheme, token = scheme.lower(), token.strip()
    if scheme == "bearer":
        return state.bearer_tokens.known(token)
    if state.work_tokens is not None:
        return state.work_tokens.known(scheme, token)
    return None


def _read_identity(request: Request) -> Caller | Credential | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    scheme, token = scheme.lower(), token.strip()
    if token and scheme == "bearer":
        return state_of(request, AppState).bearer_tokens.prove(token)
    work_tokens = state_of(request, AppState).work_tokens
    if token and work_tokens is not None and scheme in _WORK_SCHEMES:
        return work_tokens.prove(WorkScheme(scheme), token)
    raise Unauthenticated("The Authorization header has to be `Bearer TOKEN`.")


def is_still_good(request: Request) -> bool:
    """Return whether the token that the request came with is still valid: for answers that take
    long.
    """
    try:
        _read_identity(request)
    except Unauthenticated:
        return False
    return True


def may(*roles: Role) -> Any:
    """Return the route's declaration of who may call it, as a dependency that gives the Caller.

    401 without a good bearer token, 404 for what its claim `only` leaves out, 403 when the caller
    has none of the roles at any site. Which sites, which tickets: that is for the action to say.
    """

    async def caller_of(request: Request) -> Caller:
        identity = identity_of(request)
        if not isinstance(identity, Caller):
            raise Unauthenticated("Send `Authorization: Bearer TOKEN`.")
        _demand_within(request, identity)
        return _with_a_role(identity, roles)

    caller_of.__dict__["roles"] = roles
    return Depends(caller_of)


def may_with(scheme: WorkScheme, id_name: str, *roles: Role) -> Any:
    """Like `may`, or the bearer of a token of that scheme for the id in the path: gives `Caller |
    Credential`.
    """

    async def bearer_of(request: Request) -> Caller | Credential:
        identity = identity_of(request)
        if isinstance(identity, Credential) and identity.scheme is scheme:
            if not _is_id(identity.id, request.path_params[id_name]):
                raise Unauthenticated(
                    f"This {identity.scheme} token is for another {identity.scheme}."
                )
            return identity
        if not isinstance(identity, Caller):
            raise Unauthenticated(
                f"Send `Authorization: {scheme.title()} TOKEN` or `Authorization: Bearer TOKEN`."
            )
        _demand_within(request, identity)
        return _with_a_role(identity, roles)

    bearer_of.__dict__["roles"] = roles
    bearer_of.__dict__["scheme"] = scheme
    return Depends(bearer_of)


def may_with_ticket(scheme: WorkScheme, *roles: Role) -> Any:
    """Like `may`, or the bearer of a token of that scheme: gives `Caller | Credential`. That it is
    for the ticket that is asked about is for the action to compare, and so is a caller's claim
    `only` where the path names no ticket.
    """

    async def bearer_of(request: Request) -> Caller | Credential:
        identity = identity_of(request)
        if isinstance(identity, Credential) and identity.scheme is scheme:
            return identity
        if not isinstance(identity, Caller):
            raise Unauthenticated(
                f"Send `Authorization: {scheme.title()} TOKEN` or `Authorization: Bearer TOKEN`."
            )
        if "ticket_id" in request.path_params:
            _demand_within(request, identity)
        return _with_a_role(identity, roles)

    bearer_of.__dict__["roles"] = roles
    bearer_of.__dict__["scheme"] = scheme
    return Depends(bearer_of)


def guards_of(dependant: Dependant) -> Iterator[Callable[[Request], Awaitable[object]]]:
    """Return the declarations (`may`, `may_with`) of a route; each raises for who may not call it,
    and has its `roles`, and the `scheme` of tokens that it takes besides.
    """
    if dependant.call is not None and hasattr(dependant.call, "roles"):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from guards_of(inner)


def _demand_within(request: Request, caller: Caller) -> None:
    """Raise NotFound where the token is for one ticket alone and the request is not about that
    alone: what its route asks for as `ticket_id`, in the path or the query.
    """
    if caller.only is None:
        return
    asked: APIRoute = request.scope["route"]
    named = [request.path_params.get("ticket_id", "")]
    if any(field.name == "ticket_id" for field in asked.dependant.query_params):
        named = request.query_params.getlist("ticket_id")
    if not named or not all(_is_id(caller.only, each) for each in named):
        raise NotFound("There is nothing here but the ticket that this token is for.")


def _is_id(id: UUID, text: str) -> bool:
    try:
        return UUID(text) == id
    except ValueError:
        return False


def _with_a_role(caller: Caller, roles: tuple[Role, ...]) -> Caller:
    if not any(grant.role in roles for grant in caller.roles):
        raise Forbidden(
            "This needs one of the roles " + ", ".join(sorted(roles)) + ".",
            roles=[str(role) for role in sorted(roles)],
        )
    return caller


async def _transaction(request: Request) -> Transaction:
    transaction: Transaction = request.state.transaction
    return transaction


Tx = Annotated[Transaction, Depends(_transaction)]


_ETAG = {"type": "string", "pattern": '^(W/)?"?[0-9]{1,18}"?$', "examples": ['"3"']}
_ETAG_READ = HeaderField(
    name="If-Match",
    description="The `ETag` that was read, so that no other change is lost.",
    schema=_ETAG,
    required=True,
)
_ETAG_READ_MAYBE = HeaderField(
    name="If-Match",
    description="The `ETag` that was read, so that no other change is lost; demanded where the "
    "thing exists.",
    schema=_ETAG,
)


_ETAG_SAID = HeaderField(
    name="If-Match",
    description="The `ETag` that was read, so that no other change is lost; left out, whatever "
    "there is.",
    schema=_ETAG,
)


@reads(_ETAG_READ)
@refuses(PreconditionRequired, Stale)
async def _if_match(request: Request) -> int:
    return read_version(request)


def read_version(request: Request) -> int:
    """Return the version that the caller has read; raise PreconditionRequired where they say
    none.
    """
    header = request.headers.get("if-match")
    if header is None:
        raise PreconditionRequired(
            "Send `If-Match` with the ETag that you read, so that no other change is lost."
        )
    return _version_in(header)


def demands_version(dependant: Dependant) -> bool:
    """Return whether a route answers nothing without `If-Match`."""
    return any(inner.call is _if_match for inner in dependant.dependencies)


@reads(_ETAG_READ_MAYBE)
@refuses(PreconditionRequired, Stale)
async def _if_match_maybe(request: Request) -> int | None:
    header = request.headers.get("if-match")
    return None if header is None else _version_in(header)


@reads(_ETAG_SAID)
@refuses(Stale)
async def _if_match_said(request: Request) -> int | None:
    header = request.headers.get("if-match")
    return None if header is None else _version_in(header)


def _version_in(header: str) -> int:
    tag = header.strip().removeprefix("W/").strip('"')
    if not _VERSION.fullmatch(tag):
        raise BadRequest('`If-Match` has to be an ETag as it was given, such as "3".')
    return int(tag)


IfMatch = Annotated[int, Depends(_if_match)]
"""The version that the caller has read; 428 without it."""
IfMatchMaybe = Annotated[int | None, Depends(_if_match_maybe)]
"""The same, where only an existing thing demands it."""
IfMatchSaid = Annotated[int | None, Depends(_if_match_said)]
"""The same, where nothing demands it; None without."""


def etag(response: Response, version: int) -> None:
    response.headers["ETag"] = f'"{version}"'
