"""The desk reports for a person on the telephone."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.portal.adapters.apis import Apis, Away, Refusal, path_of

_PAUSES_S = (0.1, 0.2, 0.4, 0.0)

CALLER = "caller-"
"""What the ids of callers begin with who were not known before."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """What the caller says. `person_id` is who they are, where that is known; `name` and `phone` of
    one who is new. `key` is what makes the same call sent twice one report.
    """

    site_id: str
    category: str
    description: str
    unit: str = ""
    spot: str = ""
    address: str = ""
    priority: str = ""
    person_id: str = ""
    name: str = ""
    phone: str = ""
    language: str = "zh-CN"
    key: str

    @property
    def reporter_id(self) -> str:
        """Who reports it; a new id for one who is not known, the same for the same call."""
        return self.person_id or f"{CALLER}{uuid5(NAMESPACE_URL, self.key).hex[:16]}"


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The ticket, whether something like it was reported before, and whether the caller's number
    was stored (None: there was none to store).
    """

    ticket_id: UUID
    maybe_twice: bool
    contact_stored: bool | None


async def open_for_caller(apis: Apis, call: Call) -> Reported:
    """Open the ticket for the caller, and store who they are where they are new.

    Raises Refusal, and Away where tickets is: then nothing was reported.
    """
    body: dict[str, Any] = {
        "site_id": call.site_id,
        "category": call.category,
        "description": call.description,
        "channel": "phone",
        "reporter_id": call.reporter_id,
        "unit": call.unit or None,
        "spot": call.spot or None,
        "address": call.address or None,
        "priority": call.priority or None,
    }
    opened = (await apis.tickets.post("/v1/tickets", body, key=call.key)).json
    stored = None
    if not call.person_id and (call.phone or call.name):
        unit = opened["place"].get("unit") and call.unit
        stored = await _store_caller(apis, call, unit=unit or "")
    return Reported(
        ticket_id=UUID(opened["id"]),
        maybe_twice=bool(opened["possible_duplicates"]),
        contact_stored=stored,
    )


async def _store_caller(apis: Apis, call: Call, *, unit: str) -> bool:
    """Record where the caller lives, and their name and number; return whether that was taken.

    notify takes contacts of a person once it has heard of them, which takes a moment.
    """
    person = path_of("/v1/sites/{}/people/{}", call.site_id, call.reporter_id)
    recipient = path_of("/v1/recipients/{}", call.reporter_id)
    contacts = {"name": call.name or None, "phone": call.phone or None, "language": call.language}
    try:
        if unit:
            await apis.tickets.put(person, {"units": [{"unit": unit}]})
        for pause_s in _PAUSES_S:
            try:
                await apis.notify.put(recipient, contacts)
                return True
            except Refusal as refusal:
                if refusal.status != 404:
                    return False
            await asyncio.sleep(pause_s)
    except (Refusal, Away):
        pass
    return False
