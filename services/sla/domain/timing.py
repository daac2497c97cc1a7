"""What becomes of a ticket's clocks when there is news: which rows change, what others are told,
what is counted. Values in, one decision out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.sla.domain.announcing import to_announce
from services.sla.domain.calendars import Calendars
from services.sla.domain.changes import what_happened
from services.sla.domain.clocks import Promises, clocks_of
from services.sla.domain.figures import BREACHES, KEPT, TICKET, WARNINGS, Figure, Figures
from services.sla.domain.life import Life
from services.sla.domain.objection import Objection, time_to_object
from services.sla.domain.policy import InForce, in_force
from services.sla.domain.terms import BREACH
from services.sla.domain.timed_ticket import TicketCard, TimedTicket
from services.sla.domain.urgency import is_going_on, next_look
from shared.contracts import TicketV1
from shared.contracts.sla import Announcement, ClockKind, ClockState, ClockV1
from shared.contracts.tickets import TicketState

SETTLING = timedelta(milliseconds=200)
"""What happened just before a promise fell due may still be on its way, so clocks are looked at as
they stood this long ago.
"""

_STOPPED_IN_TIME_OR_LATE = frozenset({ClockState.MET, ClockState.BREACHED})


@dataclass(frozen=True, kw_only=True)
class News:
    """A ticket as it is known now, beside what is stored of it."""

    ticket_id: UUID
    card: TicketCard
    life: Life
    before: TimedTicket | None

    @classmethod
    def of_ticket(cls, ticket: TicketV1, life: Life, before: TimedTicket | None) -> "News":
        return cls(ticket_id=ticket.id, card=TicketCard.of(ticket), life=life, before=before)

    @classmethod
    def of_life(cls, life: Life, before: TimedTicket) -> "News":
        """Return the news that the ticket itself is as it was."""
        return cls(ticket_id=before.ticket_id, card=before.card, life=life, before=before)

    @property
    def is_known(self) -> bool:
        """Whether it says no more than what is stored."""
        before = self.before
        return before is not None and (self.life, self.card) == (before.life, before.card)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to store and to tell of one ticket.

    `happened` maps past tenses to the clocks that it happened to, in order, and is empty where
    others have nothing to be told; else the ticket is at its next version. `ran` is how long the
    clocks ran that have just stopped, in seconds.
    """

    after: TimedTicket
    begun: tuple[ClockV1, ...] = ()
    """Clocks that go on and are not stored so yet."""
    done: tuple[ClockKind, ...] = ()
    """Clocks that went on until now."""
    announced: tuple[Announcement, ...] = ()
    """All that was ever announced."""
    fresh: tuple[Announcement, ...] = ()
    """What of it is new."""
    happened: Mapping[str, Sequence[str]] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)
    ran: Mapping[ClockKind, float] = field(default_factory=dict)


def show_ticket(news: News, before: TimedTicket) -> Decision | None:
    """Decide what to store where the clocks stand as they stood; None: nothing."""
    if news.is_known:
        return None
    after = replace(before, card=news.card, life=news.life)
    figures = _moved(_of_ticket(before.card), _of_ticket(after.card))
    return Decision(after=after, figures=figures)


def time_ticket(
    news: News,
    *,
    policies: Iterable[InForce],
    calendars: Calendars,
    announced: Sequence[Announcement],
    now: datetime,
    working_days_to_object: int | None = None,
) -> Decision | None:
    """Compute the clocks anew and decide what follows; None where they stand as they stood.

    `announced` is what was said of them before.
    """
    before = news.before
    # Not before they were last looked at, or what was said then would be taken back: a transaction
    # may have waited, and the clocks of two machines differ.
    looked_at = now if before is None else max(now, before.looked_at)
    as_of = looked_at - SETTLING
    is_history = news.life.ticket.is_history
    opened_at = news.life.ticket.opened_at
    in_force_then = in_force(policies, opened_at, first_before=is_history)
    promises = clocks_of(news.life, policies=in_force_then, calendars=calendars, now=as_of)
    clocks = promises.as_told()
    fresh = () if is_history else to_announce(promises.clocks, announced, looked_at)
    happened = what_happened(None if before is None else before.clocks, clocks, fresh)
    objection = time_to_object(
        news.life,
        working_days=working_days_to_object,
        calendars=calendars,
        before=None if before is None else before.objection,
    )
    if not happened and before is not None and _says_more(promises, objection, before):
        happened = {"recomputed": []}
    if is_history:
        happened = {}
    next_at = next_look(promises.clocks, as_of)
    if (
        before is not None
        and not happened
        and not fresh
        and news.is_known
        and (clocks, next_at) == (before.clocks, before.next_at)
    ):
        return None
    version = 0 if before is None else before.version
    after = TimedTicket(
        ticket_id=news.ticket_id,
        version=version + 1 if happened else max(version, 1),
        card=news.card,
        policy_id=promises.policy.id,
        policy_version=promises.policy.version,
        life=news.life,
        clocks=clocks,
        objection=objection,
        next_at=next_at,
        looked_at=looked_at,
    )
    were = {} if before is None else before.going_on
    stopped = _just_stopped(before, after)
    return Decision(
        after=after,
        begun=_begun(before, after),
        done=tuple(kind for kind in were if kind not in after.going_on),
        announced=(*announced, *fresh),
        fresh=fresh,
        happened=happened,
        figures=_figures(before, after, fresh=fresh, stopped=[clock for clock, _ in stopped]),
        ran={
            clock.kind: (stopped_at - clock.started_at).total_seconds()
            for clock, stopped_at in stopped
        },
    )


def _says_more(promises: Promises, objection: Objection | None, before: TimedTicket) -> bool:
    """Return whether others are to be told though every clock stands as it stood."""
    policy = promises.policy
    return (policy.id, policy.version, objection) != (
        before.policy_id,
        before.policy_version,
        before.objection,
    )


def _begun(before: TimedTicket | None, after: TimedTicket) -> tuple[ClockV1, ...]:
    """Return the clocks that go on and whose rows are to be stored: a row has their state, their
    due time and the ticket's priority, so that with another one all are stored anew.
    """
    if before is None or before.card.priority != after.card.priority:
        return tuple(after.going_on.values())
    stored = {kind: (clock.state, clock.due_at) for kind, clock in before.going_on.items()}
    return tuple(
        clock
        for kind, clock in after.going_on.items()
        if stored.get(kind) != (clock.state, clock.due_at)
    )


def _just_stopped(before: TimedTicket | None, after: TimedTicket) -> list[tuple[ClockV1, datetime]]:
    """Return the clocks that have now stopped in time or late, and when; those of a cancelled
    ticket count in no figure, nor those of a former system.
    """
    if after.card.ticket_state == TicketState.CANCELLED or after.is_history:
        return []
    stopped_before = {
        clock.kind for clock in (() if before is None else before.clocks) if not is_going_on(clock)
    }
    return [
        (clock, clock.stopped_at)
        for clock in after.clocks
        if clock.stopped_at is not None
        and clock.state in _STOPPED_IN_TIME_OR_LATE
        and clock.kind not in stopped_before
    ]


def _figures(
    before: TimedTicket | None,
    after: TimedTicket,
    *,
    fresh: Iterable[Announcement],
    stopped: Iterable[ClockV1],
) -> Figures:
    figures = _moved([] if before is None else _counted(before), _counted(after))
    for announcement in fresh:
        if not announcement.skipped:
            name = BREACHES if announcement.threshold == BREACH else WARNINGS
            figures[_figure(after.card, announcement.clock.value, name)] += 1
    for clock in stopped:
        if clock.state is ClockState.MET:
            figures[_figure(after.card, clock.kind.value, KEPT)] += 1
    return figures


def _counted(timed: TimedTicket) -> list[Figure]:
    """Return what counts the ticket and its clocks as they stand."""
    card = timed.card
    return _of_ticket(card) + [
        _figure(card, clock.kind.value, clock.state.value) for clock in timed.going_on.values()
    ]


def _of_ticket(card: TicketCard) -> list[Figure]:
    return [_figure(card, TICKET, card.ticket_state)] if card.is_open else []


def _moved(was: Sequence[Figure], is_now: Sequence[Figure]) -> Figures:
    """Return by how much each figure changes; nothing where all stands as it stood."""
    figures = Figures()
    if was != is_now:
        for counted, n in ((was, -1), (is_now, 1)):
            for figure in counted:
                figures[figure] += n
    return figures


def _figure(card: TicketCard, kind: str, counted: str) -> Figure:
    return Figure(card.site_id, card.priority, kind, counted)
