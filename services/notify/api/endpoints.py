"""Endpoints: where webhooks of a person or a system go."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.notify.actions import change_endpoints
from services.notify.actions.seeing import see_endpoint
from services.notify.adapters.pinned_addresses import check_reachable
from services.notify.api.schemas import (
    AttemptOut,
    AttemptsOut,
    EndpointIn,
    EndpointOut,
    EndpointPatch,
    EndpointsOut,
    EndpointWithSecretOut,
    ReplayIn,
    ReplayOut,
    TestOut,
)
from services.notify.api.state import NotifyState
from services.notify.domain.access import EVERYBODY
from services.notify.domain.addresses import UrlRefused, checked_url
from shared.auth.caller import Caller
from shared.errors import Invalid
from shared.http.declared import refuses
from shared.http.fields import Subject
from shared.http.inputs import NothingIn
from shared.http.paging import Paging
from shared.http.requests import IfMatch, Tx, etag, may
from shared.http.routing import ActionRoute
from shared.http.state import state_of
from shared.ids import PersonId


class _LooksUpUrl(ActionRoute):
    """The name in a URL is looked up before the transaction begins: a slow resolver holds no
    session.
    """

    async def before_transaction(self, request: Request, body: Any) -> None:
        url = body.get("url") if isinstance(body, dict) else None
        if isinstance(url, str):
            state = state_of(request, NotifyState)
            await check_reachable(checked_url(url, state.reach), state.reach, state.names)


router = APIRouter(prefix="/v1/endpoints", tags=["endpoints"], route_class=_LooksUpUrl)

AnyCaller = Annotated[Caller, may(*EVERYBODY)]


@router.post("", status_code=201)
@refuses(change_endpoints.TooManyEndpoints, UrlRefused)
async def register(
    request: Request, response: Response, body: EndpointIn, caller: AnyCaller, tx: Tx
) -> EndpointWithSecretOut:
    """Register an endpoint, as its owner, or as staff or an integration of a site that they share
    with the owner, for what concerns their sites. The secret is shown this once: a repeat under the
    same key has `secret_shown_at` in its place.
    """
    state, owner = state_of(request, NotifyState), PersonId(body.owner or caller.id)
    made = await change_endpoints.register_endpoint(
        tx,
        owner,
        body.url,
        body.kinds,
        by=caller,
        reach=state.reach,
        sealer=state.sealer,
        max_by_registrar=state.endpoints_per_registrar,
        channels=state.couriers.channels,
    )
    response.headers["Location"] = f"/v1/endpoints/{made.endpoint.id}"
    etag(response, made.endpoint.version)
    return EndpointWithSecretOut.showing(made)


@router.get("")
async def list_(
    response: Response,
    page: Paging,
    caller: AnyCaller,
    tx: Tx,
    owner: Annotated[Subject | None, Query()] = None,
    managed: Annotated[bool, Query(description="All that you may manage.")] = False,
) -> EndpointsOut:
    """Return the caller's own, those of `owner` that the caller may see, or whosever they are all
    that the caller may manage.
    """
    if managed and owner is not None:
        raise Invalid("Say either `owner` or `managed`.")
    before, limit = page.before, page.limit
    if managed:
        found = await change_endpoints.list_managed(tx, by=caller, before=before, limit=limit)
    else:
        person = PersonId(owner or caller.id)
        found = await change_endpoints.list_endpoints(
            tx, person, by=caller, before=before, limit=limit
        )
    return EndpointsOut(
        items=[EndpointOut.of(each) for each in page.cut(found, response, lambda each: each.id)]
    )


@router.get("/{endpoint_id}")
async def get(response: Response, endpoint_id: UUID, caller: AnyCaller, tx: Tx) -> EndpointOut:
    endpoint = await see_endpoint(tx, endpoint_id, by=caller)
    etag(response, endpoint.version)
    return EndpointOut.of(endpoint)


@router.patch("/{endpoint_id}")
@refuses(UrlRefused)
async def patch(
    request: Request,
    response: Response,
    endpoint_id: UUID,
    body: EndpointPatch,
    version: IfMatch,
    caller: AnyCaller,
    tx: Tx,
) -> EndpointOut:
    """Change its address or kinds; switch it off, or on again."""
    state = state_of(request, NotifyState)
    endpoint = await change_endpoints.change_endpoint(
        tx,
        endpoint_id,
        by=caller,
        version=version,
        url=body.url,
        kinds=body.kinds,
        all_kinds=body.asks_for_all,
        enabled=body.enabled,
        reach=state.reach,
        channels=state.couriers.channels,
    )
    etag(response, endpoint.version)
    return EndpointOut.of(endpoint)


@router.delete("/{endpoint_id}", status_code=204)
async def delete(request: Request, endpoint_id: UUID, caller: AnyCaller, tx: Tx) -> None:
    channels = state_of(request, NotifyState).couriers.channels
    await change_endpoints.remove_endpoint(tx, endpoint_id, by=caller, channels=channels)


@router.post("/{endpoint_id}/secret:rotate")
async def rotate(
    request: Request,
    response: Response,
    endpoint_id: UUID,
    _: NothingIn,
    caller: AnyCaller,
    tx: Tx,
) -> EndpointWithSecretOut:
    """Add a new secret, which is shown this once. For a day everything is signed with the old one
    too.
    """
    sealer = state_of(request, NotifyState).sealer
    made = await change_endpoints.rotate_secret(tx, endpoint_id, by=caller, sealer=sealer)
    etag(response, made.endpoint.version)
    return EndpointWithSecretOut.showing(made)


@router.post("/{endpoint_id}:test", status_code=202)
@refuses(change_endpoints.EndpointDisabled)
async def test(endpoint_id: UUID, _: NothingIn, caller: AnyCaller, tx: Tx) -> TestOut:
    """Send an `endpoint.test`; how it went is among the attempts."""
    return TestOut(message_id=await change_endpoints.try_endpoint(tx, endpoint_id, by=caller))


@router.post("/{endpoint_id}:replay", status_code=202)
@refuses(change_endpoints.EndpointDisabled, change_endpoints.TooManyToReplay)
async def replay(endpoint_id: UUID, body: ReplayIn, caller: AnyCaller, tx: Tx) -> ReplayOut:
    """Send one message again, or all that were said since a time, under the same ids and with fresh
    tokens; also what was said while the endpoint was disabled. Offers that are over are left out,
    and jobs that the owner has no longer.
    """
    if (body.message_id is None) == (body.since is None):
        raise Invalid("Say either `message_id` or `since`.")
    if body.until is not None and (body.since is None or body.until <= body.since):
        raise Invalid("`until` goes with an earlier `since`.")
    return ReplayOut(
        replayed=await change_endpoints.replay(
            tx,
            endpoint_id,
            by=caller,
            message=body.message_id,
            since=body.since,
            until=body.until,
        )
    )


@router.get("/{endpoint_id}/attempts")
async def attempts(
    response: Response, endpoint_id: UUID, page: Paging, caller: AnyCaller, tx: Tx
) -> AttemptsOut:
    """Return every attempt of the last 30 days, newest first."""
    found = await change_endpoints.list_attempts(
        tx, endpoint_id, by=caller, before=page.before, limit=page.limit
    )
    cut = page.cut(found, response, lambda attempt: attempt.id)
    return AttemptsOut(items=[AttemptOut.of(each) for each in cut])
