"""What was said about a ticket, for the staff of its site; and what the portal has to say."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.notify.actions.read_messages import read_about
from services.notify.actions.send_login_link import MailOff, send_login_link
from services.notify.api.schemas import AcceptedOut, LoginLinkIn, MessageOut, MessagesOut
from services.notify.api.state import NotifyState
from services.notify.domain.addresses import UrlRefused, checked_link
from shared.auth.caller import STAFF, Caller, Role
from shared.http.declared import refuses
from shared.http.paging import Paging
from shared.http.requests import Tx, may
from shared.http.routing import action_router
from shared.http.state import state_of
from shared.ids import PersonId

router = action_router("/v1/messages", tag="messages")

Staff = Annotated[Caller, may(*STAFF)]
Portal = Annotated[Caller, may(Role.INTEGRATION)]


@router.get("")
async def list_(
    response: Response, page: Paging, caller: Staff, tx: Tx, ticket_id: Annotated[UUID, Query()]
) -> MessagesOut:
    """Return every message about the ticket, also those that were stale, with how each delivery
    stands.
    """
    found = await read_about(tx, ticket_id, by=caller, before=page.before, limit=page.limit)
    return MessagesOut(
        items=[
            MessageOut.of(each.message, each.deliveries)
            for each in page.cut(found, response, lambda each: each.message.id)
        ]
    )


@router.post("", status_code=202)
@refuses(MailOff, UrlRefused)
async def send(request: Request, body: LoginLinkIn, caller: Portal, tx: Tx) -> AcceptedOut:
    """Send a person a link to log in by, over e-mail alone: for the portal, whose `sub` the
    operator has set. An unknown person is answered like a known one.
    """
    state = state_of(request, NotifyState)
    expires_at = await send_login_link(
        tx,
        PersonId(body.recipient_id),
        checked_link(body.url, state.reach, below=state.portal_url),
        sites=None if body.sites is None else frozenset(body.sites),
        email=body.email,
        by=caller,
        portal_subject=state.portal_subject,
        couriers=state.couriers,
        sealer=state.sealer,
    )
    return AcceptedOut(expires_at=expires_at)
