"""Links to one ticket."""

import pytest

from services.portal.adapters.ticket_links import TicketLinks
from services.portal.domain.ticket_links import VALID_FOR, packed, unpacked
from shared.ids import MAX_SUBJECT_LENGTH, PersonId, SiteId, TicketId, new_id
from tests.support.clocks import SettableClock

KEYS = (("tests", b"tests-only-portal-seed-32-bytes!"),)
TICKET = TicketId(new_id())


@pytest.mark.parametrize("person", [None, "resident-1", "王" * MAX_SUBJECT_LENGTH])
def test_a_link_says_again_what_it_was_made_for(person: str | None) -> None:
    links = TicketLinks(KEYS, SettableClock())
    who = None if person is None else PersonId(person)

    link = links.read_ticket_link(links.make_ticket_link(TICKET, SiteId("demo"), who))

    assert link is not None
    assert (link.ticket_id, link.site_id, link.person_id) == (TICKET, "demo", who)
    assert unpacked(packed(link)) == link


def test_a_link_fits_into_an_address_and_tells_of_no_person() -> None:
    links = TicketLinks(KEYS, SettableClock())

    text = links.make_ticket_link(TICKET, SiteId("demo"), PersonId("li@example.com"))

    assert len(text) < 120
    assert text.replace("-", "").replace("_", "").isalnum()
    assert "li" not in text.lower() or "example" not in text.lower()


def test_a_link_opens_nothing_when_its_time_is_over() -> None:
    clock = SettableClock()
    links = TicketLinks(KEYS, clock)
    text = links.make_ticket_link(TICKET, SiteId("demo"), None)

    clock.move(days=VALID_FOR.days, minutes=-1)
    assert links.read_ticket_link(text) is not None
    clock.move(minutes=2)
    assert links.read_ticket_link(text) is None


@pytest.mark.parametrize("text", ["", "x", "..", "a" * 200, "é", "\ud800", "A" * 5000])
def test_what_is_no_link_opens_nothing(text: str) -> None:
    assert TicketLinks(KEYS, SettableClock()).read_ticket_link(text) is None
