"""What people want to hear: kinds of message, switched on or off by channel."""

from typing import Annotated

from fastapi import Response

from services.notify.actions.choose_channels import put_preferences, see_preferences
from services.notify.api.recipient_schemas import PreferencesIn, PreferencesOut
from services.notify.domain.access import EVERYBODY
from shared.auth.caller import Caller
from shared.http.fields import Subject
from shared.http.requests import IfMatchMaybe, Tx, etag, may
from shared.http.routing import action_router
from shared.ids import PersonId

router = action_router("/v1/recipients/{recipient_id}/preferences", tag="recipients")

AnyCaller = Annotated[Caller, may(*EVERYBODY)]


@router.get("")
async def get(
    response: Response, recipient_id: Subject, caller: AnyCaller, tx: Tx
) -> PreferencesOut:
    """Return the switches that were set; what has none is on. Version 0: nothing was ever said."""
    preferences = await see_preferences(tx, PersonId(recipient_id), by=caller)
    etag(response, preferences.version)
    return PreferencesOut.model_validate(preferences)


@router.put("")
async def put(
    response: Response,
    recipient_id: Subject,
    body: PreferencesIn,
    version: IfMatchMaybe,
    caller: AnyCaller,
    tx: Tx,
) -> PreferencesOut:
    """Set the switches, in the place of all that there were: kind → on or off, `*` for every kind
    that has none of its own. Job offers and emergencies cannot be switched off in the inbox.
    """
    preferences = await put_preferences(
        tx, PersonId(recipient_id), body.switches(), version=version, by=caller
    )
    etag(response, preferences.version)
    return PreferencesOut.model_validate(preferences)
