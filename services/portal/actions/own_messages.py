"""How a person is reached and what they want to hear: notify's, written as they themselves."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.adapters.apis import Apis, path_of
from services.portal.adapters.service_answers import Refusal
from services.portal.domain.message_groups import (
    MessageGroup,
    Switches,
    groups_for,
    is_mailed,
    with_mailed,
)
from services.portal.domain.visitor import Visitor
from services.portal.store.login_links import delete_login_links_of
from shared.auth.caller import STAFF, Grant
from shared.db.transaction import Database
from shared.ids import PersonId

_NOT_THERE = 404


@dataclass(frozen=True, kw_only=True)
class OwnMessages:
    """`groups` are what the person is sent, each with whether it is mailed; `listens` says for each
    of their grants as staff whether they hear what the desk of its site is told.
    """

    phone: str
    email: str
    is_undeliverable: bool
    groups: Mapping[MessageGroup, bool]
    listens: Mapping[Grant, bool]


async def see_own_messages(apis: Apis, visitor: Visitor, person_id: PersonId) -> OwnMessages:
    """Return how the person is reached, and what is mailed to them. Raises Refusal and Away."""
    known = await _recipient(apis, person_id)
    switches: Switches = (await apis.notify.get(_preferences(person_id)))["channels"]
    groups = groups_for({grant.role for grant in visitor.grants})
    return OwnMessages(
        phone=known.get("phone") or "",
        email=known.get("email") or "",
        is_undeliverable=known.get("email_undeliverable_since") is not None,
        groups={group: is_mailed(group, switches) for group in groups},
        listens={
            grant: _listening(grant) in map(_told, known.get("audience", ()))
            for grant in visitor.grants
            if grant.role in STAFF
        },
    )


async def save_own_contacts(
    database: Database, apis: Apis, person_id: PersonId, *, phone: str, email: str
) -> None:
    """Store how the person is reached; empty is none. Links to log in by that are under way to the
    address of before are over. Raises Refusal and Away.
    """
    body = {"phone": phone or None, "email": email or None}
    await apis.notify.put(path_of("/v1/recipients/{}", person_id), body)
    async with database.transaction(actor=person_id) as tx:
        await delete_login_links_of(tx, person_id)


async def save_mailed(
    apis: Apis, visitor: Visitor, person_id: PersonId, mailed: Collection[str]
) -> None:
    """Have these groups mailed and the person's others not. Raises Refusal, also where it was
    changed elsewhere meanwhile, and Away.
    """
    answer = await apis.notify.answer("GET", _preferences(person_id))
    shown = groups_for({grant.role for grant in visitor.grants})
    wanted = [group for group in shown if group.value in mailed]
    channels = with_mailed(answer.json["channels"], shown, wanted)
    await apis.notify.put(_preferences(person_id), {"channels": channels}, etag=answer.etag)


async def save_listening(
    apis: Apis, visitor: Visitor, person_id: PersonId, wanted: Collection[Grant]
) -> None:
    """Have the person hear what the desk is told at the sites of these grants, and of their other
    ones not. Raises Refusal and Away.
    """
    own = [_listening(grant) for grant in visitor.grants if grant.role in STAFF]
    known = map(_told, (await _recipient(apis, person_id)).get("audience", ()))
    body = [
        *(each for each in known if each not in own),
        *(each for each in own if each in map(_listening, wanted)),
    ]
    await apis.notify.put(path_of("/v1/recipients/{}", person_id), {"audience": body})


def _listening(grant: Grant) -> dict[str, str]:
    return {"role": grant.role.value, "site": str(grant.site)}


def _told(listening: Mapping[str, str]) -> dict[str, str]:
    return {"role": listening["role"], "site": listening["site"]}


async def _recipient(apis: Apis, person_id: PersonId) -> Mapping[str, Any]:
    """Return what notify knows of the person; nothing for one whom it does not know."""
    try:
        known: Mapping[str, Any] = await apis.notify.get(path_of("/v1/recipients/{}", person_id))
    except Refusal as refused:
        if refused.status != _NOT_THERE:
            raise
        return {}
    return known


def _preferences(person_id: PersonId) -> str:
    return path_of("/v1/recipients/{}/preferences", person_id)
