"""How often was tried what has a limit: counted in the database, for all instances together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import to_json
from sqlalchemy import text

from services.portal.domain.limits import Counted
from shared.db.transaction import Transaction

# In the order of their keys, so that two of the same wait for each other instead of deadlocking.
_COUNT = text("""
    insert into sign_in_attempts as a (subject, tries, ends_at)
    select subject, 1, cast(ends_at as timestamptz)
    from json_to_recordset(cast(:rows as json)) as given(subject text, ends_at text)
    order by subject
    on conflict (subject) do update set
      tries = case when a.ends_at <= cast(:now as timestamptz) then 1 else a.tries + 1 end,
      ends_at = case when a.ends_at <= cast(:now as timestamptz) then excluded.ends_at
        else a.ends_at end
    returning subject, tries, ends_at""")
_DELETE = text("delete from sign_in_attempts where subject = any(cast(:subjects as text[]))")
_NEXT = text("""
    select min(ends_at) as ends_at from sign_in_attempts
    where subject <> all(cast(:excluding as text[]))""")
_CLAIM = text("""
    select subject from sign_in_attempts
    where ends_at <= cast(:now as timestamptz) and subject <> all(cast(:excluding as text[]))
    order by ends_at limit :limit for update skip locked""")


@dataclass(frozen=True, kw_only=True)
class Tried:
    """How often something was tried, this time included, and when that is forgotten."""

    counted: Counted
    tries: int
    ends_at: datetime

    @property
    def left(self) -> int:
        """How many more tries there are; below zero: this one was too many."""
        return self.counted.limit.tries - self.tries


async def count_attempt(tx: Transaction, counted: Collection[Counted]) -> Sequence[Tried]:
    """Count one more try of each, and return how many there are, in the same order."""
    rows = [{"subject": each.subject, "ends_at": tx.now + each.limit.within} for each in counted]
    found = await tx.rows(_COUNT, rows=to_json(rows).decode(), now=tx.now)
    tried = {row["subject"]: row for row in found}
    return [
        Tried(
            counted=each,
            tries=tried[each.subject]["tries"],
            ends_at=tried[each.subject]["ends_at"],
        )
        for each in counted
    ]


async def forget_attempts(tx: Transaction, subjects: Collection[str]) -> None:
    """Begin counting anew."""
    await tx.execute(_DELETE, subjects=list(subjects))


async def next_forgotten(tx: Transaction, excluding: Collection[str]) -> datetime | None:
    """Return when the first of the counts is over."""
    row = await tx.row(_NEXT, excluding=list(excluding))
    return None if row is None else row["ends_at"]


async def claim_forgotten(tx: Transaction, excluding: Collection[str], limit: int) -> Sequence[str]:
    """Lock counts that are over; return whom they counted."""
    rows = await tx.rows(_CLAIM, now=tx.now, excluding=list(excluding), limit=limit)
    return [row["subject"] for row in rows]
