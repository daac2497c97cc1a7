"""Opening: from a report to a ticket and its fact."""

from tests.component.tickets.arranging import Tickets


async def test_a_report_becomes_an_open_ticket_with_a_reference_and_a_fact(tickets: Tickets) -> None:
    opened = await tickets.open(unit="3-1202", title="水管")

    assert (opened["state"], opened["version"], opened["priority"]) == ("open", 1, "normal")
    assert opened["reference"].startswith("DEMO-1001-")
    assert opened["place"] == {"building": "3", "unit": "1202", "spot": None, "address": None, "lat": 31.2301, "lon": 121.4731}
    assert opened["skills"] == [{"code": "plumbing", "level": 1}]
    facts = await tickets.component.said("tickets.ticket.opened.v1")
    assert [str(fact.snapshot.id) for fact in facts] == [opened["id"]]
    assert (await tickets.get(opened["id"]))["reference"] == opened["reference"]
