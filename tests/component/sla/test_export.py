"""Clocks as a table."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.contracts import TicketV1
from shared.ids import id_at
from tests.component.sla.test_history import history
from tests.support.component import Component
from tests.support.tables import exported
from tests.unit.sla.tickets import NINE, a_site, a_step, a_ticket, after


def _opened(minutes: int, **more: Any) -> TicketV1:
    """A ticket of so many minutes after nine, with an id of that time."""
    at = after(minutes=minutes)
    return a_ticket(id=UUID(int=id_at(at).int + minutes + 1), opened_at=at, **more)


async def _tickets(sla: Component, query: str = "", **who: Any) -> list[str]:
    """The tickets whose clocks are exported, each once."""
    lines = await exported(sla, "clocks", query, **who)
    return list(dict.fromkeys(line["ticket_id"] for line in lines))


async def test_a_clock_is_a_row_with_what_became_of_it(sla: Component) -> None:
    ticket = _opened(0)
    answered = a_step("assigned", after(minutes=5))
    taken = a_ticket(answered, id=ticket.id, opened_at=NINE)
    await sla.hears(a_site(), taken)

    lines = {line["kind"]: line for line in await exported(sla, "clocks")}

    assert lines.keys() == {"response", "arrival", "resolution"}
    response = lines["response"]
    assert {name: response[name] for name in ("ticket_id", "site_id", "reference", "state")} == {
        "ticket_id": str(ticket.id),
        "site_id": "demo",
        "reference": "DEMO-1-A",
        "state": "met",
    }
    assert (response["opened_at"], response["stopped_at"], response["breached_at"]) == (
        "2026-11-23T01:00:00Z",
        "2026-11-23T01:05:00Z",
        None,
    )
    assert lines["resolution"]["state"] == "running"
    assert lines["resolution"]["due_at"] is not None


async def test_clocks_of_history_are_told_apart(sla: Component) -> None:
    ours = _opened(0)
    await sla.hears(a_site(), ours, history(id=UUID(int=1)))

    lines = await exported(sla, "clocks")

    assert {(line["ticket_id"], line["imported"]) for line in lines} == {
        (str(ours.id), False),
        (str(UUID(int=1)), True),
    }


async def test_staff_export_what_is_at_their_sites_alone(sla: Component) -> None:
    demo, annex = _opened(0), _opened(1, site_id="annex")
    await sla.hears(a_site(), a_site(id="annex"), demo, annex)

    assert await _tickets(sla) == [str(demo.id)]
    assert await _tickets(sla, site="annex") == [str(annex.id)]
    assert await _tickets(sla, role="admin", site="*") == [str(demo.id), str(annex.id)]
    assert await _tickets(sla, "&site=annex", role="admin", site="*") == [str(annex.id)]
    assert await _tickets(sla, site="elsewhere") == []
    await _tickets(sla, "&site=annex", status=404)
    for role in ("resident", "technician", "integration"):
        await _tickets(sla, role=role, status=403)


async def test_those_are_exported_whose_ticket_was_opened_in_between(sla: Component) -> None:
    tickets = [_opened(minutes) for minutes in (0, 10, 20)]
    await sla.hears(a_site(), *tickets)
    ids = [str(ticket.id) for ticket in tickets]

    assert await _tickets(sla, "&from=2026-11-23T09:10:00%2B08:00") == ids[1:]
    assert await _tickets(sla, "&to=2026-11-23T09:10:00%2B08:00") == ids[:1]
    assert await _tickets(sla, "&from=2026-11-23T01:10:00Z&to=2026-11-23T01:20:00Z") == ids[1:2]


async def test_a_long_export_has_every_clock_once(sla: Component) -> None:
    await sla.hears(a_site(), a_site(id="annex"), _opened(0), _opened(1, site_id="annex"))
    async with sla.tx() as tx:
        await tx.execute(
            text("""insert into promises select (jsonb_populate_record(p, jsonb_build_object(
                'ticket_id', gen_random_uuid()))).*
              from promises p cross join generate_series(1, 800) n""")
        )
        rows = await tx.rows(
            text("""select cast(ticket_id as text) as id from promises where site_id = 'demo'
              order by ticket_id""")
        )

    found = await exported(sla, "clocks")

    assert [line["ticket_id"] for line in found] == [row["id"] for row in rows for _ in range(3)]
    assert len({(line["ticket_id"], line["kind"]) for line in found}) == 3 * 801
