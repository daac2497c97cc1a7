"""What is going to be played: the requests in order, when each comes in, by how large a crew, at
which site of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from fettle.demo.cast import Player, cast_players, crew_size
from fettle.demo.compound import REQUESTS
from fettle.demo.pace import DEFAULT_SPEED, Pace, arrival_budget_s, arrivals
from fettle.demo.reading import read_requests
from fettle.demo.requests import BadRow, Home, Request, UnreadableFile
from fettle.demo.seeding import centre

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_CODE = 10


@dataclass(frozen=True, kw_only=True)
class Script:
    """`moments` are real seconds from the first request; `imported` rows are opened on somebody's
    behalf.
    """

    source: str
    home: Home
    site_id: str
    site_code: str
    seed: int
    pace: Pace
    requests: Sequence[Request]
    moments: Sequence[float]
    players: Sequence[Player]
    bad: Sequence[BadRow]
    imported: bool


def write_script(
    source: Path | None, *, limit: int | None, speed: float | None, seed: int, now: datetime
) -> Script:
    """From a file, or from the built-in compound; at most `limit` of its good rows, in the order of
    time. Raises UnreadableFile.

    A play is named after the moment `now`, so that each has a site of its own.
    """
    reading = read_requests(source or REQUESTS)
    requests = sorted(islice(reading, limit), key=lambda request: request.opened_at)
    if not requests:
        named = "".join(f"\n  {bad}" for bad in reading.bad[:20])
        nothing = (
            f"none of its {reading.rows} rows can be played"
            if reading.rows
            else "there is nothing below its line of columns"
        )
        raise UnreadableFile(f"{reading.path}: {nothing}{named}")
    home = reading.layout.home
    speed = speed or DEFAULT_SPEED
    budget_s = arrival_budget_s(len(requests))
    pace, moments = arrivals(
        [request.opened_at for request in requests], speed=speed, budget_s=budget_s
    )
    code = (home.code + _in_base_36(int(now.timestamp())))[:_LONGEST_CODE]
    site_id = f"play-{code.lower()}"
    size = crew_size(rows=len(requests), arrival_s=moments[-1], speed=speed)
    players = cast_players(
        requests,
        site_id=site_id,
        centre=centre(home, requests),
        language=home.language,
        size=size,
        seed=seed,
    )
    return Script(
        source=source.name if source else home.name,
        home=home,
        site_id=site_id,
        site_code=code,
        seed=seed,
        pace=pace,
        requests=requests,
        moments=moments,
        players=players,
        bad=tuple(reading.bad),
        imported=not any(request.text for request in requests),
    )


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
