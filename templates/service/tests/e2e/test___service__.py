"""__service__ among the others: a ticket's fact comes in, its own goes out."""

from datetime import UTC, datetime, timedelta

import asyncpg

from fettle.up.instance import Instance
from tests.e2e.test_the_road import a_report, client
from tests.support.eventually import eventually

_PUBLISHED = """
    select count(*) from outbox join outbox_marks on outbox_id = id
    where type = '__service__.__entity__.created.v1' and subject_id = $1"""


async def test_what_a_reported_fault_needs_is_asked_for_and_told_over_the_broker(
    instance: Instance,
) -> None:
    async with client(instance, "tickets", "resident", "resident-__service__") as tickets:
        ticket = (await tickets.post("/v1/tickets", json=a_report())).json()["id"]
    due_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    body = {"ticket_id": ticket, "text": "a washer", "due_at": due_at}

    async with client(instance, "__service__", "dispatcher", "wang") as __service__:

        async def created() -> str | None:
            """The id, once the ticket has been heard of."""
            answer = await __service__.post("/v1/__entity__s", json=body)
            return str(answer.json()["id"]) if answer.status_code == 201 else None

        __entity___id = await eventually(created)

    connection = await asyncpg.connect(instance.database_urls["__service__"])
    try:
        await eventually(lambda: connection.fetchval(_PUBLISHED, __entity___id))
    finally:
        await connection.close()
