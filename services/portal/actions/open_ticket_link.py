"""Opening a link to one ticket: what its bearer is, as long as it is good."""

from services.portal.actions.limits import count_try
from services.portal.adapters.ticket_links import TicketLinks
from services.portal.domain.limits import TICKET_LINK_FROM_ADDRESS, Counted
from services.portal.domain.ticket_links import TicketLink
from services.portal.domain.visitor import Language, Visitor
from services.portal.store import ticket_links as store
from services.portal.store.accounts import find_account
from shared.auth.caller import Grant, Role
from shared.db.transaction import Database, Kind
from shared.due_work import DueWork
from shared.errors import NotFound
from shared.ids import PersonId

NEEDLESS_ENDS = DueWork(
    name="needless_ends_of_links",
    next_due=store.next_needless_end,
    claim=store.claim_needless_ends,
    act=store.delete_ends,
    batch_size=1000,
)
"""That links were ended is forgotten once they are over by themselves."""


class NoSuchLink(NotFound):
    """The link was cut, changed or made elsewhere, its time is over, or its person's account was
    shut; which of these is not said.
    """

    code = "no_such_link"


async def open_ticket_link(
    database: Database, links: TicketLinks, text: str, *, address: str, language: Language
) -> tuple[TicketLink, Visitor]:
    """Return the link, and its bearer: its person, as a resident of the site, for whom the one
    ticket is all that there is. They have no name here, since a link may be in anyone's hands.

    Raises NoSuchLink, TooManyTries.
    """
    link = links.read_ticket_link(text)
    if link is None or not await _is_good(database, link):
        await count_try(database, Counted.of(TICKET_LINK_FROM_ADDRESS, address))
        raise NoSuchLink("This link opens nothing, or does not any more.")
    units: frozenset[str] = frozenset()
    if link.person_id is not None:
        async with database.transaction(kind=Kind.READING) as tx:
            account = await find_account(tx, link.person_id)
        units = frozenset() if account is None else account.units
    visitor = Visitor(
        person_id=link.person_id or PersonId(f"link-{link.ticket_id}"),
        name="",
        grants=(Grant(Role.RESIDENT, link.site_id),),
        units=units,
        only=link.ticket_id,
        language=language,
        session_id=None,
    )
    return link, visitor


async def _is_good(database: Database, link: TicketLink) -> bool:
    """Return whether the link's person was not shut out since it was made. Links say their moment
    in whole seconds; one of the very second of the end is over.
    """
    if link.person_id is None:
        return True
    async with database.transaction(kind=Kind.READING) as tx:
        ended = await store.find_end_of_links(tx, link.person_id)
        account = await find_account(tx, link.person_id)
    if account is not None and account.disabled_at is not None:
        return False
    return ended is None or link.made_at > ended
