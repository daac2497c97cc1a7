"""Places by the codes on their labels, and the list of codes to make labels from."""

from typing import Annotated

from fastapi import Query, Request, Response
from pydantic import StringConstraints

from services.tickets.actions.places import list_coded_places, read_place, revoke_code
from services.tickets.api.state import TicketsState
from services.tickets.api.tickets import Staff
from services.tickets.domain.place_codes import CodedPlace, PlaceKey, PlaceKind
from shared.auth.caller import Caller, Role
from shared.http.fields import Identifier, Reply, Storable
from shared.http.paging import Keys, Page, paged_by
from shared.http.requests import Tx, may
from shared.http.routing import action_router
from shared.http.state import state_of

router = action_router("/v1", tag="places")

_AnyCaller = Annotated[Caller, may(*Role)]
_Code = Annotated[str, StringConstraints(max_length=40), Storable]


def _key_from(raw: bytes) -> PlaceKey:
    kind, _, key = raw.decode().partition(" ")
    if "\0" in key:
        raise ValueError("no key of a place")
    return PlaceKey(PlaceKind(kind), key)


_BY_PLACE = Keys[PlaceKey](lambda place: f"{place.kind} {place.key}".encode(), _key_from)


class PlaceOut(Reply):
    """What a code stands for. `name` is the building's or the spot's, coordinates are WGS 84, of a
    unit its building's.
    """

    code: str
    site_id: str
    site_name: str
    kind: PlaceKind
    name: str
    building: str | None
    entrance: str | None
    unit: str | None
    spot: str | None
    lat: float | None
    lon: float | None


class LabelOut(PlaceOut):
    """A place with the address that its label leads to; null where FETTLE_PUBLIC_URL does not say
    where the service is reached.
    """

    link: str | None


class LabelsOut(Reply):
    items: tuple[LabelOut, ...]


@router.get("/places/{place_code}")
async def read(place_code: _Code, caller: _AnyCaller, tx: Tx) -> PlaceOut:
    """Return which place of one of the caller's sites has that code, in small letters or capitals;
    404 for one that is unknown or was revoked.
    """
    return PlaceOut.model_validate(await read_place(tx, place_code, by=caller))


@router.get("/sites/{site_id}/places")
async def list_(
    site_id: Identifier,
    request: Request,
    response: Response,
    page: Annotated[Page[PlaceKey], paged_by(_BY_PLACE)],
    caller: Staff,
    tx: Tx,
    kind: Annotated[PlaceKind | None, Query()] = None,
) -> LabelsOut:
    """Return the buildings, spots and units of the site with their codes, for labels; in the order
    of kind and key.
    """
    found = await list_coded_places(
        tx, site_id, kind=kind, after=page.last, limit=page.limit, by=caller
    )
    shown = page.cut(found, response, lambda each: each.key)
    return LabelsOut(items=tuple(_label(request, each.place) for each in shown))


@router.post("/sites/{site_id}/places/{place_code}:revoke")
async def revoke(
    site_id: Identifier, place_code: _Code, request: Request, caller: Staff, tx: Tx
) -> LabelOut:
    """Give the place another code, and return it with that: the old one, of a label that was lost
    or copied, leads nowhere from now on.
    """
    return _label(request, await revoke_code(tx, site_id, place_code, by=caller))


def _label(request: Request, place: CodedPlace) -> LabelOut:
    public_url = state_of(request, TicketsState).public_url
    link = None if public_url is None else f"{public_url}/q/{place.code}"
    return LabelOut(**vars(place), link=link)
