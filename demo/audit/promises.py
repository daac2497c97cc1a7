"""Whether promises were kept, by what people's own clients saw, and whether sla says the same."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from demo.audit.hours import Hours
from demo.audit.ledger import CLOCKS, TICKET, Finding, Ledger
from demo.audit.legal import instant
from demo.audit.lives import Life, Moment, Pause

CLOCK_KINDS = ("response", "arrival", "resolution")
STOPS_CLOCKS = frozenset({"waiting_resident", "no_access"})
"""Reasons of a pause for which arrival and resolution wait."""
TOLERANCE_S = 0.05
"""Clocks of one machine are read by several processes."""
BREACH = 100


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a site promises, in seconds by priority and clock.

    Priorities in `in_all_hours` are counted in all hours, the others in the site's own.
    """

    hours: Hours
    promised_s: Mapping[str, Mapping[str, float]]
    in_all_hours: frozenset[str]

    def hours_for(self, priority: str) -> Hours:
        """Return the hours in which a ticket of that priority is counted."""
        all_hours = priority in self.in_all_hours
        return Hours(time_zone=self.hours.time_zone) if all_hours else self.hours


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One promise: due between `due.earliest` and `due.latest`, done at `done` (None: never).

    `missed` is None where it is too close to call by what clients saw.
    """

    life: Life
    clock: str
    due: Moment
    done: Moment | None
    missed: bool | None

    @property
    def late_s(self) -> float:
        """Return by how many seconds it was late at least; 0 where it was not for certain."""
        latest = self.due.latest
        return max(0.0, (self.done.earliest if self.done else inf) - latest) if self.missed else 0.0


def verdicts(lives: Iterable[Life], terms: Mapping[str, Terms]) -> Iterator[Verdict]:
    """Yield each promise of each ticket that was not cancelled; `terms` are by site."""
    for life in lives:
        if life.cancelled is None:
            for clock in CLOCK_KINDS:
                yield _verdict(life, clock, terms[life.opened.site])


def _verdict(life: Life, clock: str, terms: Terms) -> Verdict:
    done = _done(life, clock)
    hardest = _due(life, clock, terms, done.earliest if done else inf, hard=True)
    easiest = _due(life, clock, terms, done.latest if done else inf, hard=False)
    worst = hardest < (done.latest if done else inf)
    best = easiest < (done.earliest if done else inf)
    return Verdict(
        life=life,
        clock=clock,
        due=Moment(earliest=min(hardest, easiest), latest=max(hardest, easiest)),
        done=done,
        missed=worst if worst == best else None,
    )


def _done(life: Life, clock: str) -> Moment | None:
    """Return when the promise was done with: the first time, of a resolution the last."""
    match clock:
        case "response":
            found = [*(holding.at for holding in life.taken), *life.answered]
        case "arrival":
            found = life.on_site
        case _:
            return life.completed[-1] if len(life.completed) > len(life.reopened) else None
    if not found:
        return None
    return Moment(earliest=min(at.earliest for at in found), latest=min(at.latest for at in found))


def _due(life: Life, clock: str, terms: Terms, done: float, *, hard: bool) -> float:
    """Return when it was due, as early (`hard`) or as late as it can have been; what happened after
    it was `done` does not count.
    """
    priority = life.opened.priority
    start = life.opening.earliest if hard else life.opening.latest
    pauses = [] if clock == "response" else list(_pauses(life, hard=hard))
    if clock == "resolution":
        pauses += list(_resolved(life, hard=hard))
    known = [(since, min(until, done)) for since, until in pauses if since < done]
    base = terms.hours_for(priority).due(start, terms.promised_s[priority][clock], known)
    due = base
    for visit in life.visits if clock == "arrival" else ():
        agreed = visit.at.latest if hard else visit.at.earliest
        if agreed <= min(due, done):  # what fell due before stands
            due = max(base, visit.end, agreed)
    return due


def _pauses(life: Life, *, hard: bool) -> Iterator[tuple[float, float]]:
    for pause in life.pauses:
        if pause.reason in STOPS_CLOCKS:
            yield from _span(pause.since, pause.until, short=hard)


def _resolved(life: Life, *, hard: bool) -> Iterator[tuple[float, float]]:
    """Yield the time from each completion until the ticket was reopened."""
    for reopened in life.reopened:
        before = [done for done in life.completed if done.earliest <= reopened.latest]
        if before:
            yield from _span(before[-1], reopened, short=hard)


def _span(since: Moment, until: Moment | None, *, short: bool) -> Iterator[tuple[float, float]]:
    """Yield the time between two moments, as short or as long as it can have been."""
    begin = since.latest if short else since.earliest
    end = inf if until is None else until.earliest if short else until.latest
    if begin < end:
        yield begin, end


def disagreements(ledger: Ledger, found: Iterable[Verdict]) -> Iterator[Finding]:
    """Yield where sla says otherwise than people saw, for certain: kept or broken, and by when."""
    for verdict in found:
        if not unseen_pauses(ledger, verdict.life):
            yield from _disagreement(ledger, verdict)


def uncounted(ledger: Ledger, found: Iterable[Verdict]) -> Iterator[Finding]:
    """Yield promises whose pause stopped no clock, since it was over before tickets heard of it."""
    for verdict in found:
        if unseen_pauses(ledger, verdict.life):
            yield from _disagreement(ledger, verdict)


def unseen_pauses(ledger: Ledger, life: Life) -> list[Pause]:
    """Return the pauses of which the ticket shows no hold: they were over when it heard of them."""
    steps = ledger.newest.get(TICKET, {}).get(life.opened.ticket_id, {}).get("steps", ())
    held = [instant(step["at"]).timestamp() for step in steps if step["state"] == "on_hold"]
    return [
        pause
        for pause in life.pauses
        if pause.reason in STOPS_CLOCKS
        and not any(
            pause.since.earliest - TOLERANCE_S <= at <= pause.since.latest + TOLERANCE_S
            for at in held
        )
    ]


def _disagreement(ledger: Ledger, verdict: Verdict) -> Iterator[Finding]:
    ticket = verdict.life.opened.ticket_id
    row = _row(ledger, ticket, verdict.clock)
    if row is not None and not _was_reclassified(ledger, ticket):
        about = f"{verdict.life.opened.reference} {verdict.clock}"
        says = {"met": False, "breached": True}.get(str(row["state"]))
        if verdict.missed is not None and says is not None and says is not verdict.missed:
            seen = "too late" if verdict.missed else "in time"
            yield Finding(about=about, what=f"sla has it {row['state']}, its people saw it {seen}")
        due_at = row.get("due_at")
        if due_at is None:
            return
        due = instant(str(due_at)).timestamp()
        lowest, highest = verdict.due.earliest - TOLERANCE_S, verdict.due.latest + TOLERANCE_S
        if not lowest <= due <= highest:
            off = due - highest if due > highest else due - lowest
            yield Finding(about=about, what=f"sla has it due {off:+.3f} s off what was promised")


def unannounced(ledger: Ledger, found: Iterable[Verdict]) -> Iterator[Finding]:
    """Yield promises that were broken for certain, and no announcement or no desk was told so."""
    told = {
        (message.ticket, message.cause.split("/")[1])
        for message in ledger.messages
        if message.kind == "clock.breached" and "/" in message.cause
    }
    for verdict in found:
        ticket = verdict.life.opened.ticket_id
        if not verdict.missed or _was_reclassified(ledger, ticket):
            continue
        about = f"{verdict.life.opened.reference} {verdict.clock}"
        if not _announced(ledger, ticket, verdict.clock):
            yield Finding(about=about, what="was broken and never announced")
        elif (ticket, verdict.clock) not in told:
            yield Finding(about=about, what="was broken, and the desk was not told")


def _announced(ledger: Ledger, ticket: str, clock: str) -> bool:
    body = ledger.newest.get(CLOCKS, {}).get(ticket, {})
    said: Sequence[Mapping[str, object]] = body.get("announced", [])
    return any(each["clock"] == clock and each["threshold"] == BREACH for each in said)


def _row(ledger: Ledger, ticket: str, clock: str) -> Mapping[str, object] | None:
    rows = ledger.clocks.get(ticket, ())
    return next((row for row in rows if row["kind"] == clock), None)


def _was_reclassified(ledger: Ledger, ticket: str) -> bool:
    """Return whether it got another priority or category later: its promises are other ones."""
    return len(ledger.newest.get(TICKET, {}).get(ticket, {}).get("classes", ())) > 1
