"""The numbers over the queue of several sites are what counting each of them anew gives."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services.tickets.actions.recording import topic_of_queue
from shared.contracts.sla import ClockKind
from tests.component.tickets.arranging import DEMO, Tickets
from tests.component.tickets.importing import send_list
from tests.component.tickets.test_queue import clocks, open_at
from tests.component.tickets.test_queue_at_a_glance import glance, numbers, unassignable
from tests.component.tickets.test_sites import put

S = ClockKind.RESOLUTION
_SITES = ("demo", "north", "south")
_CHANGES = 60


async def _at_sites(tickets: Tickets) -> dict[str, Any]:
    """Return what counting each site by itself gives."""
    found = [(await glance(tickets, f"site={site}", site=site))["counts"] for site in _SITES]
    together: dict[str, Any] = {}
    for name, count in found[0].items():
        counts = [each[name] for each in found]
        if isinstance(count, int):
            together[name] = sum(counts)
            continue
        firsts = [each["first_at"] for each in counts if each["first_at"]]
        together[name] = {
            "tickets": sum(each["tickets"] for each in counts),
            "first_at": min(firsts, default=None),
        }
    return together


async def _together(tickets: Tickets) -> Any:
    return (await glance(tickets, as_="admin", site="*"))["counts"]


class _Lives:
    """Tickets to which anything happens that a number shows."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._chance = random.Random(7)
        self._living: list[Any] = []
        self._version = 1

    async def change(self) -> str:
        """Let something happen; return what."""
        name = self._chance.choice(("open", "promise", "stuck", "word", "hold", "cancel", "time"))
        if name in ("open", "time") or not self._living:
            return await self._change_none(name)
        ticket = self._chance.choice(self._living)
        self._version += 1
        await getattr(self, f"_{name}")(ticket)
        return name

    async def _change_none(self, name: str) -> str:
        if name == "time":
            self._tickets.component.clock.move(seconds=self._chance.choice((1, 20, 1_800)))
        else:
            self._living.append(await open_at(self._tickets, self._chance.choice(_SITES)))
        return name

    async def _promise(self, ticket: Any) -> None:
        due = self._chance.uniform(-0.6, 1.4)
        told = clocks(self._tickets, ticket, {S: due}, version=self._version)
        await self._tickets.component.hears(told)

    async def _stuck(self, ticket: Any) -> None:
        await unassignable(self._tickets, ticket, version=self._version)

    async def _word(self, ticket: Any) -> None:
        path = f"tickets/{ticket['id']}/comments"
        await self._tickets.post(path, {"text": "When?"}, status=201, site=ticket["site_id"])

    async def _hold(self, ticket: Any) -> None:
        held = {"reason": "waiting_parts", "note": "valve"}
        site = ticket["site_id"]
        async with self._tickets.component.http(role="dispatcher", site=site) as client:
            await client.post(f"/v1/tickets/{ticket['id']}/hold", json=held)  # it may be on hold

    async def _cancel(self, ticket: Any) -> None:
        self._living.remove(ticket)
        path = f"tickets/{ticket['id']}/cancel"
        await self._tickets.post(
            path, as_="dispatcher", site=ticket["site_id"], body={"reason": "x"}
        )


async def test_numbers_of_several_sites_follow_every_change_and_the_time(tickets: Tickets) -> None:
    for site in _SITES[1:]:
        await put(tickets, {**DEMO, "code": site.upper()}, status=201, site=site)
    lives, seen = _Lives(tickets), set()

    for _ in range(_CHANGES):
        change = await lives.change()

        together = await _together(tickets)
        assert together == await _at_sites(tickets), change
        seen |= {name for name, n in numbers({"counts": together}).items() if n > 0}

    assert seen == {"open", "on_hold", "at_risk", "breached", "unassignable", "unheard"}


async def test_a_change_elsewhere_shows_with_its_news_or_after_fifteen_seconds(
    tickets: Tickets,
) -> None:
    first, second = [await tickets.open(description=f"漏水 {n}") for n in range(2)]
    seen = [(await _together(tickets))["open"]]

    async def end_elsewhere(ticket: Any) -> None:
        async with tickets.component.tx() as tx:
            end = text("update tickets set state = 'closed' where id = :id")
            await tx.execute(end, id=ticket["id"])

    await end_elsewhere(first)
    tickets.component.service.live_topics.told([topic_of_queue("demo")])
    seen.append((await _together(tickets))["open"])
    await end_elsewhere(second)
    tickets.component.clock.move(seconds=15)
    seen.append((await _together(tickets))["open"])

    assert seen == [2, 1, 0]


async def test_what_a_list_brings_shows_at_once(tickets: Tickets) -> None:
    before = (await _together(tickets))["open"]
    yesterday = tickets.component.clock.now() - timedelta(days=1)

    row = f"WX-3,处理中,水管,卫生间漏水,{yesterday:%Y-%m-%d %H:%M}"
    await send_list(tickets, "tickets", f"工单号,状态,类别,描述,报修时间\n{row}\n")

    assert (before, (await _together(tickets))["open"]) == (0, 1)
