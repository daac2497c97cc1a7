"""The queue as the board shows it: of each ticket how pressing it is, who sees to it, and what
stands in the way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.portal.domain.desk.sentence import Sentence, sentence
from services.portal.domain.desk.strips import strip_of
from services.portal.domain.desk.views import Crew, JobInHand, Ledger, Member, QueueLine, Work
from services.portal.domain.drawing.strip import Strip
from services.portal.domain.drawing.tone import Tone
from shared.contracts.dispatch import JobState
from shared.contracts.sla import ClockKind, ClockState
from shared.contracts.tickets import TicketState

AT_RISK = timedelta(hours=1)
_FAR = timedelta(hours=20)
"""What falls due later is said by its day."""
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Technicians whom an offer waits for, by name, and until when the first of them answers."""

    names: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Row:
    """A ticket on the board. `sign` chooses its pill: (`warned`, `unheard`), (`hold`, reason),
    (`job`, state), (`ticket`, state) or (`desk`, "").
    """

    line: QueueLine
    tone: Tone
    sign: tuple[str, str]
    who: Sentence | None
    strip: Strip | None
    is_far: bool

    @property
    def job_id(self) -> UUID | None:
        return None if self.line.work is None else self.line.work.job_id


def rows(
    lines: Iterable[QueueLine],
    *,
    asked: Mapping[UUID, Asked],
    ledgers: Mapping[UUID, Ledger],
    now: datetime,
) -> list[Row]:
    """Return the rows in the order of the queue."""
    return [_row(line, asked.get(line.id), ledgers.get(line.id), now) for line in lines]


def asked_about(crew: Crew | None) -> dict[UUID, Asked]:
    """Return whom offers wait for, by ticket."""
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for member in crew.items if crew else ():
        for job in member.asked:
            if job.expires_at is not None:
                found.setdefault(job.ticket_id, []).append((job.expires_at, member.name))
    return {
        ticket_id: Asked(names=tuple(name for _, name in sorted(each)), until=min(each)[0])
        for ticket_id, each in found.items()
    }


def tone_of(line: QueueLine, *, now: datetime) -> Tone:
    """Return the colour of its promise: late once it is broken, risk within the last hour."""
    if line.due_at is not None:
        if line.due_at <= now:
            return "late"
        return "risk" if line.due_at - now < AT_RISK else "ok"
    return "hold" if line.state is TicketState.ON_HOLD else "mute"


def _row(line: QueueLine, asked: Asked | None, ledger: Ledger | None, now: datetime) -> Row:
    tone = tone_of(line, now=now)
    return Row(
        line=line,
        tone=tone,
        sign=_sign(line),
        who=_who(line, asked, now),
        strip=_strip(line, ledger, tone, now),
        is_far=line.due_at is not None and line.due_at - now > _FAR,
    )


def _strip(line: QueueLine, ledger: Ledger | None, tone: Tone, now: datetime) -> Strip | None:
    """Return the strip of what falls due next; of what is held, of what stands still."""
    if ledger is None:
        return None
    account = ledger.account(line.due_kind)
    if account is None:
        paused = (each for each in ledger.items if each.state is ClockState.PAUSED)
        account = next(paused, ledger.account(ClockKind.RESOLUTION))
    if account is None or account.state is ClockState.CANCELLED:
        return None
    return strip_of(account, now=now, tone=tone if line.due_at is not None else None)


def _sign(line: QueueLine) -> tuple[str, str]:
    work = line.work
    if line.cancel_requested_at is not None:
        return "warned", "cancel"
    if work is not None and work.unassignable_at is not None:
        return "warned", "unassignable"
    if line.unheard_since is not None:
        return "warned", "unheard"
    if line.state is TicketState.ON_HOLD:
        return "hold", line.hold_reason or ""
    if work is not None and work.job_state is not None:
        return "job", work.job_state.value
    return ("desk", "") if line.road == "desk" else ("ticket", line.state.value)


def _who(line: QueueLine, asked: Asked | None, now: datetime) -> Sentence | None:
    work = line.work
    if line.cancel_requested_at is not None:
        return sentence("desk-who-cancel", at=line.cancel_requested_at)
    if work is not None and work.unassignable_at is not None:
        n = len(work.unassignable)
        return sentence("desk-who-unassignable", n=n) if n else sentence("desk-who-no-crew")
    if line.unheard_since is not None:
        return sentence("desk-who-unheard", at=line.unheard_since)
    if line.state is TicketState.ON_HOLD and line.held_at is not None:
        return _held(line, line.held_at, now)
    if asked is not None:
        return sentence("desk-who-asked", names=asked.names, at=asked.until)
    return None if work is None else _works(work)


def _held(line: QueueLine, held_at: datetime, now: datetime) -> Sentence:
    name = line.work.technician if line.work else None
    if name:
        return sentence("desk-who-held-by", name=name, span=now - held_at)
    return sentence("desk-who-held", span=now - held_at)


def _works(work: Work) -> Sentence | None:
    if not work.technician:
        return None
    name, arrival = work.technician, work.planned_arrival
    match work.job_state:
        case JobState.ACCEPTED | JobState.TRAVELLING if arrival is not None:
            return sentence("desk-who-comes", name=name, at=arrival)
        case JobState.FOLLOW_UP:
            return sentence("desk-who-was-there", name=name)
        case None | JobState.WAITING | JobState.OFFERED | JobState.CANCELLED:
            return None
        case _:
            return sentence("desk-who-has-it", name=name)


@dataclass(frozen=True, kw_only=True)
class CrewRow:
    """A technician beside the board: what they are at, and when they will be done or there."""

    member: Member
    at: Sentence
    until: datetime | None = None
    all_day: bool = False
    """On duty for a day at least: when that ends says nothing to the desk."""
    tone: Tone = "mute"
    ticket_id: UUID | None = None


_AT_WORK: Mapping[JobState, tuple[str, Tone]] = {
    JobState.ACCEPTED: ("desk-crew-next", "mute"),
    JobState.TRAVELLING: ("desk-crew-to", "ok"),
    JobState.ON_SITE: ("desk-crew-there", "ok"),
    JobState.WORKING: ("desk-crew-works", "ok"),
    JobState.PAUSED: ("desk-crew-paused", "hold"),
}


def crew_rows(crew: Crew, places: Mapping[UUID, str]) -> list[CrewRow]:
    """Return those who are on duty, or have work in hand though they are not; `places` are the
    words for the places of their jobs.
    """
    return [
        _crew_row(member, places, now=crew.at)
        for member in crew.items
        if member.on_duty or member.in_hand or member.asked
    ]


def first_job(member: Member) -> JobInHand | None:
    """Return what the technician is at, or goes to next."""
    order = {JobState.TRAVELLING: 0, JobState.ON_SITE: 0, JobState.WORKING: 0}
    return min(member.holds, key=lambda job: order.get(job.state, 1), default=None)


def _crew_row(member: Member, places: Mapping[UUID, str], *, now: datetime) -> CrewRow:
    job = first_job(member)
    if job is not None:
        key, tone = _AT_WORK.get(job.state, ("desk-crew-next", "mute"))
        return CrewRow(
            member=member,
            at=sentence(key, place=places.get(job.ticket_id, "")),
            until=job.planned_arrival if job.state is JobState.TRAVELLING else None,
            tone=tone,
            ticket_id=job.ticket_id,
        )
    if member.asked:
        offer = member.asked[0]
        return CrewRow(
            member=member,
            at=sentence("desk-crew-asked", place=places.get(offer.ticket_id, "")),
            until=offer.expires_at,
            tone="info",
            ticket_id=offer.ticket_id,
        )
    if member.elsewhere:
        return CrewRow(member=member, at=sentence("desk-crew-elsewhere"))
    free = sentence("desk-crew-free")
    if member.until is not None and member.until - now >= _A_DAY:
        return CrewRow(member=member, at=free, all_day=True)
    return CrewRow(member=member, at=free, until=member.until)


def in_hand(crew: Crew) -> Sequence[JobInHand]:
    """Return all jobs that someone of the crew holds or is asked to take."""
    return [job for member in crew.items for job in (*member.holds, *member.asked)]
