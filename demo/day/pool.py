"""Technicians who choose their work themselves: they hear of the pool, look, and grab."""

import asyncio
from collections.abc import Callable, Mapping
from random import Random

from demo.api_client import ApiClient
from demo.live_state import LiveState
from demo.pace import Pace

LOOKS_WITHIN_MIN = (0.5, 6.0)
LOOKS = 0.25
"""Share of the technicians told of a job in the pool who look."""


class Pool:
    """`auth_of` are the technicians' own tokens; `room_of` says how many jobs more one would take.

    What was grabbed comes as `job.accepted`, like any other work.
    """

    def __init__(
        self,
        *,
        api: ApiClient,
        state: LiveState,
        pace: Pace,
        seed: int,
        auth_of: Mapping[str, str],
        room_of: Callable[[str], int],
        is_here: Callable[[str], bool],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._api, self._state, self._pace = api, state, pace
        self._auth_of, self._room_of, self._is_here = auth_of, room_of, is_here
        self._tasks = tasks
        self._chances = {id: Random(f"{seed}/pool/{id}") for id in auth_of}
        self._looking: set[str] = set()

    def heed(self, technician_id: str, kind: str) -> None:
        """Look at the pool soon, where one is told of it and has room; one look at a time."""
        chance = self._chances[technician_id]
        if kind != "job.pooled" or chance.random() >= LOOKS:
            return
        if technician_id not in self._looking and self._room_of(technician_id) > 0:
            self._looking.add(technician_id)
            after_min = chance.uniform(*LOOKS_WITHIN_MIN)
            self._tasks.create_task(self._look(technician_id, after_min))

    async def _look(self, technician_id: str, after_min: float) -> None:
        await self._pace.sleep(after_min)
        self._looking.discard(technician_id)
        if not self._is_here(technician_id):
            return
        auth = self._auth_of[technician_id]
        seen = await self._api.get("dispatch", "/v1/pool", {"limit": 1}, auth=auth)
        for each in seen.body.get("items", ()) if seen.good else ():
            job = each["job"]
            path = f"/v1/jobs/{job['id']}/grab"
            answer = await self._api.post("dispatch", path, auth=auth)
            if not answer.good:
                self._state.offers["too late"] += 1
