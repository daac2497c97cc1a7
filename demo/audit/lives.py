"""The life of each ticket as people's own clients saw it: no service is asked.

What a person did took effect at some moment between their request and its answer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import inf

from demo.audit.client_log import Call, ClientLog, Opened

_OFFER = re.compile(r"/v1/offers/(?P<id>[^/]+)/accept")
_JOB = re.compile(r"/v1/jobs/(?P<id>[^/]+)/(?P<verb>[a-z-]+)")
_TICKET = re.compile(r"/v1/tickets/(?P<id>[^/]+)(?:/(?P<verb>[a-z:]+))?")
_GOES_ON = frozenset({"accepted", "travelling", "on_site", "working"})
_ON_SITE = frozenset({"arrive", "start", "complete"})


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When something took effect: not before `earliest`, not after `latest`."""

    earliest: float
    latest: float

    @classmethod
    def of(cls, call: Call) -> "Moment":
        return cls(earliest=call.sent_at, latest=call.answered_at)


@dataclass(frozen=True, kw_only=True)
class Holding:
    """That a technician took the job, or gave it back."""

    technician: str
    at: Moment


@dataclass(kw_only=True)
class Pause:
    """Work that waited for a reason; `until` is None while it does."""

    job: str
    reason: str
    since: Moment
    until: Moment | None = None


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visit that the resident set at some moment, in seconds since the epoch."""

    at: Moment
    start: float
    end: float


@dataclass(kw_only=True)
class Life:
    """What became of one ticket, in the order of the answers."""

    opened: Opened
    taken: list[Holding] = field(default_factory=list)
    said_yes: set[str] = field(default_factory=set)
    """Technicians who accepted in a webhook's reply, whatever became of it."""
    given_back: list[Holding] = field(default_factory=list)
    set_out: list[Holding] = field(default_factory=list)
    on_site: list[Moment] = field(default_factory=list)
    completed: list[Moment] = field(default_factory=list)
    reopened: list[Moment] = field(default_factory=list)
    answered: list[Moment] = field(default_factory=list)
    spoken: list[Moment] = field(default_factory=list)
    """Comments of the reporter, each of which ends a pause that waits for one."""
    pauses: list[Pause] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    cancelled: Moment | None = None
    cancelled_by: str = ""
    merged: bool = False

    @property
    def opening(self) -> Moment:
        return Moment(earliest=self.opened.sent_at, latest=self.opened.at)


def lives_of(log: ClientLog) -> dict[str, Life]:
    """Return the lives by ticket."""
    lives = {opened.ticket_id: Life(opened=opened) for opened in log.opened}
    tickets = _tickets_of_jobs(log)
    for ticket, holding in _taken(log, tickets):
        if ticket in lives:
            lives[ticket].taken.append(holding)
    references = {life.opened.reference: life for life in lives.values()}
    for told in log.received:
        if told.reply == "accept" and told.reference in references:
            references[told.reference].said_yes.add(told.owner)
    for call in sorted(log.calls, key=lambda call: call.answered_at):
        if found := _JOB.fullmatch(call.path):
            if (life := lives.get(tickets.get(found["id"], ""))) is not None:
                _job_step(life, found["id"], found["verb"], call)
        elif (found := _TICKET.fullmatch(call.path)) and found["id"] in lives and call.good:
            _ticket_step(lives[found["id"]], found["verb"] or "", call)
    for life in lives.values():
        life.taken.sort(key=lambda holding: holding.at.latest)
        for pause in life.pauses:
            _heed_answers(life, pause)
    return lives


def _tickets_of_jobs(log: ClientLog) -> dict[str, str]:
    """Return job → ticket, as tokens, answers and webhooks say it."""
    references = {opened.reference: opened.ticket_id for opened in log.opened}
    told = {each.job: references.get(each.reference, "") for each in log.received if each.job}
    answered = {
        match["id"]: call.about or str(call.answer.get("ticket_id", ""))
        for call in log.calls
        if (match := _JOB.fullmatch(call.path)) and (call.about or call.answer.get("ticket_id"))
    }
    return {**told, **answered}


def _taken(log: ClientLog, tickets: Mapping[str, str]) -> Iterator[tuple[str, Holding]]:
    """Yield who took the job of which ticket: what was answered to them, else `job.accepted`, where
    a decision was given in a webhook's reply.
    """
    offered = {each.cause: each.at for each in log.received if each.kind == "job.offered"}
    answered: set[str] = set()
    grabbed: set[tuple[str, str]] = set()
    for call in log.calls:
        if not call.good:
            continue
        holding = Holding(technician=call.by, at=Moment.of(call))
        if match := _OFFER.fullmatch(call.path):
            answered.add(match["id"])
            yield call.about, holding
        elif (match := _JOB.fullmatch(call.path)) and match["verb"] == "grab":
            grabbed.add((call.by, match["id"]))
            yield tickets.get(match["id"], ""), holding
    for told in log.received:
        if told.kind != "job.accepted" or told.cause in answered:
            continue
        if (told.owner, told.job) not in grabbed and told.cause in offered:
            at = Moment(earliest=offered[told.cause], latest=told.at)
            yield tickets.get(told.job, ""), Holding(technician=told.owner, at=at)


def _job_step(life: Life, job: str, verb: str, call: Call) -> None:
    at = Moment.of(call)
    if verb == "resume" and (call.good or call.answer.get("state") in _GOES_ON):
        _end_pause(life, job, at)
    if not call.good:
        return
    if verb in _ON_SITE:
        _end_pause(life, job, at)
        life.on_site.append(at)
    match verb:
        case "travel":
            life.set_out.append(Holding(technician=call.by, at=at))
        case "complete":
            life.completed.append(at)
        case "return":
            life.given_back.append(Holding(technician=call.by, at=at))
            _end_pause(life, job, at)
        case "pause":
            reason = str(call.answer.get("reason") or "")
            life.pauses.append(Pause(job=job, reason=reason, since=at))


def _end_pause(life: Life, job: str, at: Moment) -> None:
    for pause in life.pauses:
        if pause.job == job and pause.until is None:
            pause.until = at


def _heed_answers(life: Life, pause: Pause) -> None:
    """Let the pause end earlier where it waited for the resident, who may have answered it."""
    if pause.reason != "waiting_resident" or pause.until is None:
        return
    until = pause.until
    answers = [said for said in life.spoken if pause.since.earliest <= said.latest]
    if answers and (first := min(said.earliest for said in answers)) < until.latest:
        earliest = min(until.earliest, max(first, pause.since.earliest))
        pause.until = Moment(earliest=earliest, latest=until.latest)


def _ticket_step(life: Life, verb: str, call: Call) -> None:
    at = Moment.of(call)
    match verb:
        case "cancel" if not call.answer.get("requested"):
            life.cancelled, life.cancelled_by = at, call.by
        case "merge":
            life.cancelled, life.merged = at, True
        case "reopen":
            life.reopened.append(at)
        case "comments" if call.answer.get("by_staff") and call.answer.get("public"):
            life.answered.append(at)
        case "comments":
            life.spoken.append(at)
        case "appointment" if visits := list(_visits(call.answer, at)):
            life.visits.append(visits[-1])


def _visits(answer: Mapping[str, object], at: Moment) -> Iterator[Visit]:
    agreed = answer.get("appointments")
    for each in agreed if isinstance(agreed, list) else ():
        start, end = (datetime.fromisoformat(each[name]).timestamp() for name in ("start", "end"))
        yield Visit(at=at, start=start, end=end)


def ended_at(life: Life) -> float:
    """Return when the ticket was completed last or cancelled; infinite where it was not."""
    if life.cancelled is not None:
        return life.cancelled.latest
    return life.completed[-1].latest if life.completed else inf
