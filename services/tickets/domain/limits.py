"""How long a ticket may get: all of it has to fit into one fact, and so has its end."""

from services.tickets.domain.verbs import ENDED, LIVING
from shared.contracts.tickets import TicketState as State
from shared.errors import Conflict

MAX_STEPS = 200
MAX_CLASSES = 50
# the last places are for the steps that end a ticket, so that no ticket is stuck
STEPS_FOR_ENDING = 4
MAX_BYTES = 50 * 1024  # and so is the rest of the 60 KB that a fact may have
MAX_LINES_TO_CHANGE = 500  # half of those that take comments: there is room to be heard
_STEP_BYTES = 2048  # more than any step adds


class TooManySteps(Conflict):
    code = "too_many_steps"


class TicketFull(Conflict):
    code = "ticket_full"


class TooManyChanges(Conflict):
    code = "too_many_changes"


def has_room(to: State, *, steps: int, size: int) -> bool:
    """Return whether a ticket with that many steps, `size` bytes long, takes one more to that
    state.
    """
    return steps < _max_steps(to) and (to in ENDED or size <= MAX_BYTES - _STEP_BYTES)


def demand_step(to: State, *, steps: int) -> None:
    """Raise TooManySteps where a ticket with that many steps takes no more to that state."""
    if steps >= _max_steps(to):
        raise TooManySteps(
            f"A ticket takes {MAX_STEPS} steps, and the last of them are kept for ending it.",
            steps=steps,
        )


def demand_room_for_end(state: State, *, size: int) -> None:
    """Raise TicketFull when the ticket lives and is so long (bytes) that its end would not fit."""
    if state in LIVING:
        demand_room(size=size)


def demand_room(*, size: int) -> None:
    """Raise TicketFull when the ticket is longer (bytes) than what has to come after it allows."""
    if size > MAX_BYTES:
        raise TicketFull(
            "This ticket holds as much as it can; open another for the rest.", bytes=MAX_BYTES
        )


def demand_room_for_changes(*, lines: int) -> None:
    """Raise TooManyChanges when the timeline is so long (lines) that it grows by comments, and by
    what staff and technicians do, alone.
    """
    if lines >= MAX_LINES_TO_CHANGE:
        raise TooManyChanges(
            f"A ticket with {MAX_LINES_TO_CHANGE} lines on its timeline takes no more followers, "
            "and of residents no more amendments and visits; write a comment.",
            limit=MAX_LINES_TO_CHANGE,
        )


def _max_steps(to: State) -> int:
    return MAX_STEPS if to in ENDED else MAX_STEPS - STEPS_FOR_ENDING
