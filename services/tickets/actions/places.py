"""Places by their codes."""

from dataclasses import dataclass

from services.tickets.actions.seeing import see_site, see_site_of_staff
from services.tickets.domain.access import may_see_site
from services.tickets.domain.place_codes import (
    CodedPlace,
    PlaceKey,
    PlaceKind,
    code_as_written,
    coded_place,
    new_codes,
)
from services.tickets.store import places as store
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.telemetry import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class ListedPlace:
    """A place of a list, and where it stands there."""

    key: PlaceKey
    place: CodedPlace


async def read_place(tx: Transaction, said: str, *, by: Caller) -> CodedPlace:
    """Return what the code stands for. Raises NotFound, also where the caller has no role at the
    site.
    """
    code = code_as_written(said)
    found = await store.find_place(tx, code) if code else None
    if code is None or found is None or not may_see_site(by, found.site_id):
        raise _no_such_code()
    site = await see_site(tx, found.site_id, by=by)
    return coded_place(site, found.place, code)


async def list_coded_places(
    tx: Transaction,
    site_id: str,
    *,
    kind: PlaceKind | None,
    after: PlaceKey | None,
    limit: int,
    by: Caller,
) -> list[ListedPlace]:
    """Return the site's places with their codes, for staff, by kind and key. Raises NotFound."""
    site = await see_site_of_staff(tx, site_id, by=by)
    found = await store.list_places(tx, site_id, kind=kind, after=after, limit=limit)
    return [
        ListedPlace(key=each.place, place=coded_place(site, each.place, each.code))
        for each in found
    ]


async def revoke_code(tx: Transaction, site_id: str, said: str, *, by: Caller) -> CodedPlace:
    """Give the place of the code another one, and return it. Raises NotFound."""
    site = await see_site_of_staff(tx, site_id, by=by)
    code = code_as_written(said)
    [new] = new_codes(1)
    place = await store.replace_code(tx, site_id, code, new) if code else None
    if place is None:
        raise _no_such_code()
    log.info("place_code_revoked", site=site_id, kind=place.kind.value, place=place.key, by=by.id)
    return coded_place(site, place, new)


def _no_such_code() -> NotFound:
    return NotFound("There is no place with this code; it may have been revoked.")
