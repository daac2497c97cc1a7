"""Everyone's clients: those of technicians act, those of desks answer, residents have apps."""

import asyncio
import time
from collections.abc import Collection, Mapping
from random import Random
from typing import Any

from demo.api_client import ApiClient
from demo.audit.client_log import ClientLog, Received
from demo.crew import Crew
from demo.day.absences import DayManners
from demo.day.pool import Pool
from demo.live_state import LiveState
from demo.opened import OpenedTicket
from demo.pace import Pace
from demo.setup import Bearer

DESK_ANSWERS = 0.4
"""Share of the comments that reach a desk which it answers."""
ANSWERS_AFTER_MIN = 2.0
ANSWERS = {
    "zh-CN": "收到，我们会转告师傅",
    "en": "Thank you, we will pass it on",
}


class Desks:
    """The dispatchers of all sites: they answer comments, and count what was late."""

    def __init__(
        self,
        *,
        api: ApiClient,
        state: LiveState,
        pace: Pace,
        seed: int,
        bearers: Mapping[str, Bearer],
        tickets: Mapping[str, OpenedTicket],
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._api, self._state, self._pace, self._seed = api, state, pace, seed
        self._bearers, self._tickets, self._tasks = bearers, tickets, tasks

    def hear(self, kind: str, data: Mapping[str, Any]) -> None:
        """Act on a message that came in for the first time."""
        ticket = self._tickets.get(str(data.get("reference")))
        if kind == "clock.breached":
            self._state.breached += 1
            self._state.clocks[str(data.get("clock")), "breached"] += 1
        elif kind == "ticket.commented" and ticket is not None and not data.get("by_technician"):
            chance = Random(f"{self._seed}/desk/{ticket.request.source_id}")
            if chance.random() < DESK_ANSWERS:
                self._tasks.create_task(self._answer(ticket))

    async def _answer(self, ticket: OpenedTicket) -> None:
        await self._pace.sleep(ANSWERS_AFTER_MIN)
        text = ANSWERS.get(ticket.request.language, ANSWERS["en"])
        desk = self._bearers[ticket.site_id]("dispatcher", f"{ticket.site_id}-desk")
        path, body = f"{ticket.path}/comments", {"text": text, "public": True}
        if (await self._api.post("tickets", path, body, auth=desk)).good:
            self._state.note(ticket.reference, f"the desk answers: {text}", "cyan")


class Clients:
    """Every endpoint of the day: passes webhooks on to whom they are for."""

    def __init__(
        self,
        *,
        crew: Crew,
        pool: Pool,
        manners: DayManners,
        desks: Desks,
        technicians: Collection[str],
        desk_ids: Collection[str],
        log: ClientLog,
    ) -> None:
        self._crew, self._pool, self._manners, self._desks = crew, pool, manners, desks
        self._technicians, self._desk_ids = frozenset(technicians), frozenset(desk_ids)
        self._log = log
        self._known: set[tuple[str, str]] = set()

    def receive(
        self, owner: str, webhook_id: str, kind: str, data: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """Take a verified webhook. Return the body of its reply, if it has one."""
        if owner in self._technicians:
            self._manners.heed(data)
            self._pool.heed(owner, kind)
            return self._crew.receive(owner, webhook_id, kind, data)
        acted = (owner, webhook_id) not in self._known
        self._known.add((owner, webhook_id))
        self._log.received.append(
            Received.of(owner, webhook_id, kind, data, acted=acted, at=time.time())
        )
        if acted and owner in self._desk_ids:
            self._desks.hear(kind, data)
        return None
