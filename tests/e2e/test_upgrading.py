"""From the release before to this one: its databases are brought up to date under its services,
which go on beside those of this tree; then these are alone with what both left.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from fettle.home import SERVICES
from fettle.issuer import Issuer
from fettle.up.instance import Instance
from tests.support.earlier_release import (
    EarlierRelease,
    NewBeside,
    check_out_earlier_release,
    migrate,
)
from tests.support.eventually import eventually
from tests.support.images import a_photo

_TECHNICIAN = {
    "name": "李师傅",
    "sites": ["demo"],
    "skills": [{"code": "plumbing", "level": 2}],
    "home": {"lat": 31.2304, "lon": 121.4737},
    "capacity": 50,
    "shifts": [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(1, 8)],
}

Urls = Mapping[str, str]


@dataclass
class People:
    """A resident, a technician and a dispatcher who meet another instance with every request."""

    issuer: Issuer
    client: httpx.AsyncClient
    turns: Iterator[Urls]

    async def ask(
        self, role: str, method: str, service: str, path: str, **more: Any
    ) -> httpx.Response:
        subject = f"upgrade-{role}"
        token = self.issuer.token(subject, [(role, "*" if role == "admin" else "demo")])
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        url = f"{next(self.turns)[service]}{path}"
        answer = await self.client.request(method, url, headers=headers, **more)
        assert answer.status_code < 300, f"{method} {url}: {answer.status_code} {answer.text}"
        return answer

    async def know_the_site(self) -> bool:
        """Return whether it is there yet: it is made once everything is ready."""
        token = self.issuer.token("upgrade-dispatcher", [("dispatcher", "demo")])
        answer = await self.client.get(
            f"{next(self.turns)['tickets']}/v1/sites/demo",
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.is_success

    async def report(self, text: str, **more: Any) -> str:
        body = {
            "site_id": "demo",
            "category": "plumbing",
            "description": text,
            "unit": "3-1202",
            **more,
        }
        opened = await self.ask(
            "resident",
            "POST",
            "tickets",
            "/v1/tickets",
            json=body,
            headers={"Idempotency-Key": uuid4().hex},
        )
        return str(opened.json()["id"])

    async def accept(self, ticket: str) -> str:
        """Have the technician accept the ticket's offer, and return the job once all know it."""

        async def offered() -> dict[str, Any] | None:
            offers = (await self.ask("technician", "GET", "dispatch", "/v1/me/offers")).json()
            return next(
                (each for each in offers["items"] if each["job"]["ticket_id"] == ticket), None
            )

        offer = await eventually(offered)
        assert offer is not None
        path = f"/v1/offers/{offer['offer_id']}/accept"
        job = (await self.ask("technician", "POST", "dispatch", path, json={})).json()["job_id"]
        await self.reaches(ticket, "assigned")
        return str(job)

    async def reaches(self, ticket: str, state: str) -> None:
        async def there() -> bool:
            answer = await self.ask("resident", "GET", "tickets", f"/v1/tickets/{ticket}")
            return bool(answer.json()["state"] == state)

        await eventually(there)

    async def finish(self, ticket: str, job: str) -> None:
        """Do the work and confirm it."""
        for verb in ("travel", "arrive", "start", "complete"):
            await self.ask("technician", "POST", "dispatch", f"/v1/jobs/{job}/{verb}", json={})
        await self.reaches(ticket, "resolved")
        await self.ask("resident", "POST", "tickets", f"/v1/tickets/{ticket}/confirm")

    async def walk(self, text: str) -> str:
        ticket = await self.report(text)
        await self.finish(ticket, await self.accept(ticket))
        return ticket

    async def kept(self, ticket: str) -> dict[str, Any]:
        """Return what is known of a ticket that has ended, once its clocks have."""
        view = (await self.ask("resident", "GET", "tickets", f"/v1/tickets/{ticket}")).json()
        line = await self.ask("dispatcher", "GET", "tickets", f"/v1/tickets/{ticket}/timeline")

        async def settled() -> list[dict[str, Any]] | None:
            path = f"/v1/clocks?ticket_id={ticket}"
            clocks = (await self.ask("dispatcher", "GET", "sla", path)).json()["items"]
            ended = {"met", "breached", "cancelled", "stopped"}
            return clocks if clocks and {each["state"] for each in clocks} <= ended else None

        return {
            "ticket": view,
            "timeline": line.json()["items"],
            "clocks": await eventually(settled),
        }


@pytest.fixture(scope="module")
async def earlier(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[EarlierRelease]:
    folder = tmp_path_factory.mktemp("upgrade")
    if (why := await asyncio.to_thread(check_out_earlier_release, folder / "tree")) is not None:
        pytest.skip(why)
    release = EarlierRelease(folder / "tree", folder / "home")
    release.start()
    try:
        yield release
    finally:
        await asyncio.to_thread(release.stop)


def _nothing_lost(before: Any, after: Any, where: str = "") -> list[str]:
    """Return where something that was answered before is not any more, or is another."""
    if isinstance(before, dict):
        return [
            found
            for key, value in before.items()
            for found in _nothing_lost(value, after.get(key, "gone"), f"{where}/{key}")
        ]
    if isinstance(before, list):
        if len(before) != len(after):
            return [f"{where}: {len(before)} became {len(after)}"]
        return [
            found
            for number, (was, now) in enumerate(zip(before, after, strict=True))
            for found in _nothing_lost(was, now, f"{where}/{number}")
        ]
    return [] if before == after else [f"{where}: {before!r} became {after!r}"]


async def _no_dead_letters(people: People) -> None:
    for service in SERVICES:
        found = await people.ask("admin", "GET", service, "/v1/dead-letters")
        assert found.json()["items"] == [], service


async def _is_still_signed_in(there: str, here: str) -> None:
    """Sign a resident in at one portal; assert that the other one knows them."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as browser:
        signed_in = await browser.get(f"{there}/login/demo?as=resident")
        page = await browser.get(f"{here}{signed_in.headers['location']}")
    assert (signed_in.status_code, page.status_code) == (303, 200), page.text


def _people(issuer: Issuer, client: httpx.AsyncClient, urls: Sequence[Urls]) -> People:
    return People(issuer, client, itertools.cycle(urls))


async def test_the_release_before_is_upgraded_under_way_and_loses_nothing(
    earlier: EarlierRelease,
) -> None:
    state = await eventually(earlier.running, timeout_s=120)
    assert state is not None
    issuer, beside = Issuer.at(earlier.home), NewBeside(earlier)
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        old = _people(issuer, client, [state.urls])
        await eventually(old.know_the_site, timeout_s=60)
        await old.ask(
            "dispatcher", "PUT", "dispatch", "/v1/technicians/upgrade-technician", json=_TECHNICIAN
        )
        done = await old.walk("水龙头滴水")
        cancelled = await old.report("马桶堵了", unit="2-301")
        await old.ask("resident", "POST", "tickets", f"/v1/tickets/{cancelled}/cancel", json={})
        under_way = await old.report("厨房水管漏水", unit="1-101")
        job = await old.accept(under_way)
        photo = await old.ask(
            "resident",
            "POST",
            "tickets",
            f"/v1/tickets/{under_way}/attachments",
            content=a_photo(),
            headers={"Content-Type": "image/jpeg"},
        )
        before = {ticket: await old.kept(ticket) for ticket in (done, cancelled)}

        await asyncio.to_thread(migrate, state)
        await old.walk("阳台地漏反水")  # the services of before, on the databases of now
        beside.start()
        try:
            for url in beside.urls.values():

                async def ready(url: str = url) -> bool:
                    try:
                        return (await client.get(f"{url}/readyz")).status_code == 200
                    except httpx.TransportError:
                        return False

                await eventually(ready, timeout_s=120)
            await _is_still_signed_in(state.urls["portal"], beside.urls["portal"])
            both = _people(issuer, client, [state.urls, beside.urls])
            await both.finish(under_way, job)
            for number in range(4):
                ticket = await both.walk(f"卫生间水管渗水 {number}")
                before[ticket] = await both.kept(ticket)
            before[under_way] = await both.kept(under_way)
            await _no_dead_letters(both)
        finally:
            await asyncio.to_thread(beside.stop)
    await asyncio.to_thread(earlier.stop)

    started = await asyncio.to_thread(Instance.start, earlier.home)
    try:
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            new = _people(started.issuer, client, [{name: started.url(name) for name in SERVICES}])
            now = {ticket: await new.kept(ticket) for ticket in before}
            assert _nothing_lost(before, now) == []
            shown = await new.ask("resident", "GET", "tickets", photo.json()["thumbnail_url"])
            assert shown.headers["content-type"] == "image/jpeg"
            await new.walk("洗手盆漏水")
            await _no_dead_letters(new)
    finally:
        await asyncio.to_thread(started.discard)
