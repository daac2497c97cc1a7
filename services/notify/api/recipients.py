"""Recipients: their language, and whom staff listen to."""

from typing import Annotated

from fastapi import Query, Response

from services.notify.actions.change_recipients import (
    forget_recipient,
    list_listeners,
    put_recipient,
)
from services.notify.actions.seeing import see_recipient
from services.notify.api.schemas import RecipientIn, RecipientOut, RecipientsOut
from services.notify.domain.access import EVERYBODY, MAY_MANAGE
from shared.auth.caller import Caller
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Subject
from shared.http.paging import SUBJECTS, Page, paged_by
from shared.http.requests import Tx, etag, may
from shared.http.routing import action_router
from shared.ids import PersonId, SiteId

router = action_router("/v1/recipients", tag="recipients")

AnyCaller = Annotated[Caller, may(*EVERYBODY)]
ListReader = Annotated[Caller, may(*MAY_MANAGE)]


@router.put("/{recipient_id}")
async def put(
    response: Response, recipient_id: Subject, body: RecipientIn, caller: AnyCaller, tx: Tx
) -> RecipientOut:
    """Store yourself, or for staff and integrations any recipient.

    The audience of a site is for its staff to say.
    """
    audience = (
        None
        if body.audience is None
        else [(each.role.value, SiteId(each.site)) for each in body.audience]
    )
    recipient = await put_recipient(
        tx, PersonId(recipient_id), by=caller, language=body.language, audience=audience
    )
    etag(response, recipient.version)
    return RecipientOut.of(recipient)


@router.get("")
@refuses(NotFound)
async def list_all(
    response: Response,
    caller: ListReader,
    tx: Tx,
    page: Annotated[Page[str], paged_by(SUBJECTS)],
    site: Annotated[Identifier | None, Query()] = None,
) -> RecipientsOut:
    """Return who hears what staff are told, by id: at your sites, or at `site`; those who hear of
    every site too.
    """
    found = await list_listeners(
        tx,
        by=caller,
        site=None if site is None else SiteId(site),
        after=page.last or "",
        limit=page.limit,
    )
    shown = page.cut(found, response, lambda recipient: recipient.id)
    return RecipientsOut(items=tuple(RecipientOut.of(each) for each in shown))


@router.get("/{recipient_id}")
async def get(response: Response, recipient_id: Subject, caller: AnyCaller, tx: Tx) -> RecipientOut:
    recipient = await see_recipient(tx, PersonId(recipient_id), by=caller)
    etag(response, recipient.version)
    return RecipientOut.of(recipient)


@router.delete("/{recipient_id}", status_code=204)
async def delete(recipient_id: Subject, caller: AnyCaller, tx: Tx) -> None:
    """Delete their language, audience and endpoints; what was said stays on record."""
    await forget_recipient(tx, PersonId(recipient_id), by=caller)
