"""What a ticket has of the system from which it was taken over."""

from pydantic import AwareDatetime

from shared.contracts.base import Contract


class Imported(Contract):
    """Where a ticket comes from, taken over at `at`: of its former system's number
    (`external_id`) there is one at a site.
    """

    at: AwareDatetime
    external_id: str
    opened_at: AwareDatetime
    """When it was opened there. One that was still open began anew here: its ticket was opened when
    it was taken over.
    """
    arrived_at: AwareDatetime | None = None
    """When a technician was first on site, where the former system said so."""
    ended: bool = False
    """Whether it had ended there. Until it is reopened it is history: no work, no promise to watch,
    no word to any person comes of it.
    """
    kept_from: AwareDatetime | None = None
    """From when its retention counts; None: from when it ends here."""

    def is_history(self, *, cycle: int) -> bool:
        """Return whether it is as it ended there; reopening it begins another cycle."""
        return self.ended and cycle == 1
