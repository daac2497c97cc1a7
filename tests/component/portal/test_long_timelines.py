"""A ticket on which more has happened than its page shows."""

from sqlalchemy import text

from tests.support.portal import PortalUnderTest
from tests.support.residents import words

_URGED = text("""
    insert into entries (ticket_id, n, at, name, cause, public, detail)
    select cast(:id as uuid), n, now() + make_interval(secs => n), 'urged', 'demo-resident', true,
      '{}'
    from generate_series(2, cast(:last as integer)) n on conflict do nothing""")
_SAID = "更早的没有显示"


async def _urge(portal: PortalUnderTest, ticket_id: str, *, last: int) -> None:
    """Add lines to the ticket's timeline up to that number."""
    tickets = await portal.service("tickets")
    async with tickets.tx() as tx:
        await tx.execute(_URGED, id=ticket_id, last=last)


async def test_the_newest_lines_are_shown_and_that_there_are_earlier_ones(
    portal: PortalUnderTest,
) -> None:
    await portal.settle("sla", "dispatch", "notify")
    await portal.make_site()
    ticket = await portal.open_ticket()
    resident, desk = await portal.as_("resident"), await portal.as_("dispatcher")
    pages = ((resident, f"/r/tickets/{ticket['id']}"), (desk, f"/ops/tickets/{ticket['id']}"))

    await _urge(portal, ticket["id"], last=2000)
    whole = [(await browser.get(path)).text for browser, path in pages]
    await _urge(portal, ticket["id"], last=2001)
    cut = [(await browser.get(path)).text for browser, path in pages]

    assert [_SAID in words(page) for page in (*whole, *cut)] == [False, False, True, True]
    numbers = [(f'data-key="{n}"' in cut[0]) for n in (1, 2, 2001)]
    assert numbers == [False, True, True]
