"""Who belongs to a site: records that bound what tokens claim there."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import Field

from services.tickets.actions.people import put_person, remove_person, republish_people
from services.tickets.actions.seeing import see_person
from services.tickets.api.sites import RepublishedOut
from services.tickets.api.tickets import Reader
from services.tickets.domain.access import KEEPERS_OF_PEOPLE
from services.tickets.domain.person import MAX_RESIDENCIES, Residence, UnknownUnit
from shared.auth.caller import Caller, Role
from shared.contracts.people import Residency
from shared.http.declared import refuses
from shared.http.fields import Body, Identifier, Moment, Reply, ShortWords, Subject
from shared.http.requests import Tx, etag, may
from shared.http.routing import action_router
from shared.ids import PersonId

router = action_router("/v1", tag="people")

Keeper = Annotated[Caller, may(*KEEPERS_OF_PEOPLE)]
_Admin = Annotated[Caller, may(Role.ADMIN)]


class ResidencyIn(Body):
    """Lives in `unit` from `since` (left out: as recorded before, or from now on) until `until`
    (left out: still).
    """

    unit: ShortWords = Field(examples=["3-1202"])
    since: Moment | None = None
    until: Moment | None = None

    def residence(self) -> Residence:
        return Residence(unit=self.unit, since=self.since, until=self.until)


class PersonIn(Body):
    """The record as it is to be, whole."""

    roles: Annotated[list[Role], Field(max_length=len(Role))] | None = None
    """What the person is there at most; left out: what their token says. Who lives in a unit is a
    resident besides.
    """
    units: Annotated[list[ResidencyIn], Field(max_length=MAX_RESIDENCIES)] | None = None
    """Where the person lives there, of what their token claims; left out: all that it claims."""


class PersonOut(Reply):
    site_id: str
    person_id: str
    version: int
    roles: tuple[str, ...] | None
    units: tuple[Residency, ...] | None
    removed_at: datetime | None


@router.put(
    "/sites/{site_id}/people/{person_id}",
    responses={201: {"model": PersonOut, "description": "The record is new."}},
)
@refuses(UnknownUnit)
async def put(
    site_id: Identifier,
    person_id: Subject,
    response: Response,
    body: PersonIn,
    caller: Keeper,
    tx: Tx,
) -> PersonOut:
    """Record what the person is at the site and where they live: it bounds what their token claims
    there, at once.
    """
    units = None if body.units is None else [unit.residence() for unit in body.units]
    person, created = await put_person(
        tx, site_id, PersonId(person_id), roles=body.roles, units=units, by=caller
    )
    response.status_code = 201 if created else 200
    etag(response, person.version)
    return PersonOut.model_validate(person)


@router.get("/sites/{site_id}/people/{person_id}")
async def read(
    site_id: Identifier, person_id: Subject, response: Response, caller: Reader, tx: Tx
) -> PersonOut:
    """Return the record of a person, to themself, to staff and to those who keep it."""
    person = await see_person(tx, site_id, PersonId(person_id), by=caller)
    etag(response, person.version)
    return PersonOut.model_validate(person)


@router.delete("/sites/{site_id}/people/{person_id}", status_code=204)
async def remove(site_id: Identifier, person_id: Subject, caller: Keeper, tx: Tx) -> None:
    """End the record: from now on the person's token says where they belong."""
    await remove_person(tx, site_id, PersonId(person_id), by=caller)


@router.post("/people:republish")
async def republish(caller: _Admin, tx: Tx) -> RepublishedOut:
    """Have every record published again within moments, for listeners that may have missed it."""
    return RepublishedOut(republished=await republish_people(tx, by=caller))
