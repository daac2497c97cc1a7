"""One run: every ticket that has ended and is not archived as it is now gets a line."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from fettle.archive.folder import Archive, Line
from fettle.archive.index import Known, Walk
from fettle.archive.lines import BadLine, Head, write_line
from fettle.archive.reading import TICKETS_PER_PAGE, CannotRead, Params, Services
from services.notify.domain.delivery import DeliveryState
from shared.auth.caller import EVERY_SITE
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockState
from shared.contracts.tickets import TicketState

T = TypeVar("T")

_ENDED = (TicketState.CLOSED, TicketState.CANCELLED)
_ENDED_JOBS = frozenset({JobState.COMPLETED, JobState.FOLLOW_UP, JobState.CANCELLED})
_GOING_CLOCKS = frozenset({ClockState.RUNNING, ClockState.PAUSED})
_SETTLES_AFTER = timedelta(days=1)
"""The other services may hear late of a ticket's end, so what is archived earlier is looked at
again.
"""
_OVERLAP = timedelta(hours=1)
"""A walk looks so far back behind the last one: clocks differ, and a change has its time before it
is committed.
"""
_RANGE = timedelta(days=1)
_OF_THE_MOMENT = frozenset({"settled", "archived_at", "sha256"})


@dataclass
class Counts:
    """What a run has done so far, in tickets."""

    seen: int = 0
    new: int = 0
    again: int = 0
    """Changed since they were archived, and written again."""
    gone: int = 0
    """Deleted in the service while the run was under way."""


class Run:
    """`reach`: see `reach_of`.

    `changed_before`: only tickets that have not changed since; None for all. `tell` hears of
    progress.
    """

    def __init__(
        self,
        services: Services,
        archive: Archive,
        *,
        reach: str,
        changed_before: datetime | None,
        now: Callable[[], datetime],
        tell: Callable[[Counts], None],
    ) -> None:
        self._services, self._archive, self._reach = services, archive, reach
        self._until = None if changed_before is None else changed_before.isoformat()
        self._now, self._tell = now, tell
        self.counts = Counts()
        self._read: set[str] = set()
        """The unsettled ones that this run has looked at, which the list of changes may name once
        more.
        """

    async def to_its_end(self) -> None:
        """Raises CannotRead and ArchiveUnusable: what was added until then stays, and the next run
        goes on from there.
        """
        await self._look_at_unsettled()
        now = self._now()
        end = now if self._until is None else min(now, datetime.fromisoformat(self._until))
        while (walk := self._next_walk(now, end)) is not None:
            onward: Walk | None = walk
            while onward is not None:
                onward = await self._turn_page(onward)
            if _end(walk) >= end:
                break

    def _next_walk(self, now: datetime, end: datetime) -> Walk | None:
        """Go on with what was broken off, or look at what has changed since; None when all changes
        until `end` have been seen.
        """
        index = self._archive.index
        left = index.walk(self._reach)
        if left is not None and left.until == self._until:
            return left
        since = index.complete_until(self._reach)
        if since is not None and datetime.fromisoformat(since) >= end:
            return None
        return Walk(since=since, until=self._until, began_at=now.isoformat(), cursor=None)

    async def _turn_page(self, walk: Walk) -> Walk | None:
        """Archive one page; None when it was the last."""
        try:
            page, cursor = await self._services.page(_filters(walk), walk.cursor)
        except CannotRead as error:
            if error.code == "bad_cursor" and walk.cursor is not None:
                return replace(walk, cursor=None)  # it was made by another release
            raise
        onward = replace(walk, cursor=cursor)
        tickets = [ticket for ticket in page if ticket["state"] in _ENDED]
        known = self._archive.index.known([str(ticket["id"]) for ticket in tickets])
        self._archive.append(await self._lines(tickets, known), reach=self._reach, walk=onward)
        self.counts.seen += len(tickets)
        self._tell(self.counts)
        if cursor is not None:
            return onward
        complete = min(_end(walk), datetime.fromisoformat(walk.began_at) - _OVERLAP)
        self._archive.index.end_walk(self._reach, complete.isoformat())
        return None

    async def _look_at_unsettled(self) -> None:
        """Read again what was archived while something of it was still under way."""
        for ids in self._archive.index.unsettled(TICKETS_PER_PAGE):
            tickets = await _together(self._services.ticket(id) for id in ids)
            ended = [
                ticket for ticket in tickets if ticket is not None and ticket["state"] in _ENDED
            ]
            self._archive.append(
                await self._lines(ended, self._archive.index.known(ids), unsettled=True)
            )
            self._read.update(ids)
            if self._reach == EVERY_SITE:
                self._archive.index.settle(
                    [id for id, ticket in zip(ids, tickets, strict=True) if ticket is None]
                )

    async def _lines(
        self,
        tickets: Sequence[Mapping[str, Any]],
        known: Mapping[str, Known],
        *,
        unsettled: bool = False,
    ) -> list[Line]:
        lines = await _together(
            self._line(ticket, known.get(str(ticket["id"])), unsettled) for ticket in tickets
        )
        return [line for line in lines if line is not None]

    async def _line(
        self, ticket: Mapping[str, Any], known: Known | None, unsettled: bool
    ) -> Line | None:
        """Return the ticket's line; None where it is archived as it is."""
        id = str(ticket["id"])
        if known is not None and not unsettled and await self._is_unchanged(ticket, known):
            return None
        content = await self._services.everything_about(ticket)
        if content is None:
            self.counts.gone += 1
            return None
        before = {} if known is None else self._archived(known)
        content["messages"] = [*_forgotten(before, content), *content["messages"]]
        now = self._now()
        head = Head(
            reference=ticket["reference"],
            id=id,
            version=ticket["version"],
            entries=content["timeline"][-1]["n"] if content["timeline"] else 0,
            settled=_is_settled(content, now),
            archived_at=now.isoformat(timespec="seconds"),
        )
        line = Line(opened_at=ticket["opened_at"], head=head, text=write_line(head, content))
        if known is None:
            self.counts.new += 1
            return line
        if _says_the_same(before, json.loads(line.text)):
            if head.settled:
                self._archive.index.settle([id])
            return None
        self.counts.again += 1
        return line

    async def _is_unchanged(self, ticket: Mapping[str, Any], known: Known) -> bool:
        """Whether tickets has nothing newer of it: neither a version nor a line on its timeline,
        which a comment makes without one.
        """
        id = str(ticket["id"])
        if known.version != ticket["version"]:
            return False
        return id in self._read or not await self._services.has_entries_after(id, known.entries)

    def _archived(self, known: Known) -> Mapping[str, Any]:
        """Return what the archived line says; nothing where it cannot be read."""
        try:
            line: dict[str, Any] = json.loads(self._archive.read(known.place))
        except (OSError, BadLine):
            return {}
        return line


def _forgotten(before: Mapping[str, Any], content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the archived messages that notify has deleted since: it keeps them for less long than
    tickets keeps the ticket.
    """
    told = {message["id"] for message in content["messages"]}
    return [message for message in before.get("messages", ()) if message["id"] not in told]


def _says_the_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return all(
        before.get(name) == after.get(name)
        for name in (before.keys() | after.keys()) - _OF_THE_MOMENT
    )


def _filters(walk: Walk) -> Params:
    """Return what is asked of tickets.

    The first walk goes through all that have ended. Later ones ask for the changes of a day, which
    the index of changes answers however long the history is; with states beside it, the database
    would read through that.
    """
    if walk.since is not None:
        return [("updated_from", walk.since), ("updated_to", _end(walk).isoformat())]
    return [
        *(("state", state.value) for state in _ENDED),
        *([] if walk.until is None else [("updated_to", walk.until)]),
    ]


def _end(walk: Walk) -> datetime:
    """Return the end of the range of changes that the walk looks at."""
    end = datetime.fromisoformat(walk.until or walk.began_at)
    return end if walk.since is None else min(end, datetime.fromisoformat(walk.since) + _RANGE)


def _is_settled(content: Mapping[str, Any], now: datetime) -> bool:
    """Whether nothing of the ticket is under way any more, and the services have had time to hear
    of its end.
    """
    last = max(
        (entry["at"] for entry in content["timeline"]), key=datetime.fromisoformat, default=None
    )
    clocks = content["clocks"]["items"] if content["clocks"] else ()
    deliveries = (delivery for message in content["messages"] for delivery in message["deliveries"])
    return (
        (last is None or now - datetime.fromisoformat(last) >= _SETTLES_AFTER)
        and all(job["state"] in _ENDED_JOBS for job in content["jobs"])
        and all(clock["state"] not in _GOING_CLOCKS for clock in clocks)
        and all(delivery["state"] != DeliveryState.PENDING for delivery in deliveries)
    )


async def _together(asked: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what they answer, in their order. The first failure ends the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in asked]
    except BaseExceptionGroup as failed:
        first: BaseException = failed
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return [task.result() for task in tasks]
