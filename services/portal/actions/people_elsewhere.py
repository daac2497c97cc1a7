"""What other services keep of people, written as the person who looks after them: who belongs to a
site is tickets' to say, how a person is reached notify's.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from services.portal.actions.known_people import KnownElsewhere, NotLookedUp, demand_theirs
from services.portal.adapters.apis import Apis, path_of
from services.portal.adapters.service_answers import Away, Refusal
from services.portal.domain.invitation import Contacts
from services.portal.domain.visitor import Visitor
from shared.auth.caller import EVERY_SITE, Grant, Role
from shared.ids import PersonId

_NOT_THERE = 404
_TRIES, _PAUSE_S = 8, 0.2
"""A person whom tickets has just heard of is known to notify a moment later."""


async def record_grant(
    apis: Apis, person_id: PersonId, grant: Grant, *, unit: str | None
) -> Collection[str]:
    """Have tickets record that the person is this at the site, or lives there; return the flats
    that the record names. What it says besides stays.

    Raises Refusal (`unknown_unit`) and Away.
    """
    if grant.site == EVERY_SITE:
        return ()
    record = await _record(apis, person_id, grant.site)
    roles, units = _roles(record), _units(record)
    if grant.role is Role.RESIDENT:
        # who lives in a unit is a resident; what people are besides is not for a dispatcher to say
        others = [each for each in units or () if each["unit"] != unit]
        units = [*others, {"unit": unit}] if record is None or units is not None else None
    elif record is None:
        roles = [grant.role.value]
    elif roles is not None and grant.role.value not in roles:
        roles = [*roles, grant.role.value]
    return await _put_record(apis, person_id, grant.site, roles, units)


async def record_without(apis: Apis, person_id: PersonId, grant: Grant) -> None:
    """Have tickets record that the person is this at the site no more; a resident has moved out.
    Raises Refusal and Away.
    """
    record = None if grant.site == EVERY_SITE else await _record(apis, person_id, grant.site)
    if record is None:
        return
    roles, units = _roles(record), _units(record)
    if grant.role is Role.RESIDENT:
        units = []
    elif roles is not None:
        roles = [role for role in roles if role != grant.role.value]
    await _put_record(apis, person_id, grant.site, roles, units)


async def save_contacts(
    apis: Apis, person_id: PersonId, contacts: Contacts, *, listens: Grant | None, with_email: bool
) -> bool:
    """Have notify store how the person is reached (`with_email`: also where mails go), and that
    they hear what staff of a site are told; return whether it did. One whom it does not know yet
    is tried again for a moment.

    Raises Refusal for contacts that it does not take.
    """
    path = path_of("/v1/recipients/{}", person_id)
    body: dict[str, Any] = {
        "name": contacts.name,
        "phone": contacts.phone,
        "language": contacts.language,
    }
    if with_email:
        body["email"] = contacts.email
    for _ in range(_TRIES):
        try:
            if listens is not None:
                body["audience"] = await _audience_with(apis, path, listens)
            await apis.notify.put(path, body)
        except Away:
            return False
        except Refusal as refused:
            if refused.status != _NOT_THERE:
                raise
            await asyncio.sleep(_PAUSE_S)
        else:
            return True
    return False


async def reach_invited(
    apis: Apis,
    portal: Apis,
    person_id: PersonId,
    contacts: Contacts,
    *,
    listens: Grant | None,
    by: Visitor,
) -> bool:
    """Have notify store how a person who was invited is reached; return whether it did. An address
    that they gave themself stays, and so does that of one who is known elsewhere, which `portal`
    asks as itself. Raises Refusal for contacts that notify does not take.
    """
    try:
        with_email = (await demand_theirs(portal, person_id, by=by)).own_email is None
    except KnownElsewhere:
        with_email = False
    except NotLookedUp:
        return False
    return await save_contacts(apis, person_id, contacts, listens=listens, with_email=with_email)


async def forget_contacts(apis: Apis, person_id: PersonId) -> None:
    """Have notify forget how the person is reached, where it knows. Raises Refusal and Away."""
    await _delete(apis, "notify", path_of("/v1/recipients/{}", person_id))


async def end_records(apis: Apis, person_id: PersonId, sites: Collection[str]) -> None:
    """Have tickets end the records of the person at these sites; what is not there is gone already.
    Raises Refusal and Away.
    """
    for site in sorted(set(sites) - {EVERY_SITE}):
        await _delete(apis, "tickets", path_of("/v1/sites/{}/people/{}", site, person_id))


async def _record(apis: Apis, person_id: PersonId, site: str) -> Mapping[str, Any] | None:
    try:
        record: Mapping[str, Any] = await apis.tickets.get(
            path_of("/v1/sites/{}/people/{}", site, person_id)
        )
    except Refusal as refused:
        if refused.status != _NOT_THERE:
            raise
        return None
    return None if record["removed_at"] is not None else record


def _roles(record: Mapping[str, Any] | None) -> list[str] | None:
    """Return the roles of a record as it is written; None: as the person's token says."""
    roles = None if record is None else record["roles"]
    return None if roles is None else list(roles)


def _units(record: Mapping[str, Any] | None) -> list[dict[str, Any]] | None:
    units = None if record is None else record["units"]
    return None if units is None else [dict(each) for each in units]


async def _put_record(
    apis: Apis,
    person_id: PersonId,
    site: str,
    roles: list[str] | None,
    units: list[dict[str, Any]] | None,
) -> Collection[str]:
    body = {
        name: value for name, value in (("roles", roles), ("units", units)) if value is not None
    }
    answer = await apis.tickets.put(path_of("/v1/sites/{}/people/{}", site, person_id), body)
    return [each["unit"] for each in answer.json["units"] or () if each["until"] is None]


async def _audience_with(apis: Apis, path: str, listens: Grant) -> list[dict[str, str]]:
    """Return what the person listens to, with this."""
    wanted = {"role": listens.role.value, "site": str(listens.site)}
    try:
        known = (await apis.notify.get(path))["audience"]
    except Refusal as refused:
        if refused.status != _NOT_THERE:
            raise
        known = []
    others = [{"role": each["role"], "site": each["site"]} for each in known]
    return [*(each for each in others if each != wanted), wanted]


async def _delete(apis: Apis, service: str, path: str) -> None:
    try:
        await apis.of(service).delete(path)
    except Refusal as refused:
        if refused.status != _NOT_THERE:
            raise
