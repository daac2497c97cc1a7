"""What a person wants to hear by which channel, as they or those who look after them say."""

from uuid import UUID

from services.notify.actions.seeing import demand_shared
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.preferences import Preferences, Switches, check_switches
from services.notify.store.preferences import (
    SaidTo,
    find_said,
    load_preferences,
    save_preferences,
)
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import PersonId
from shared.preconditions import demand_version


async def see_preferences(tx: Transaction, id: PersonId, *, by: Caller) -> Preferences:
    """Return what the person wants to hear. Raises Forbidden and NotFound."""
    await demand_shared(tx, id, by=by)
    return await load_preferences(tx, id, for_update=False)


async def put_preferences(
    tx: Transaction, id: PersonId, channels: Switches, *, version: int | None, by: Caller
) -> Preferences:
    """Save these switches in the place of all that there were. `version` is the one that was read;
    None where nothing was said yet.

    Raises Forbidden, NotFound, Invalid, Stale and PreconditionRequired.
    """
    check_switches(channels)
    await demand_shared(tx, id, by=by)
    before = await _lock_preferences(tx, id)
    demand_version(before.version, version)
    after = before.changed(channels)
    save_preferences(tx, id, after)
    return after


async def see_unsubscribing(tx: Transaction, message_id: UUID) -> Language:
    """Return the language of the message whose like is to be e-mailed no more. Raises NotFound for
    one that is forgotten.
    """
    return Language.of((await _said(tx, message_id)).language)


async def unsubscribe(tx: Transaction, message_id: UUID, *, all_kinds: bool) -> Language:
    """Switch e-mails off for the person who was sent the message: those of its kind, or all;
    return its language. Harmless to repeat. Raises NotFound for a message that is forgotten.
    """
    said = await _said(tx, message_id)
    before = await _lock_preferences(tx, said.recipient_id)
    after = before.without_mail(None if all_kinds else Kind(said.kind))
    if after != before:
        save_preferences(tx, said.recipient_id, after)
    return Language.of(said.language)


async def _said(tx: Transaction, message_id: UUID) -> SaidTo:
    found = await find_said(tx, message_id)
    if found is None:
        raise NotFound("This message is forgotten; say in the app which e-mails you want.")
    return found


async def _lock_preferences(tx: Transaction, id: PersonId) -> Preferences:
    await tx.lock("preferences", [id])
    return await load_preferences(tx, id, for_update=True)
