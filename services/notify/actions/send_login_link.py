"""A link to log in by, on its way to the person who asked the portal for it."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from services.notify.actions.deliver import MAILS, Couriers
from services.notify.adapters.wording import words_for
from services.notify.domain.access import EVERYBODY
from services.notify.domain.channels import Channel
from services.notify.domain.delivery import Delivery
from services.notify.domain.envelope import Said
from services.notify.domain.kinds import Kind, Language
from services.notify.domain.occasion import Occasion
from services.notify.domain.sealing import NONCE_BYTES, Sealer
from services.notify.store.deliveries import put_delivery
from services.notify.store.login_links import put_login_link
from services.notify.store.mailboxes import LoginMailbox, find_login_mailbox
from services.notify.store.messages import put_message
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Conflict, Forbidden
from shared.ids import PersonId, new_id

LINK_VALID_FOR = timedelta(minutes=15)
"""How long it is worth sending; how long it opens the portal is for the portal to say."""
MAX_LINKS_AT_ONCE = 5
"""Links under way to one person; further ones are dropped, as if there were no such person."""
NOT_FOR_INBOX = "not_for_inbox"
"""Why the message of a link lies in no inbox: who reads that is logged in."""


class MailOff(Conflict):
    code = "mail_off"


async def send_login_link(
    tx: Transaction,
    recipient_id: PersonId,
    url: str,
    *,
    sites: Collection[str] | None,
    email: str | None,
    by: Caller,
    portal_subject: str | None,
    couriers: Couriers,
    sealer: Sealer,
) -> datetime:
    """Have the link sent to the person's e-mail address; return until when that is tried. `sites`
    are those that it opens to them; None: those where they are known. `email` is the address that
    the portal knows, None where it does not say. A person who is not known, or has no address that
    all may be sent to which is said to them, is answered the same.

    Raises Forbidden for a caller who is not the portal, MailOff where there is no mail server.
    """
    if portal_subject is None or by.id != portal_subject:
        raise Forbidden("Only the portal may do this, whose `sub` is set as FETTLE_PORTAL_SUBJECT.")
    if Channel.EMAIL not in couriers.channels:
        raise MailOff("E-mail is off: FETTLE_SMTP_URL is not set.")
    until = tx.now + LINK_VALID_FOR
    await tx.lock("login_links", [recipient_id])
    mailbox = await find_login_mailbox(
        tx, recipient_id, sites=by.sites(*EVERYBODY), opened=sites, email=email
    )
    if mailbox is not None and mailbox.links < MAX_LINKS_AT_ONCE:
        _put(tx, recipient_id, mailbox, url, until=until, sealer=sealer)
        tx.schedule(MAILS, tx.now)
    return until


def _put(
    tx: Transaction,
    person: PersonId,
    mailbox: LoginMailbox,
    url: str,
    *,
    until: datetime,
    sealer: Sealer,
) -> None:
    id, language = new_id(), Language(mailbox.language)
    occasion = Occasion(
        recipient_id=person,
        kind=Kind.LOGIN_LINK,
        cause=str(id),
        at=tx.now,
        ticket_id=None,
        site_id=None,
        language=language,
        until=until,
    )
    title, text = words_for(Kind.LOGIN_LINK, language, {}, zone=None)
    said = Said(
        id=id,
        kind=Kind.LOGIN_LINK,
        at=tx.now,
        data={},
        title=title,
        text=text,
        language=language,
    )
    put_message(tx, said, occasion, stale=NOT_FOR_INBOX, read=True)
    sealed = sealer.seal(url, id, nonce=secrets.token_bytes(NONCE_BYTES))
    put_login_link(tx, id, person, sealed, until=until)
    delivery = Delivery.begun(
        channel=Channel.EMAIL,
        id=new_id(),
        message_id=id,
        endpoint_id=mailbox.id,
        kind=Kind.LOGIN_LINK,
        until=until,
        at=tx.now,
    )
    put_delivery(tx, delivery, claim=None)
