"""Recipients: their language, their contacts, and whom staff listen to."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.notify.actions.change_recipients import (
    forget_recipient,
    list_listeners,
    put_recipient,
)
from services.notify.actions.find_people import find_by_phone, find_unreachable
from services.notify.actions.seeing import see_recipient
from services.notify.api.recipient_schemas import Phone, RecipientIn, RecipientOut, RecipientsOut
from services.notify.api.state import NotifyState
from services.notify.domain.access import EVERYBODY, MAY_MANAGE
from services.notify.domain.contacts import read_contacts
from services.notify.domain.phone_numbers import phone_number
from shared.auth.caller import Caller
from shared.errors import Invalid, NotFound
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
    staff to say: what is heard of others is neither shown to them nor changed.
    """
    state = state_of(request, NotifyState)
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
        contacts=read_contacts(body.contacts(), country=state.phone_country),
        channels=state.couriers.channels,
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
    unreachable: Annotated[bool, Query()] = False,
) -> RecipientsOut:
    """Return who hears what staff are told, by id: at your sites, or at `site`; those who hear of
    every site too.

    With `phone` all people of these sites with that telephone number, however it is written; with
    `unreachable` those whom nothing but their inbox reaches.
    """
    if phone is not None and unreachable:
        raise Invalid("Say either `phone` or `unreachable`.")
    state, at = state_of(request, NotifyState), None if site is None else SiteId(site)
    after, limit = page.last or "", page.limit
    if phone is not None:
        number = phone_number(phone, country=state.phone_country)
        found = await find_by_phone(tx, number, by=caller, site=at, after=after, limit=limit)
    elif unreachable:
        channels = state.couriers.channels
        found = await find_unreachable(
            tx, by=caller, site=at, channels=channels, after=after, limit=limit
        )
    else:
        found = await list_listeners(tx, by=caller, site=at, after=after, limit=limit)
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
