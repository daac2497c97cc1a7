"""What a phone without signal said later: when its technician took a step."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class PhoneTime:
    """The time by the phone's own clock, which was `ahead` of the server's when the two were last
    compared; None: they never were.
    """

    said_at: datetime
    ahead: timedelta | None = None

    def dated(self, *, now: datetime, trusted: bool) -> datetime:
        """Return when the step is dated: when the phone said, by the server's clock and never
        after `now`, where the site trusts phones and the clocks were compared; else `now`.

        That no step comes before the last one is the job's to see to (`Job.stepped`).
        """
        if not trusted or self.ahead is None:
            return now
        return min(self.said_at - self.ahead, now)
