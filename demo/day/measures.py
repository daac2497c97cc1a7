"""What a day came to, measured by what people's own clients saw."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from demo.audit.ledger import CLOCKS
from demo.audit.legal import instant
from demo.audit.lost import SAID
from demo.audit.promises import BREACH, CLOCK_KINDS, Verdict
from demo.day.plan import BEGINS_MIN, LENGTH_MIN, STORM_AT_MIN
from demo.day.run import Played

AFTERMATH_S = 10.0
"""What is opened within so many real seconds after a fault still counts as its cost."""
PRIORITIES = ("emergency", "urgent", "normal", "low")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A ticket, when its 201 came (a minute of the played day), and how long until its first
    webhook; None: none came.
    """

    reference: str
    site: str
    minute: float
    waited_s: float | None


@dataclass(frozen=True, kw_only=True)
class Spread:
    """How long tickets waited for their first webhook, in real seconds; None where none did."""

    tickets: int
    median_s: float | None
    p95_s: float | None
    longest_s: float | None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Promises of one kind: kept, missed, and too close to call by what clients saw."""

    kept: int
    missed: int
    close: int

    @property
    def share(self) -> float | None:
        """Return the share kept of those that can be called; None where there are none."""
        called = self.kept + self.missed
        return round(self.kept / called, 4) if called else None


@dataclass(frozen=True, kw_only=True)
class Event:
    """The storm, or a fault: from one minute of the played day to another, and what it cost.

    `gone_s` is how long a process was gone; None for the storm. `retried` are calls that had to be
    repeated, of which one took `longest_call_s`. `missed` is the share of promises missed by
    tickets that were opened meanwhile.
    """

    name: str
    begins: float
    ends: float
    gone_s: float | None
    heard: Spread
    retried: int
    longest_call_s: float
    missed: float | None


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A breach: when it fell due (a minute of the played day), how many real seconds later sla
    announced it, and the desk's client heard of it (None: not at all).
    """

    reference: str
    clock: str
    minute: float
    announced_after_s: float
    heard_after_s: float | None


@dataclass(frozen=True, kw_only=True)
class Measures:
    """All measures of one day. `promises` are by what they are told by, then its value, then the
    clock.
    """

    heard: Sequence[Heard]
    by_hour: Mapping[int, Spread]
    overall: Spread
    promises: Mapping[str, Mapping[str, Mapping[str, Kept]]]
    events: Sequence[Event]
    announced: Sequence[Announced]
    messages: Mapping[int, int]
    """How many residents were told so many messages."""
    residents: int

    @property
    def by_clock(self) -> Mapping[str, Kept]:
        return self.promises["all"]["all"]


def measure(played: Played) -> Measures:
    """Return the measures of a day."""
    heard = list(_heard(played))
    told = _messages_by_resident(played)
    return Measures(
        heard=heard,
        by_hour={
            hour: _spread(each for each in heard if int(each.minute // 60) == hour)
            for hour in range(BEGINS_MIN // 60, (BEGINS_MIN + LENGTH_MIN) // 60)
        },
        overall=_spread(heard),
        promises=_promises(played.audited.verdicts),
        events=[*_events(played, heard)],
        announced=sorted(_announced(played), key=lambda each: each.minute),
        messages=dict(sorted(Counter(told.values()).items())),
        residents=len(told),
    )


def minute_of(played: Played, at: float) -> float:
    """Return the minute of the played day at a time in seconds since the epoch."""
    return BEGINS_MIN + played.day.pace.played_min(at - played.began)


def wall(minute: float) -> str:
    """Return a minute of the played day as HH:MM; what lies after midnight goes on counting."""
    return f"{int(minute) // 60:02}:{int(minute) % 60:02}"


def _heard(played: Played) -> Iterator[Heard]:
    first: dict[str, float] = {}
    for received in played.log.received:
        if received.reference:
            first[received.reference] = min(received.at, first.get(received.reference, received.at))
    for opened in played.log.opened:
        came = first.get(opened.reference)
        yield Heard(
            reference=opened.reference,
            site=opened.site,
            minute=minute_of(played, opened.at),
            waited_s=None if came is None else max(0.0, came - opened.at),
        )


def _spread(heard: Iterable[Heard]) -> Spread:
    found = list(heard)
    waited = sorted(each.waited_s for each in found if each.waited_s is not None)
    return Spread(
        tickets=len(found),
        median_s=_percentile(waited, 0.5),
        p95_s=_percentile(waited, 0.95),
        longest_s=round(waited[-1], 3) if waited else None,
    )


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the smallest value that so large a share does not exceed (nearest rank)."""
    return round(ordered[ceil(share * len(ordered)) - 1], 3) if ordered else None


def _promises(
    verdicts: Sequence[Verdict],
) -> Mapping[str, Mapping[str, Mapping[str, Kept]]]:
    told_by: Mapping[str, Callable[[Verdict], str]] = {
        "all": lambda verdict: "all",
        "priority": lambda verdict: verdict.life.opened.priority,
        "site": lambda verdict: verdict.life.opened.site,
        "category": lambda verdict: verdict.life.opened.category,
    }
    return {name: _kept_by(verdicts, key) for name, key in told_by.items()}


def _kept_by(
    verdicts: Sequence[Verdict], key: Callable[[Verdict], str]
) -> Mapping[str, Mapping[str, Kept]]:
    counts: dict[str, Counter[tuple[str, bool | None]]] = defaultdict(Counter)
    for verdict in verdicts:
        counts[key(verdict)][verdict.clock, verdict.missed] += 1
    return {
        value: {
            clock: Kept(
                kept=counts[value][clock, False],
                missed=counts[value][clock, True],
                close=counts[value][clock, None],
            )
            for clock in CLOCK_KINDS
        }
        for value in sorted(counts, key=_in_order)
    }


def _in_order(value: str) -> tuple[int, str]:
    return (PRIORITIES.index(value), "") if value in PRIORITIES else (len(PRIORITIES), value)


def _events(played: Played, heard: Sequence[Heard]) -> Iterator[Event]:
    keys = {report.request.source_id for report in played.day.reports if report.storm}
    of_storm = {opened.reference for opened in played.log.opened if opened.key in keys}
    storm = [each for each in heard if each.reference in of_storm]
    ends = max((each.minute for each in storm), default=float(STORM_AT_MIN))
    yield _event(played, "storm", STORM_AT_MIN, ends, None, storm)
    for fault in played.faults:
        begins, ends = minute_of(played, fault.began), minute_of(played, fault.ended)
        name, gone_s = f"{fault.what} killed", fault.ended - fault.began
        after = ends + played.day.pace.played_min(AFTERMATH_S)
        meanwhile = [each for each in heard if begins <= each.minute <= after]
        yield _event(played, name, begins, ends, gone_s, meanwhile)


def _event(
    played: Played,
    name: str,
    begins: float,
    ends: float,
    gone_s: float | None,
    meanwhile: Sequence[Heard],
) -> Event:
    references = {each.reference for each in meanwhile}
    since, until = (played.began + played.day.real_s(minute) for minute in (begins, ends))
    retried = [
        call
        for call in played.log.calls
        if call.attempts > 1 and call.sent_at <= until and call.answered_at >= since
    ]
    theirs = [
        verdict.missed
        for verdict in played.audited.verdicts
        if verdict.life.opened.reference in references and verdict.missed is not None
    ]
    return Event(
        name=name,
        begins=begins,
        ends=ends,
        gone_s=None if gone_s is None else round(gone_s, 2),
        heard=_spread(meanwhile),
        retried=len(retried),
        longest_call_s=round(
            max((call.answered_at - call.sent_at for call in retried), default=0.0), 2
        ),
        missed=round(sum(theirs) / len(theirs), 4) if theirs else None,
    )


def _announced(played: Played) -> Iterator[Announced]:
    references = {opened.ticket_id: opened.reference for opened in played.log.opened}
    heard: dict[tuple[str, str], float] = {}
    for received in played.log.received:
        if received.kind == "clock.breached":
            heard.setdefault((received.reference, received.clock), received.at)
    for ticket, body in played.audited.ledger.newest.get(CLOCKS, {}).items():
        for each in body.get("announced", ()):
            if each["threshold"] < BREACH or each["skipped"] or ticket not in references:
                continue
            fell_at = instant(each["fell_at"]).timestamp()
            came = heard.get((references[ticket], each["clock"]))
            yield Announced(
                reference=references[ticket],
                clock=each["clock"],
                minute=minute_of(played, fell_at),
                announced_after_s=round(instant(each["announced_at"]).timestamp() - fell_at, 3),
                heard_after_s=None if came is None else round(came - fell_at, 3),
            )


def _messages_by_resident(played: Played) -> Counter[str]:
    residents = {report.request.reporter_id for report in played.day.reports}
    told = Counter(
        message.recipient
        for message in played.audited.ledger.messages
        if message.recipient in residents and message.state == SAID
    )
    return Counter({resident: told[resident] for resident in residents})
