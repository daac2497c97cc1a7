"""Endpoints: registered, changed, tried out, sent to once more, and taken away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notify.actions.deliver import DELIVERIES, deliver_when_due
from services.notify.actions.keep_secrets import new_secret, sealed
from services.notify.actions.seeing import demand_to_register_for, lock_endpoint, see_endpoint
from services.notify.actions.tell import said_about
from services.notify.domain.access import audience_sites, roles_told, sites_managed
from services.notify.domain.addresses import Reach, checked_url
from services.notify.domain.channels import Channel
from services.notify.domain.endpoint import MAX_ENDPOINTS_PER_OWNER, Endpoint, Secret
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.occasion import Occasion
from services.notify.domain.sealing import Sealer
from services.notify.store import attempts, deliveries, endpoints
from services.notify.store.attempts import Attempt
from services.notify.store.messages import put_message
from services.notify.store.reachability import settle_reachability
from services.notify.store.recipients import find_addressees
from shared.auth.belonging import may_be_told
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Conflict
from shared.ids import PersonId, new_id
from shared.preconditions import demand_version


class TooManyEndpoints(Conflict):
    code = "too_many_endpoints"


class EndpointDisabled(Conflict):
    code = "endpoint_disabled"


class TooManyToReplay(Conflict):
    code = "too_many_to_replay"


@dataclass(frozen=True)
class WithSecret:
    """An endpoint and its new secret in plain, which is shown now and kept nowhere."""

    endpoint: Endpoint
    secret: str


_MAX_REPLAYED = 10_000
"""Messages at a time."""


async def register_endpoint(
    tx: Transaction,
    owner: PersonId,
    url: str,
    kinds: Collection[Kind] | None,
    *,
    by: Caller,
    reach: Reach,
    sealer: Sealer,
    max_by_registrar: int,
    channels: Collection[Channel],
) -> WithSecret:
    """Register an endpoint, whose owner need not be known yet; offers that can still be taken are
    sent to it at once.

    Raises Forbidden, UrlRefused, TooManyEndpoints, and NotFound for an owner of other sites.
    """
    sites = await demand_to_register_for(tx, owner, by=by)
    checked_url(url, reach)
    await tx.lock("endpoints_of", [owner])
    await _demand_room(tx, owner, by=by, max_by_registrar=max_by_registrar)
    id, secret = new_id(), new_secret()
    endpoint = Endpoint(
        id=id,
        owner=owner,
        registrar=by.id,
        url=url,
        kinds=None if kinds is None else frozenset(kinds),
        sites=sites,
        secrets=(Secret(value=sealed(secret, id, sealer)),),
        version=1,
        created_at=tx.now,
    )
    endpoints.save_endpoint(tx, endpoint)
    await _settle(tx, owner, channels)
    if endpoint.takes(Kind.JOB_OFFERED):
        for offer in await deliveries.find_open_offers(tx, owner, sites):
            deliver_when_due(tx, offer.message_id, endpoint, Kind.JOB_OFFERED, until=offer.until)
    return WithSecret(endpoint, secret)


async def list_endpoints(
    tx: Transaction, owner: PersonId, *, by: Caller, before: UUID | None, limit: int
) -> list[Endpoint]:
    """Return the owner's endpoints, as far as the caller may see them."""
    sites = sites_managed(by, owner)
    return await endpoints.list_endpoints(tx, owner, sites=sites, before=before, limit=limit)


async def list_managed(
    tx: Transaction, *, by: Caller, before: UUID | None, limit: int
) -> list[Endpoint]:
    """Return all endpoints that the caller may manage, whosever they are."""
    sites = audience_sites(by)
    return await endpoints.list_managed_endpoints(
        tx, by.id, sites=sites, before=before, limit=limit
    )


async def change_endpoint(
    tx: Transaction,
    id: UUID,
    *,
    by: Caller,
    version: int,
    url: str | None,
    kinds: Collection[Kind] | None,
    enabled: bool | None,
    all_kinds: bool = False,
    reach: Reach,
    channels: Collection[Channel],
) -> Endpoint:
    """Change the endpoint; what is None stays as it is. With `all_kinds` it is sent all of them.

    Disabling it gives up what waits for it. Raises NotFound, Stale, UrlRefused.
    """
    if url is not None:
        checked_url(url, reach)
    before = await lock_endpoint(tx, id, by=by)
    demand_version(before.version, version)
    stay = None if all_kinds else before.kinds
    after = before.changed(
        url=url or before.url,
        kinds=stay if kinds is None else frozenset(kinds),
        enabled=before.disabled_at is None if enabled is None else enabled,
        at=tx.now,
    )
    endpoints.save_endpoint(tx, after)
    if after.open != before.open:
        await _settle(tx, after.owner, channels)
    if after.disabled_at is not None and before.disabled_at is None:
        await deliveries.fail_all(tx, id, "endpoint_disabled: by_owner")
    return after


async def remove_endpoint(
    tx: Transaction, id: UUID, *, by: Caller, channels: Collection[Channel]
) -> None:
    """Remove the endpoint; what waits for it is given up. Raises NotFound."""
    endpoint = await lock_endpoint(tx, id, by=by)
    endpoints.save_endpoint(tx, endpoint.removed(at=tx.now))
    await deliveries.fail_all(tx, id, "endpoint_removed")
    await _settle(tx, endpoint.owner, channels)


async def rotate_secret(tx: Transaction, id: UUID, *, by: Caller, sealer: Sealer) -> WithSecret:
    """Add a new secret; the old one signs beside it for a day. Raises NotFound."""
    endpoint, secret = await lock_endpoint(tx, id, by=by), new_secret()
    rotated = endpoint.rotated(sealed(secret, id, sealer), at=tx.now)
    endpoints.save_endpoint(tx, rotated)
    return WithSecret(rotated, secret)


async def try_endpoint(tx: Transaction, id: UUID, *, by: Caller) -> UUID:
    """Send it an `endpoint.test`; return the message's id.

    Raises NotFound and EndpointDisabled.
    """
    endpoint = await _see_open_endpoint(tx, id, by=by)
    owner = (await find_addressees(tx, [endpoint.owner]))[endpoint.owner]
    occasion = Occasion(
        recipient_id=endpoint.owner,
        kind=Kind.ENDPOINT_TEST,
        cause=str(new_id()),
        at=tx.now,
        ticket_id=None,
        site_id=None,
        language=Language.CHINESE,
        data={"endpoint_id": str(id), "url": endpoint.url},
    )
    said = said_about(occasion, owner.language or Language.CHINESE, zone=None, now=tx.now)
    put_message(tx, said, occasion, stale=None, read=True)
    deliver_when_due(tx, said.id, endpoint, said.kind, until=None)
    return said.id


async def replay(
    tx: Transaction,
    id: UUID,
    *,
    by: Caller,
    message: UUID | None,
    since: datetime | None,
    until: datetime | None,
) -> int:
    """Send one message, or all that were said between, under the same ids: what the endpoint has
    had already, and what was said while it was disabled; return how many. What the owner's records
    leave them no part in is left out.

    Raises NotFound, EndpointDisabled and TooManyToReplay.
    """
    endpoint = await _see_open_endpoint(tx, id, by=by)
    found = await deliveries.list_replayable(
        tx, endpoint, message=message, since=since, until=until, limit=_MAX_REPLAYED + 1
    )
    if len(found) > _MAX_REPLAYED:
        before = found[_MAX_REPLAYED].created_at
        raise TooManyToReplay(
            f"There are more than {_MAX_REPLAYED} messages. Replay them in parts: with `until` "
            f"{before.isoformat()} first, then with that as `since`.",
            limit=_MAX_REPLAYED,
            until=before.isoformat(),
        )
    sites = {each.site_id for each in found if each.site_id is not None}
    records = (await find_addressees(tx, [endpoint.owner], sites))[endpoint.owner].records
    found = [
        each
        for each in found
        if may_be_told(records.get(each.site_id or ""), roles_told(Kind(each.kind)), now=tx.now)
    ]
    await deliveries.begin_again(
        tx, [each.delivery_id for each in found if each.delivery_id is not None]
    )
    for each in found:
        if each.delivery_id is None:
            deliver_when_due(tx, each.message_id, endpoint, Kind(each.kind), until=each.until)
    tx.schedule(DELIVERIES, tx.now)
    return len(found)


async def list_attempts(
    tx: Transaction, id: UUID, *, by: Caller, before: UUID | None, limit: int
) -> list[Attempt]:
    """Return the endpoint's attempts, newest first. Raises NotFound."""
    await see_endpoint(tx, id, by=by)
    return await attempts.list_attempts(tx, id, before=before, limit=limit)


async def _settle(tx: Transaction, owner: PersonId, channels: Collection[Channel]) -> None:
    """Save whether one of the channels, which are on, still reaches the owner."""
    await tx.flush()
    await settle_reachability(tx, [owner], channels)


async def _demand_room(
    tx: Transaction, owner: PersonId, *, by: Caller, max_by_registrar: int
) -> None:
    """Raise TooManyEndpoints where the owner, or who registers for others, has as many as they
    may.
    """
    limit = MAX_ENDPOINTS_PER_OWNER
    if (
        len(await endpoints.list_endpoints(tx, owner, sites=None, before=None, limit=limit))
        >= limit
    ):
        raise TooManyEndpoints(f"{owner} has {limit} endpoints; remove one first.", limit=limit)
    if by.id == owner:
        return
    await tx.lock("endpoints_registered_by", [by.id])
    if await endpoints.count_registered(tx, by.id) >= max_by_registrar:
        raise TooManyEndpoints(
            f"You have registered {max_by_registrar} endpoints for others; remove one first.",
            limit=max_by_registrar,
        )


async def _see_open_endpoint(tx: Transaction, id: UUID, *, by: Caller) -> Endpoint:
    endpoint = await see_endpoint(tx, id, by=by)
    if not endpoint.open:
        raise EndpointDisabled(
            "The endpoint is disabled; enable it first.", reason=endpoint.disabled_reason
        )
    return endpoint
