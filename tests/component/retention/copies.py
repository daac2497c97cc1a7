"""Tickets by the hundred: the rows that a few left behind in all four databases, copied with other
ids, at other times.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any

import asyncpg

_TABLES: Mapping[str, tuple[str, ...]] = {
    "tickets": ("tickets", "entries", "comments", "ticket_words"),
    "dispatch": ("work_orders", "jobs", "offers", "assignments", "promises"),
    "sla": ("promises", "announcements"),
    "notify": ("messages", "deliveries", "attempts", "offer_answers"),
}
"""What there is of tickets beside what every service has; each table after those that it refers to.
"""
_OF_ALL = ("ended_tickets", "snapshots", "shrunk_snapshots")
_OF_TICKETS = (
    "not coalesce(to_jsonb(t) ->> 'entity', '') = any(array['tickets.site', "
    "'dispatch.technician', 'notify.audience', 'tickets.person'])"
)
_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)"
_REFERENCE = r"DEMO-\d+-\w"
_CHANGES = re.compile(f"{_ID}|{_MOMENT}|{_REFERENCE}")


@dataclass(frozen=True)
class Templates:
    """Rows by service and table, as JSON without the brackets around them."""

    rows: Mapping[str, Mapping[str, str]]

    @classmethod
    async def of(cls, connections: Mapping[str, "asyncpg.Connection[Any]"]) -> "Templates":
        """Take all rows of tickets that there are."""
        rows: dict[str, dict[str, str]] = {}
        for service, connection in connections.items():
            await connection.execute("set time zone 'UTC'")
            rows[service] = {}
            for table in (*_TABLES[service], *_OF_ALL):
                found = await connection.fetchval(
                    f"select jsonb_agg(to_jsonb(t))::text from {table} t where {_OF_TICKETS}"
                )
                if found is not None:
                    rows[service][table] = found[1:-1]
        return cls(rows)

    async def copy(
        self, connections: Mapping[str, "asyncpg.Connection[Any]"], laters: Mapping[int, timedelta]
    ) -> None:
        """Store a copy for each number, as if all of it had happened so much later."""
        changes = [_Change(number, later) for number, later in laters.items()]
        for service, tables in self.rows.items():
            for table, rows in tables.items():
                copied = ",".join(_CHANGES.sub(change, rows) for change in changes)
                await connections[service].execute(
                    f"insert into {table} select * from jsonb_populate_recordset(null::{table}, "
                    "$1)",
                    f"[{copied}]",
                )


class _Change:
    """What becomes of ids, times and references in one copy: the same wherever they stand."""

    def __init__(self, number: int, later: timedelta) -> None:
        self._number, self._later = number, later
        self._known: dict[str, str] = {}

    def __call__(self, found: re.Match[str]) -> str:
        before = found[0]
        after = self._known.get(before)
        if after is None:
            after = self._known[before] = _changed(before, self._later, self._number)
        return after


def _changed(before: str, later: timedelta, number: int) -> str:
    if re.fullmatch(_ID, before):
        chance = md5(f"{before} {number}".encode()).hexdigest()
        if before[14] == "5":  # derived from another, so in no order
            return f"{chance[:8]}-{chance[8:12]}-5{chance[12:15]}-8{chance[15:18]}-{chance[18:30]}"
        at = int(before[:8] + before[9:13], 16) + round(later.total_seconds() * 1000)
        return f"{at >> 16:08x}-{at & 0xFFFF:04x}-7{chance[:3]}-8{chance[3:6]}-{chance[6:18]}"
    if re.fullmatch(_REFERENCE, before):
        return f"{before}{number}"
    return (datetime.fromisoformat(before) + later).isoformat()
