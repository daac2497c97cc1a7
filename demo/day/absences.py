"""Technicians who are away for a while: on leave, as the office knows, or silent without a word."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import quote

from demo.api_client import ApiClient
from demo.day.photos import MEDIA_TYPE, photo
from demo.live_state import LiveState
from demo.opened import OpenedTicket
from demo.pace import Pace
from demo.technicians import Technician

LEAVES, SILENCES = 0.1, 0.1
"""Shares of technicians who take leave for some hours, and who go silent for some time."""
AWAY_FROM_MIN = (8 * 60.0, 17 * 60.0)
LEAVE_TAKES_MIN, SILENCE_TAKES_MIN = (90.0, 180.0), (40.0, 90.0)
PHOTO_SHARE = 0.3
"""Of jobs whose report has a photo of the work."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """`known` says that the office was told; `at` is a minute of the played day."""

    technician: Technician
    known: bool
    at: float
    takes_min: float


def absences(technicians: Sequence[Technician], *, seed: int) -> list[Absence]:
    """Return the absences of the day, in the order of time. Pure; no technician has two."""
    planned = [each for technician in technicians for each in _absence(technician, seed)]
    return sorted(planned, key=lambda absence: absence.at)


def _absence(technician: Technician, seed: int) -> Iterator[Absence]:
    chance = Random(f"{seed}/away/{technician.id}")
    draw = chance.random()
    if draw < LEAVES + SILENCES:
        known = draw < LEAVES
        takes = LEAVE_TAKES_MIN if known else SILENCE_TAKES_MIN
        yield Absence(
            technician=technician,
            known=known,
            at=chance.uniform(*AWAY_FROM_MIN),
            takes_min=chance.uniform(*takes),
        )


class DayManners:
    """How technicians of the day live: away at times, at a visit when it was agreed, photographing.

    `tickets` are those opened, by reference: a photo is sent to its ticket.
    """

    def __init__(
        self,
        *,
        api: ApiClient,
        state: LiveState,
        pace: Pace,
        seed: int,
        tickets: Mapping[str, OpenedTicket],
    ) -> None:
        self._api, self._state, self._pace, self._seed = api, state, pace, seed
        self._tickets = tickets
        self._silent: dict[str, asyncio.Event] = {}
        self._visits: dict[str, tuple[float, float]] = {}
        self._offers: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.photos: dict[str, OpenedTicket] = {}
        """Photos of the work that were taken in, by id, with their tickets."""

    def heed(self, data: Mapping[str, Any]) -> None:
        """Note when a visit was agreed for, as a webhook about a job tells it."""
        job = data.get("job") or {}
        if (reference := job.get("reference")) and (visit := job.get("visit")):
            start, end = (datetime.fromisoformat(visit[name]).timestamp() for name in _ENDS)
            self._visits[reference] = start, end

    def key_of_offer(self, technician_id: str, job: Mapping[str, Any], offer_id: str) -> str:
        """Return the report's name and the number of the offer to this technician: the same in
        every run of a seed, as ids are not.
        """
        name = _name_of(job)
        known = self._offers[technician_id, name]
        if offer_id not in known:
            known.append(offer_id)
        return f"{name}/{known.index(offer_id)}"

    def key_of_job(self, job: Mapping[str, Any], job_id: str) -> str:
        """Return the report's name."""
        return _name_of(job)

    def begins_at(self, reference: str) -> float:
        """Return when the visit begins that was agreed last; 0 where there is none."""
        start, _ = self._visits.get(reference, (0.0, 0.0))
        return start

    def is_here(self, technician_id: str) -> bool:
        """Return whether the technician is not silent."""
        return technician_id not in self._silent

    async def until_here(self, technician_id: str) -> None:
        """Return once the technician is silent no more."""
        if (back := self._silent.get(technician_id)) is not None:
            await back.wait()

    async def photograph(self, reference: str, key: str, *, auth: str) -> list[str]:
        """Send a photo of the work in some jobs; return its id where it was taken in."""
        ticket = self._tickets.get(reference)
        if ticket is None or Random(f"{self._seed}/photographs/{key}").random() >= PHOTO_SHARE:
            return []
        content = photo(f"{self._seed}/photographed/{key}")
        path = f"{ticket.path}/attachments"
        answer = await self._api.upload("tickets", path, content, media_type=MEDIA_TYPE, auth=auth)
        if not answer.good:
            return []
        self.photos[str(answer.body["id"])] = ticket
        return [str(answer.body["id"])]

    async def be_away(self, absence: Absence, *, office: str) -> None:
        """Be away for as long as planned; `office` is who enters a leave, as Authorization."""
        technician, real_s = absence.technician, self._pace.real_s(absence.takes_min)
        if absence.known:
            start = datetime.now(UTC)
            end = start + timedelta(seconds=real_s)
            body = {"leave": [{"start": start.isoformat(), "end": end.isoformat()}]}
            path = f"/v1/technicians/{quote(technician.id, safe='')}/leave"
            await self._api.put("dispatch", path, body, auth=office)
            self._state.note("", f"{technician.name} is on leave", "magenta")
            return
        back = self._silent[technician.id] = asyncio.Event()
        self._state.note("", f"{technician.name} goes silent", "magenta")
        await asyncio.sleep(real_s)
        del self._silent[technician.id]
        back.set()
        self._state.note("", f"{technician.name} is back", "magenta")


_ENDS = ("start", "end")


def _name_of(job: Mapping[str, Any]) -> str:
    """Return the first line of a job's summary, which is the report's name."""
    return str(job.get("summary") or job.get("title") or "").partition("\n")[0]
