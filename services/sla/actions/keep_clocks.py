"""What was computed about tickets becomes rows, a fact for each of which others have to be told,
and figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.sla import events
from services.sla.actions.read_board import topic_of
from services.sla.actions.read_metrics import RAN
from services.sla.domain.announcing import to_announce
from services.sla.domain.changes import what_happened
from services.sla.domain.clocks import Promises
from services.sla.domain.life import Life
from services.sla.domain.terms import BREACH
from services.sla.domain.urgency import OPEN, is_going_on, next_look, urgent_at
from services.sla.store.figures import BREACHES, KEPT, WARNINGS, Changes, Figure
from services.sla.store.queries import (
    Kept,
    delete_clocks,
    save_announcements,
    save_clock,
    save_promises,
)
from shared.contracts import ClocksV1, TicketV1
from shared.contracts.sla import Announcement, ClockState, ClockV1
from shared.contracts.tickets import TicketState
from shared.db.transaction import Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)

_REACHED = frozenset({ClockState.MET, ClockState.BREACHED})
_SHOWN = ("site_id", "reference", "category", "priority", "ticket_state", "is_open")

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class News:
    """A ticket as it is known now, beside what is kept of it; `shown` is what the board shows of
    it, by column.
    """

    ticket_id: UUID
    shown: Row
    life: Life
    before: Kept | None

    @classmethod
    def of_ticket(cls, ticket: TicketV1, life: Life, before: Kept | None) -> "News":
        values = (
            ticket.site_id,
            ticket.reference,
            ticket.category,
            ticket.priority.value,
            ticket.state.value,
            ticket.state in OPEN,
        )
        return cls(
            ticket_id=ticket.id,
            shown=dict(zip(_SHOWN, values, strict=True)),
            life=life,
            before=before,
        )

    @classmethod
    def of_kept(cls, before: Kept, life: Life) -> "News":
        return cls(
            ticket_id=before.row["ticket_id"],
            shown={name: before.row[name] for name in _SHOWN},
            life=life,
            before=before,
        )

    def is_known(self) -> bool:
        """Whether it says no more than what is kept."""
        before = self.before
        return (
            before is not None
            and self.life == before.life
            and all(before.row[name] == value for name, value in self.shown.items())
        )


class Keeping:
    """What a transaction finds out about clocks; the figures come last, with `finish`."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._figures = Changes()
        self._done: list[tuple[UUID, str]] = []
        self._broken: list[str] = []
        self._mended: list[str] = []

    async def finish(self) -> None:
        await delete_clocks(self._tx, self._done)
        await self._figures.write(self._tx)
        for event, ticket_ids in (
            ("promises_broken", self._broken),
            ("breaches_taken_back", self._mended),
        ):
            if ticket_ids:
                log.info(event, ticket_ids=",".join(ticket_ids))

    def ticket(self, news: News, before: Kept) -> None:
        """The clocks stand as they stood."""
        if news.is_known():
            return
        save_promises(self._tx, {**before.row, **news.shown, "life": news.life})
        self._count_ticket(before.row, -1)
        self._count_ticket(news.shown, 1)
        self._tx.tell(topic_of(news.shown["site_id"]))

    def clocks(
        self,
        news: News,
        promises: Promises,
        announced: Sequence[Announcement],
        *,
        as_of: datetime,
        now: datetime,
    ) -> datetime | None:
        """Keep the clocks as computed `as_of` that instant; `announced` is what was said before.
        The version rises with a fact alone.

        Returns when to look again though nothing happens.
        """
        before = news.before
        clocks = events.clocks_of(promises)
        fresh = to_announce(promises.clocks, announced, now)
        happened = what_happened(None if before is None else before.clocks, clocks, fresh)
        policy = {"policy_id": promises.policy.id, "policy_version": promises.policy.version}
        if (
            not happened
            and before is not None
            and any(before.row[name] != value for name, value in policy.items())
        ):
            happened = {"recomputed": []}
        next_at = next_look(promises.clocks, as_of)
        stands = not happened and not fresh and news.is_known()
        if (
            stands
            and before is not None
            and clocks == before.clocks
            and next_at == before.row["next_at"]
        ):
            return next_at
        version = 0 if before is None else before.row["version"]
        row = {
            "ticket_id": news.ticket_id,
            "version": self._tx.next_version(ClocksV1, news.ticket_id, version)
            if happened
            else version,
            **news.shown,
            "going_on": any(is_going_on(clock) for clock in clocks),
            **policy,
            "life": before.row["life"]
            if before is not None and news.life is before.life
            else news.life,
            "clocks": clocks,
            "urgent_at": urgent_at(clocks),
            "next_at": next_at,
            "looked_at": now,
        }
        save_promises(self._tx, row)
        self._save_clocks(row, before, clocks)
        self._announce(row, fresh)
        self._count(row, before, clocks)
        self._tx.tell(topic_of(row["site_id"]))
        if happened:
            self._tx.publish(
                events.changed(events.snapshot(row, clocks, (*announced, *fresh)), happened)
            )
        for past_tense, ticket_ids in (("breached", self._broken), ("corrected", self._mended)):
            if past_tense in happened:
                ticket_ids.append(str(news.ticket_id))
        return next_at

    def _announce(self, row: Row, fresh: Sequence[Announcement]) -> None:
        save_announcements(self._tx, row["ticket_id"], fresh)
        for announcement in fresh:
            if not announcement.skipped:
                name = BREACHES if announcement.threshold == BREACH else WARNINGS
                self._figures.add(
                    Figure(row["site_id"], row["priority"], announcement.clock.value, name)
                )

    def _save_clocks(self, row: Row, before: Kept | None, clocks: Sequence[ClockV1]) -> None:
        """A row for each that is going on, none for those that are done with."""
        were = {} if before is None else before.clock_of
        moved_all = before is None or before.row["priority"] != row["priority"]
        for clock in clocks:
            if is_going_on(clock) and (moved_all or were.get(clock.kind) != clock):
                place = {
                    "ticket_id": row["ticket_id"],
                    "site_id": row["site_id"],
                    "priority": row["priority"],
                }
                save_clock(
                    self._tx,
                    {
                        **place,
                        "kind": clock.kind.value,
                        "state": clock.state.value,
                        "due_at": clock.due_at,
                    },
                )
        going_on = {clock.kind for clock in clocks if is_going_on(clock)}
        self._done += [
            (row["ticket_id"], kind.value)
            for kind, clock in were.items()
            if is_going_on(clock) and kind not in going_on
        ]

    def _count(self, row: Row, before: Kept | None, clocks: Sequence[ClockV1]) -> None:
        were = {} if before is None else before.clock_of
        if before is not None:
            self._count_ticket(before.row, -1)
            self._count_clocks(before.row, before.clocks, -1)
        self._count_ticket(row, 1)
        self._count_clocks(row, clocks, 1)
        if row["ticket_state"] == TicketState.CANCELLED:
            return
        for clock in clocks:
            stopped_before = clock.kind in were and not is_going_on(were[clock.kind])
            if clock.stopped_at is not None and clock.state in _REACHED and not stopped_before:
                self._tx.observe(
                    RAN[clock.kind],
                    (clock.stopped_at - clock.started_at).total_seconds(),
                    row["priority"],
                )
                if clock.state is ClockState.MET:
                    self._figures.add(
                        Figure(row["site_id"], row["priority"], clock.kind.value, KEPT)
                    )

    def _count_ticket(self, row: Row, n: int) -> None:
        if row["is_open"]:
            self._figures.add(
                Figure(row["site_id"], row["priority"], "ticket", row["ticket_state"]), n
            )

    def _count_clocks(self, row: Row, clocks: Sequence[ClockV1], n: int) -> None:
        for clock in clocks:
            if is_going_on(clock):
                self._figures.add(
                    Figure(row["site_id"], row["priority"], clock.kind.value, clock.state.value), n
                )
