"""What happened on a ticket, as tickets tells of it."""

from dataclasses import dataclass
from typing import Any

from services.portal.adapters.apis import Api

_MAX_PAGES = 4


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Lines of a timeline, the oldest first; `has_earlier` where there are more before them."""

    lines: list[dict[str, Any]]
    has_earlier: bool


async def read_timeline(tickets: Api, ticket_path: str) -> Timeline:
    """Return the timeline; of one that is very long the newest two thousand lines. Raises Refusal
    and Away.
    """
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        answer = await tickets.answer(
            "GET", f"{ticket_path}/timeline", order="newest", cursor=cursor
        )
        found += answer.json["items"]
        cursor = answer.next_cursor
        if cursor is None:
            break
    # by number: a tickets of the release before has the oldest first
    in_order = sorted(found, key=lambda line: int(line["n"]))
    return Timeline(lines=in_order, has_earlier=cursor is not None)
