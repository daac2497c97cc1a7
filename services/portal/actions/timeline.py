"""What happened on a ticket, as tickets tells of it."""

from typing import Any

from services.portal.adapters.apis import Api

_MAX_PAGES = 4


async def read_timeline(tickets: Api, ticket_path: str) -> list[dict[str, Any]]:
    """Return the lines of the timeline, the oldest first; of one that is very long the first two
    thousand. Raises Refusal and Away.
    """
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        answer = await tickets.answer("GET", f"{ticket_path}/timeline", cursor=cursor)
        found += answer.json["items"]
        cursor = answer.next_cursor
        if cursor is None:
            break
    return found
