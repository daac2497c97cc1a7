"""When a technician is to come, as a form says it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.portal.domain.reporting import Wrong

FARTHEST = timedelta(days=365)


def visit_in(
    fields: Mapping[str, str], zone: ZoneInfo, *, now: datetime
) -> tuple[datetime, datetime] | Wrong:
    """Return the visit that `day`, `from` and `to` name in the site's zone, or what is wrong."""
    try:
        on = date.fromisoformat(fields.get("day", "").strip())
        start = datetime.combine(on, _time(fields.get("from", "")), zone)
        end = datetime.combine(on, _time(fields.get("to", "")), zone)
    except ValueError:
        return Wrong(field="day", key="resident-wrong-day")
    if end <= start:
        return Wrong(field="to", key="resident-wrong-day-order")
    if end <= now:
        return Wrong(field="day", key="resident-wrong-day-past")
    if start - now > FARTHEST:
        return Wrong(field="day", key="resident-wrong-day-far")
    return start, end


def likely_visit(now: datetime, zone: ZoneInfo) -> tuple[date, str, str]:
    """Return the day and the two hours that a form begins with: the next morning at nine."""
    there = now.astimezone(zone)
    return there.date() + timedelta(days=1), "09:00", "11:00"


def _time(said: str) -> time:
    return time.fromisoformat(said.strip())
