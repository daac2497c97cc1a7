"""What happened on a ticket, for its desk: lines of its timeline and of its jobs, newest first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.portal.domain.desk.people import Cast
from services.portal.domain.desk.sentence import Sentence, sentence
from services.portal.domain.desk.views import Entry, Job, JobStep
from services.portal.domain.reasons import LOST, how_lost, why_of
from shared.contracts.dispatch import IN_HAND, JobState
from shared.contracts.tickets import Classing

_DISPATCH = "dispatch"
_CHANGED = ("title", "description", "place", "preferred_windows", "answers", "followers")


@dataclass(frozen=True, kw_only=True)
class StoryLine:
    """A sentence, then the message of a usual reason, what a person wrote and which photos came
    with it. `tone` is the colour of its dot; a line that asks for the desk is `strong`.
    """

    at: datetime
    key: str
    head: Sentence
    tone: str = ""
    strong: bool = False
    usual: str = ""
    said: str = ""
    photos: tuple[UUID, ...] = ()
    internal: bool = False


def story(
    entries: Iterable[Entry],
    jobs: Iterable[Job] | None,
    cast: Cast,
    *,
    classes: Iterable[Classing] = (),
) -> list[StoryLine]:
    """Return all lines, newest first. What technicians did is told by the steps of their jobs,
    which say more; without them (None) by what the ticket followed of them.
    """
    teller = _Teller(cast, {each.at: each for each in classes}, told_by_jobs=jobs is not None)
    lines = [line for entry in entries if (line := teller.entry(entry)) is not None]
    for job in jobs or ():
        befores = (None, *(step.state for step in job.steps))
        lines += [
            line
            for before, step in zip(befores, job.steps, strict=False)
            if (line := teller.step(job, before, step)) is not None
        ]
    lines.sort(key=lambda line: line.at)
    return lines[::-1]


class _Teller:
    def __init__(
        self, cast: Cast, classes: Mapping[datetime, Classing], *, told_by_jobs: bool
    ) -> None:
        self._cast, self._classes, self._told_by_jobs = cast, classes, told_by_jobs

    def entry(self, entry: Entry) -> StoryLine | None:
        """Return the line of a ticket's timeline; None where a job's step says it."""
        follows = entry.cause == _DISPATCH or entry.cause.startswith("job:")
        if follows and self._told_by_jobs and entry.name in _TOLD_BY_JOBS:
            return None
        tell = _ENTRIES.get(entry.name)
        if tell is None:
            return self._line(entry, self._who("desk-story-other", entry))
        return tell(self, entry)

    def step(self, job: Job, before: JobState | None, step: JobStep) -> StoryLine | None:
        """Return the line of a job's step; None for those that offers tell of."""
        who = self._cast.who(step.technician_id or "", by_technician=True)
        key = f"j{job.number}-{step.at.isoformat()}"
        reason = step.reason or ""
        if before is JobState.PAUSED and step.state in _STEPS:
            return StoryLine(at=step.at, key=key, head=sentence("desk-story-resumed", who=who))
        match step.state:
            case JobState.WAITING if before in IN_HAND:
                why = why_of(reason, LOST)
                return StoryLine(
                    at=step.at,
                    key=key,
                    head=sentence(how_lost(reason), who=who),
                    tone="late",
                    strong=True,
                    usual=why.usual,
                    said=why.words,
                )
            case JobState.PAUSED:
                head = sentence("desk-story-held", who=who, reason=reason or "other")
                return StoryLine(at=step.at, key=key, head=head, tone="hold")
            case JobState.FOLLOW_UP:
                head = sentence("desk-story-follow-up", who=who)
                return StoryLine(at=step.at, key=key, head=head, tone="hold", said=reason)
            case JobState.CANCELLED:
                return StoryLine(at=step.at, key=key, head=sentence("desk-story-job-cancelled"))
        told = _STEPS.get(step.state)
        if told is None:
            return None
        message, tone = told
        report = job.report if step.state is JobState.COMPLETED else None
        said = (report.note or "") if report else ""
        return StoryLine(at=step.at, key=key, head=sentence(message, who=who), tone=tone, said=said)

    def comment(self, entry: Entry) -> StoryLine:
        if not entry.public:
            key, tone = "desk-story-noted", ""
        elif entry.by_staff:
            key, tone = "desk-story-answered", ""
        elif entry.by_technician:
            key, tone = "desk-story-wrote", ""
        else:
            key, tone = "desk-story-said", "info"
        return self._line(
            entry,
            self._who(key, entry),
            tone=tone,
            strong=tone == "info",
            said=entry.text or "",
            photos=_ids(entry.detail.get("attachments")),
        )

    def attached(self, entry: Entry) -> StoryLine:
        photo = _ids([entry.detail.get("attachment_id")])
        key = "desk-story-photo" if entry.said("kind") == "photo" else "desk-story-paper"
        return self._line(entry, self._who(key, entry), photos=photo)

    def urged(self, entry: Entry) -> StoryLine:
        times = entry.detail.get("times")
        head = self._who("desk-story-urged", entry, times=times if isinstance(times, int) else 1)
        return self._line(entry, head, tone="info", strong=True)

    def amended(self, entry: Entry) -> StoryLine:
        for what, key in (("merged", "desk-story-merged"), ("unmerged", "desk-story-unmerged")):
            if entry.said(what):
                return self._line(entry, self._who(key, entry, reference=entry.said(what)))
        changed = entry.detail.get("changed")
        if changed == ["danger"]:
            head = self._who("desk-story-danger", entry)
            return self._line(entry, head, tone="late", said=_reason(entry))
        named = [each for each in changed if each in _CHANGED] if isinstance(changed, list) else []
        head = self._who("desk-story-amended", entry, what=str(named[0]) if named else "other")
        return self._line(entry, head, said=_reason(entry))

    def reclassified(self, entry: Entry) -> StoryLine:
        classing = self._classes.get(entry.at)
        head = self._who(
            "desk-story-reclassified",
            entry,
            priority=classing.priority.value if classing else "other",
            category=classing.category if classing else "",
        )
        return self._line(entry, head, tone="info", said=_reason(entry))

    def held(self, entry: Entry) -> StoryLine:
        head = self._who("desk-story-held", entry, reason=entry.said("reason") or "other")
        return self._line(entry, head, tone="hold", said=entry.said("note"))

    def ended(self, entry: Entry) -> StoryLine:
        if entry.said("duplicate_of"):
            head = self._who("desk-story-merged-into", entry, reference=entry.said("reference"))
            return self._line(entry, head)
        key = "desk-story-expired" if entry.detail.get("unconfirmed") else _ENDS[entry.name]
        return self._line(
            entry, self._who(key, entry), said=entry.said("note") or entry.said("reason")
        )

    def asked(self, entry: Entry) -> StoryLine:
        """Return the line of what a person wants or undoes, with their reason."""
        key, tone = _ASKS[entry.name]
        return self._line(
            entry,
            self._who(key, entry),
            tone=tone,
            strong=tone == "info",
            said=entry.said("reason"),
        )

    def appointed(self, entry: Entry) -> StoryLine:
        start, end = entry.moment("start"), entry.moment("end")
        if entry.detail.get("cancelled") or start is None or end is None:
            return self._line(entry, self._who("desk-story-visit-cancelled", entry))
        key = "desk-story-visit-offered" if entry.detail.get("proposed") else "desk-story-visit"
        return self._line(entry, self._who(key, entry, start=start, end=end))

    def rated(self, entry: Entry) -> StoryLine:
        marks = {name: entry.detail.get(name) for name in ("speed", "quality", "manner")}
        given = {name: mark for name, mark in marks.items() if isinstance(mark, int)}
        low = bool(given) and min(given.values()) <= 2
        head = self._who(
            "desk-story-rated", entry, **{"speed": 0, "quality": 0, "manner": 0, **given}
        )
        return self._line(
            entry, head, tone="late" if low else "ok", strong=low, said=entry.said("text")
        )

    def plain(self, entry: Entry) -> StoryLine:
        why = why_of(entry.said("reason"), LOST)
        head = self._who(_PLAIN[entry.name], entry)
        return self._line(entry, head, usual=why.usual, said=why.words)

    def _who(self, key: str, entry: Entry, **said: str | int | datetime) -> Sentence:
        by_technician = bool(entry.by_technician)
        return sentence(key, who=self._cast.who(entry.cause, by_technician=by_technician), **said)

    def _line(
        self,
        entry: Entry,
        head: Sentence,
        *,
        tone: str = "",
        strong: bool = False,
        usual: str = "",
        said: str = "",
        photos: tuple[UUID, ...] = (),
    ) -> StoryLine:
        return StoryLine(
            at=entry.at,
            key=f"t{entry.n}",
            head=head,
            tone=tone,
            strong=strong,
            usual=usual,
            said=said,
            photos=photos,
            internal=not entry.public,
        )


_STEPS: Mapping[JobState, tuple[str, str]] = {
    JobState.ACCEPTED: ("desk-story-accepted", "ok"),
    JobState.TRAVELLING: ("desk-story-set-out", "ok"),
    JobState.ON_SITE: ("desk-story-arrived", "ok"),
    JobState.WORKING: ("desk-story-began", "ok"),
    JobState.COMPLETED: ("desk-story-completed", "ok"),
}
_TOLD_BY_JOBS = frozenset(
    {"assigned", "started", "unassigned", "held", "released", "resolved", "earlier_work"}
)
_ENDS: Mapping[str, str] = {
    "resolved": "desk-story-resolved",
    "closed": "desk-story-closed",
    "cancelled": "desk-story-cancelled",
}
_ASKS: Mapping[str, tuple[str, str]] = {
    "reopened": ("desk-story-reopened", "info"),
    "cancel_requested": ("desk-story-cancel-asked", "info"),
    "cancel_refused": ("desk-story-cancel-refused", ""),
    "unmerged": ("desk-story-unmerged-again", ""),
}
_PLAIN: Mapping[str, str] = {
    "opened": "desk-story-opened",
    "imported": "desk-story-imported",
    "assigned": "desk-story-accepted-as-ticket",
    "started": "desk-story-started",
    "unassigned": "desk-story-unassigned",
    "released": "desk-story-released",
    "earlier_work": "desk-story-earlier-work",
}
_ENTRIES: Mapping[str, Callable[[_Teller, Entry], StoryLine]] = {
    "comment": _Teller.comment,
    "attached": _Teller.attached,
    "urged": _Teller.urged,
    "amended": _Teller.amended,
    "reclassified": _Teller.reclassified,
    "held": _Teller.held,
    "appointed": _Teller.appointed,
    "rated": _Teller.rated,
    **dict.fromkeys(_ENDS, _Teller.ended),
    **dict.fromkeys(_ASKS, _Teller.asked),
    **dict.fromkeys(_PLAIN, _Teller.plain),
}


def _reason(entry: Entry) -> str:
    """Return why it was changed, and the words of danger that were found then."""
    return " · ".join(filter(None, (entry.said("reason"), entry.said("danger"))))


def _ids(found: object) -> tuple[UUID, ...]:
    """Return the ids that stand there; what is none is left out."""
    ids: list[UUID] = []
    for each in found if isinstance(found, list) else ():
        try:
            ids.append(UUID(str(each)))
        except ValueError:
            continue
    return tuple(ids)
