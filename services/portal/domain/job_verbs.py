"""What a technician may do with a job, in which of its states, and where that leads: for the
buttons of a page that has to go on while there is no signal.

dispatch has the last word: what it refuses is shown, and never decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.contracts.dispatch import JobState

_TAKEN = (
    JobState.ACCEPTED,
    JobState.TRAVELLING,
    JobState.ON_SITE,
    JobState.WORKING,
    JobState.PAUSED,
)
_THERE = (JobState.ON_SITE, JobState.WORKING)


@dataclass(frozen=True, kw_only=True)
class JobVerb:
    """`big_in` are the states in which it is what comes next, `beside_in` those in which it is one
    of the smaller buttons. `leads_to` is None where the job leaves the technician's hands.
    """

    name: str
    big_in: tuple[JobState, ...] = ()
    beside_in: tuple[JobState, ...] = ()
    leads_to: JobState | None = None

    @property
    def shown_in(self) -> tuple[JobState, ...]:
        return (*self.big_in, *self.beside_in)


VERBS = (
    JobVerb(name="travel", big_in=(JobState.ACCEPTED,), leads_to=JobState.TRAVELLING),
    JobVerb(
        name="arrive",
        big_in=(JobState.TRAVELLING,),
        beside_in=(JobState.ACCEPTED,),
        leads_to=JobState.ON_SITE,
    ),
    JobVerb(name="start", big_in=(JobState.ON_SITE,), leads_to=JobState.WORKING),
    JobVerb(name="resume", big_in=(JobState.PAUSED,), leads_to=JobState.WORKING),
    JobVerb(name="complete", big_in=(JobState.WORKING,), leads_to=JobState.COMPLETED),
    JobVerb(name="pause", beside_in=_THERE, leads_to=JobState.PAUSED),
    JobVerb(name="follow-up", beside_in=_THERE, leads_to=JobState.FOLLOW_UP),
    JobVerb(name="return", beside_in=_TAKEN),
)
WORDS: Mapping[str, str] = {
    "travel": "technician-verb-travel",
    "arrive": "technician-verb-arrive",
    "start": "technician-verb-start",
    "resume": "technician-verb-resume",
    "complete": "technician-verb-complete",
    "pause": "technician-verb-pause",
    "follow-up": "technician-verb-follow-up",
    "return": "technician-verb-return",
}
"""The message that says what a technician does."""


def next_verb(state: JobState) -> JobVerb | None:
    """Return what comes next; None for a job that is in no technician's hands."""
    return next((verb for verb in VERBS if state in verb.big_in), None)
