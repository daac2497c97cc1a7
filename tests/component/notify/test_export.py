"""Messages as a table."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from tests.support.component import Component
from tests.support.tables import exported
from tests.unit.notify.stories import Story, the_site


async def _ids(notify: Component, query: str = "", **who: Any) -> list[str]:
    return [line["id"] for line in await exported(notify, "messages", query, **who)]


async def _told(notify: Component) -> list[str]:
    """The ids of what was said, one message of a ticket at `demo`."""
    story = Story(notify.clock.now())
    await notify.hears(the_site(), story.ticket(), story.clocks())
    async with notify.tx() as tx:
        rows = await tx.rows(text("select cast(id as text) as id from messages order by 1"))
    assert rows
    return [row["id"] for row in rows]


async def test_a_message_is_a_row_with_what_became_of_it(notify: Component) -> None:
    await _told(notify)

    line = (await exported(notify, "messages"))[0]

    assert (line["site_id"], line["kind"], line["recipient_id"]) == (
        "demo",
        "ticket.received",
        "resident-1",
    )
    assert line["title"]
    assert line["created_at"] == notify.clock.now().isoformat().replace("+00:00", "Z")
    assert (line["deliveries"], line["delivered"], line["delivered_at"]) == (0, 0, None)
    assert (line["stale"], line["read_at"]) == (None, None)


async def test_staff_export_what_is_about_their_sites_alone(notify: Component) -> None:
    told = await _told(notify)
    async with notify.tx() as tx:
        await tx.execute(
            text("""insert into messages select (jsonb_populate_record(m, jsonb_build_object(
                'id', gen_random_uuid(), 'cause', coalesce(site, 'no site') || cause,
                'site_id', site))).*
              from messages m cross join unnest(array['annex', null]) as s(site)""")
        )
        rows = await tx.rows(
            text("select cast(id as text) as id from messages where site_id = 'annex' order by id")
        )
    annex = [row["id"] for row in rows]

    assert await _ids(notify) == told
    assert await _ids(notify, site="annex") == annex
    assert sorted(await _ids(notify, role="admin", site="*")) == sorted([*told, *annex])
    assert await _ids(notify, "&site=annex", role="admin", site="*") == annex
    assert await _ids(notify, site="elsewhere") == []
    await _ids(notify, "&site=annex", status=404)
    for role in ("resident", "technician", "integration"):
        await _ids(notify, role=role, status=403)


async def test_those_are_exported_that_were_put_down_in_between(notify: Component) -> None:
    told = await _told(notify)
    now = notify.clock.now()
    at, later = [
        (now + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z") for seconds in (0, 1)
    ]

    assert await _ids(notify, f"&from={at}&to={later}") == told
    assert await _ids(notify, f"&from={later}") == []
    assert await _ids(notify, f"&to={at}") == []


async def test_a_long_export_has_every_message_once(notify: Component) -> None:
    await _told(notify)
    async with notify.tx() as tx:
        await tx.execute(
            text("""insert into messages select (jsonb_populate_record(m, jsonb_build_object(
                'id', gen_random_uuid(), 'cause', cause || n,
                'site_id', case when n % 3 > 0 then 'annex' else 'demo' end))).*
              from messages m cross join generate_series(1, 1500) n""")
        )
        rows = await tx.rows(
            text("""select cast(id as text) as id from messages where site_id = 'demo'
              order by messages.id""")
        )

    found = await _ids(notify)

    assert found == [row["id"] for row in rows]
    assert len(found) > 500
