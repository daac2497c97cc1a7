"""What a run plays: the requests in order, when each comes in, the crew, a site of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from demo.api_bodies import centre
from demo.compound import REQUESTS
from demo.pace import DEFAULT_SPEED, Pace, arrival_budget_s, arrivals
from demo.reading import Reading, read_requests
from demo.requests import BadRow, Request, SiteProfile
from demo.technicians import Technician, crew_size, hire_technicians
from shared.sheets import Unreadable

MAX_BAD_SHOWN = 20

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MAX_CODE_CHARS = 10


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """`arrivals_s` are real seconds from the first request.

    `imported` rows are opened by an integration on the reporters' behalf.
    """

    source: str
    site: SiteProfile
    site_id: str
    site_code: str
    seed: int
    pace: Pace
    requests: Sequence[Request]
    arrivals_s: Sequence[float]
    technicians: Sequence[Technician]
    bad: Sequence[BadRow]
    notes: Sequence[str]
    """What was guessed of the file, in sentences."""
    imported: bool


def plan_scenario(
    source: Path | None,
    *,
    limit: int | None,
    speed: float | None,
    seed: int,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Scenario:
    """Plan a run of a file, or of the built-in compound. Raises Unreadable.

    At most `limit` of its good rows are played, in the order of time. The site is named after
    `now`, so that each run has a site of its own.
    """
    reading = read_requests(source or REQUESTS, mapping=mapping, sheet=sheet)
    requests = sorted(islice(reading, limit), key=lambda request: request.opened_at)
    if not requests:
        raise _nothing_in(reading)
    site = reading.layout.site
    speed = speed or DEFAULT_SPEED
    pace, arrivals_s = arrivals(
        [request.opened_at for request in requests],
        speed=speed,
        budget_s=arrival_budget_s(len(requests)),
    )
    code = (site.code + _in_base_36(int(now.timestamp())))[:_MAX_CODE_CHARS]
    site_id = f"play-{code.lower()}"
    return Scenario(
        source=source.name if source else site.name,
        site=site,
        site_id=site_id,
        site_code=code,
        seed=seed,
        pace=pace,
        requests=requests,
        arrivals_s=arrivals_s,
        technicians=hire_technicians(
            requests,
            site_id=site_id,
            centre=centre(site, requests),
            language=site.language,
            size=crew_size(rows=len(requests), arrival_s=arrivals_s[-1], speed=speed),
            seed=seed,
        ),
        bad=tuple(reading.bad),
        notes=[each.text for each in reading.table.remarks],
        imported=not any(request.text for request in requests),
    )


def _nothing_in(reading: Reading) -> Unreadable:
    named = "".join(f"\n  {bad}" for bad in reading.bad[:MAX_BAD_SHOWN])
    nothing = "there is nothing below its line of columns"
    if reading.rows:
        nothing = f"none of its {reading.rows} rows can be played"
    return Unreadable(reading.path, "nothing_to_play", "{said}", said=nothing + named)


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
