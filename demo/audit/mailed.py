"""What was mailed, held against the mails that came."""

from collections.abc import Collection, Iterator, Mapping

from demo.audit.client_log import Mail
from demo.audit.ledger import EMAIL, Finding, Ledger
from demo.audit.lost import DELIVERED

MAX_KEPT = 1000
"""So many mails are kept in a folder: where it is full, what is not there may have been."""


def unmailed(ledger: Ledger, mails: Collection[Mail]) -> Iterator[Finding]:
    """Yield mails that are said to be delivered and are not there."""
    there = {mail.message_id for mail in mails}
    if len(mails) >= MAX_KEPT:
        return
    for delivery in ledger.deliveries:
        said = delivery.channel == EMAIL and delivery.state in DELIVERED
        if said and delivery.message not in there:
            what = f"said to be mailed to {delivery.owner}, and no mail is there"
            yield Finding(about=delivery.message, what=what)


def mismailed(
    ledger: Ledger,
    mails: Collection[Mail],
    *,
    addresses: Mapping[str, str],
    languages: Mapping[str, str],
) -> Iterator[Finding]:
    """Yield mails of no message, to another person's address, or in another language."""
    messages = {message.id: message for message in ledger.messages}
    for mail in mails:
        message = messages.get(mail.message_id)
        if message is None:
            yield Finding(about=mail.message_id, what=f"a mail to {mail.to} is of no message")
            continue
        about = message.ticket or message.id
        if mail.to != addresses.get(message.recipient):
            what = f"{message.kind} for {message.recipient} was mailed to {mail.to}"
            yield Finding(about=about, what=what)
        wanted = languages.get(message.recipient, mail.language)
        if mail.language != wanted:
            what = f"the mail of {message.kind} to {message.recipient} is in {mail.language}"
            yield Finding(about=about, what=f"{what}, not {wanted}")
