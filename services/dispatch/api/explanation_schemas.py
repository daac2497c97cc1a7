"""What goes out over HTTP of why technicians are asked about a job, or not."""

from datetime import datetime
from uuid import UUID

from services.dispatch.domain.asking import Standing
from services.dispatch.domain.sentences import Spoken
from shared.contracts.dispatch import JobState
from shared.http.fields import Reply


class BarOut(Reply):
    """A rule that bars the technician: `text` says why in the language of the answer, `sentence` in
    English.
    """

    code: str
    sentence: str
    text: str
    until: datetime | None


class TermOut(Reply):
    """A term of the cost: `text` says it in the language of the answer, `sentence` in English."""

    name: str
    minutes: float
    sentence: str
    text: str


class StandingOut(Reply):
    """One technician: barred, or at a place in the ranking with each term of the cost (minutes, the
    lowest is asked first).
    """

    technician_id: str
    name: str
    bars: tuple[BarOut, ...]
    rank: int | None
    cost_min: float | None
    terms: tuple[TermOut, ...]

    @classmethod
    def of(cls, standing: Standing, rank: int | None, spoken: Spoken) -> "StandingOut":
        ranked, english = standing.ranked, spoken.in_english
        return cls(
            technician_id=standing.candidate.technician.id,
            name=standing.candidate.technician.name,
            bars=tuple(
                BarOut(
                    code=bar.code, sentence=bar.say(english), text=bar.say(spoken), until=bar.until
                )
                for bar in standing.bars
            ),
            rank=rank,
            cost_min=None if ranked is None else round(ranked.cost_min, 2),
            terms=()
            if ranked is None
            else tuple(
                TermOut(
                    name=term.name,
                    minutes=term.minutes,
                    sentence=term.say(english),
                    text=term.say(spoken),
                )
                for term in ranked.terms
            ),
        )


class ExplanationOut(Reply):
    job_id: UUID
    state: JobState
    mode: str
    language: str
    """Of each `text`."""
    held: bool
    """Held by staff: no technician is asked until it is released."""
    items: tuple[StandingOut, ...]
