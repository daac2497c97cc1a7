"""Recipients: their language, their contacts, and whom staff listen to."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.notify.actions.change_recipients import (
    forget_recipient,
    list_listeners,
    put_recipient,
)
from services.notify.actions.put_contacts import list_by_phone
from services.notify.actions.seeing import see_recipient
from services.notify.api.schemas import Phone, RecipientIn, RecipientOut, RecipientsOut
from services.notify.api.state import NotifyState
from services.notify.domain.access import EVERYBODY, MAY_MANAGE
from services.notify.domain.contacts import read_contacts
from services.notify.domain.phone_numbers import phone_number
from shared.auth.caller import Caller
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Subject
from shared.http.paging import SUBJECTS, Page, paged_by
from shared.http.requests import Tx, etag, may
from shared.http.routing import action_router
from shared.http.state import state_of
from shared.ids import PersonId, SiteId

router = action_router("/v1/recipients", tag="recipients")

AnyCaller = Annotated[Caller, may(*EVERYBODY)]
ListReader = Annotated[Caller, may(*MAY_MANAGE)]


@router.put("/{recipient_id}")
async def put(
    request: Request,
    response: Response,
    recipient_id: Subject,
    body: RecipientIn,
    caller: AnyCaller,
    tx: Tx,
) -> RecipientOut:
    """Store yourself, or for staff and integrations any recipient.

    What is left out stays as it is; of the contacts, null clears. The audience of a site is for its
    staff to say.
    """
    country = state_of(request, NotifyState).phone_country
    audience = (
        None
        if body.audience is None
        else [(each.role.value, SiteId(each.site)) for each in body.audience]
    )
    recipient = await put_recipient(
        tx,
        PersonId(recipient_id),
        by=caller,
        language=body.language,
        audience=audience,
        contacts=read_contacts(body.contacts(), country=country),
    )
    etag(response, recipient.version)
    return RecipientOut.of(recipient)


@router.get("")
@refuses(NotFound)
async def list_all(
    request: Request,
    response: Response,
    caller: ListReader,
    tx: Tx,
    page: Annotated[Page[str], paged_by(SUBJECTS)],
    site: Annotated[Identifier | None, Query()] = None,
    phone: Annotated[Phone | None, Query()] = None,
) -> RecipientsOut:
    """Return who hears what staff are told, by id: at your sites, or at `site`; those who hear of
    every site too.

    With `phone` all people of these sites with that telephone number, however it is written.
    """
    at, after = None if site is None else SiteId(site), page.last or ""
    if phone is None:
        found = await list_listeners(tx, by=caller, site=at, after=after, limit=page.limit)
    else:
        number = phone_number(phone, country=state_of(request, NotifyState).phone_country)
        found = await list_by_phone(tx, number, by=caller, site=at, after=after, limit=page.limit)
    shown = page.cut(found, response, lambda recipient: recipient.id)
    return RecipientsOut(items=tuple(RecipientOut.of(each) for each in shown))


@router.get("/{recipient_id}")
async def get(response: Response, recipient_id: Subject, caller: AnyCaller, tx: Tx) -> RecipientOut:
    recipient = await see_recipient(tx, PersonId(recipient_id), by=caller)
    etag(response, recipient.version)
    return RecipientOut.of(recipient)


@router.delete("/{recipient_id}", status_code=204)
async def delete(recipient_id: Subject, caller: AnyCaller, tx: Tx) -> None:
    """Delete their language, audience, contacts and endpoints; what was said stays on record."""
    await forget_recipient(tx, PersonId(recipient_id), by=caller)
