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
    units = None if link is None else await _units_of_person(database, link)
    if link is None or units is None:
        await count_try(database, Counted.of(TICKET_LINK_FROM_ADDRESS, address))
        raise NoSuchLink("This link opens nothing, or does not any more.")
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


async def _units_of_person(database: Database, link: TicketLink) -> frozenset[str] | None:
    """Return the flats of the link's person, none where they have no account; None where they were
    shut out since the link was made.
    """
    if link.person_id is None:
        return frozenset()
    async with database.transaction(kind=Kind.READING) as tx:
        ended = await store.find_end_of_links(tx, link.person_id)
        account = await find_account(tx, link.person_id)
    # a link says its moment in whole seconds: one of the second of the end is over
    if ended is not None and link.made_at <= ended:
        return None
    if account is None:
        return frozenset()
    return None if account.disabled_at is not None else account.units
