"""The company whose pages are read: five estates full of open tickets, and technicians who hold
some of them.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import nats
import uvloop

from fettle.home import PORTAL
from tests.bench.calm import Streams
from tests.bench.instances import Instance
from tests.bench.pages.people import (
    HOME,
    OUTBOX_SITE,
    OUTBOX_TECHNICIAN,
    SITES,
    Reader,
    readers,
    sign_in,
)
from tests.bench.progress import Progress
from tests.bench.reports import (
    CAPACITY,
    SKILLS,
    UNHURRIED_POLICY,
    UNHURRIED_RULES,
    site_body,
)
from tests.bench.scale.filling import Part, Templates, fill_instance
from tests.bench.scale.seeding import find_living, make_sites, open_living

_HELD = SKILLS[:3]
"""Of each technician: a ticket of each of these."""
_LOOKED_AT = 24
"""Tickets that each at the desk opens, one after another."""
_OFFERED_TIMEOUT_S = 30.0

_OF_RESIDENTS = """
    select id, reporter_id from tickets where reporter_id = any($1)
    order by category = 'crane', id desc"""
_OF_DESK = "select id from tickets order by category = 'crane', md5(cast(id as text)) limit $1"


@dataclass(frozen=True)
class Company:
    """What of an instance the pages are about. By person: `cookies` is what their session's cookie
    says, `about` the tickets, or a technician's jobs, that they open.
    """

    cookies: Mapping[str, str]
    about: Mapping[str, Sequence[str]]


def found_company(instance: Instance, tickets: int, progress: Progress) -> Company:
    """Make sites, technicians and tickets, so many of them open copies; sign all readers in."""
    people = readers()
    technicians = [each for each in people if each.role == "technician"]
    _make_sites(instance)
    for each in (*technicians, OUTBOX_TECHNICIAN):
        _hire(instance, each)
    open_living(instance)
    urls = instance.state["database_urls"]
    uvloop.run(_calm(instance))
    living = uvloop.run(find_living(urls["tickets"]))
    part = Part(tickets, sites=len(SITES), living_share=1)
    templates = Templates(ended=living, living=living)
    fill_instance(instance, templates, [part], all_sites=len(SITES), progress=progress)
    jobs = _hand_out(instance, technicians, people)
    uvloop.run(_calm(instance))
    cookies = uvloop.run(sign_in(urls[PORTAL], [*people, OUTBOX_TECHNICIAN]))
    about = uvloop.run(_opened_by(urls["tickets"], people))
    return Company(cookies=cookies, about={**about, **jobs})


def report(site: str, person: str, category: str, *, unit: str = HOME) -> dict[str, Any]:
    """Return the body of `POST /v1/tickets` in a person's name."""
    return {
        "site_id": site,
        "reporter_id": person,
        "category": category,
        "unit": unit,
        "description": "厨房水龙头一直漏水，关不紧。It has been dripping since yesterday evening.",
    }


def offers_to(instance: Instance, technician: Reader, count: int) -> list[dict[str, Any]]:
    """Return the technician's open offers, once there are so many. Raises RuntimeError."""
    token = instance.token("technician", technician.person_id, *technician.sites)
    deadline = time.monotonic() + _OFFERED_TIMEOUT_S
    while True:
        found = instance.send("GET", "dispatch", "/v1/me/offers", token=token)["items"]
        if len(found) >= count:
            return list(found)
        if time.monotonic() > deadline:
            raise RuntimeError(f"{technician.person_id} has {len(found)} of {count} offers")
        time.sleep(0.05)


def _make_sites(instance: Instance) -> None:
    make_sites(instance, len(SITES))
    instance.send("PUT", "tickets", f"/v1/sites/{OUTBOX_SITE}", site_body(OUTBOX_SITE))
    for site in (*SITES, OUTBOX_SITE):
        instance.send("PUT", "dispatch", f"/v1/sites/{site}/rules", UNHURRIED_RULES)
    instance.send("PUT", "sla", "/v1/policies/bench", UNHURRIED_POLICY)


def _hire(instance: Instance, technician: Reader) -> None:
    body = {
        "name": "李强",
        "sites": list(technician.sites),
        "skills": [{"code": skill, "level": 2} for skill in SKILLS],
        "home": {"lat": 31.2306, "lon": 121.4737},
        "capacity": CAPACITY,
    }
    instance.send("PUT", "dispatch", f"/v1/technicians/{technician.person_id}", body)


def _hand_out(
    instance: Instance, technicians: Sequence[Reader], people: Sequence[Reader]
) -> dict[str, list[str]]:
    """Have each technician accept a few tickets of a resident of their site; return their jobs."""
    held: dict[str, list[str]] = {}
    for technician in technicians:
        site = technician.sites[0]
        resident = next(p for p in people if p.role == "resident" and p.sites == (site,))
        for category in _HELD:
            body = report(site, resident.person_id, category)
            instance.send("POST", "tickets", "/v1/tickets", body)
        token = instance.token("technician", technician.person_id, site)
        held[technician.person_id] = []
        for offer in offers_to(instance, technician, len(_HELD)):
            path = f"/v1/offers/{offer['offer_id']}/accept"
            accepted = instance.send("POST", "dispatch", path, {}, token=token)
            held[technician.person_id].append(accepted["job_id"])
    return held


async def _calm(instance: Instance) -> None:
    """Wait until all services have heard everything."""
    connection = await nats.connect(instance.state["nats_url"])
    try:
        await Streams(connection).wait_until_calm()
    finally:
        await connection.close()


async def _opened_by(url: str, people: Sequence[Reader]) -> dict[str, list[str]]:
    """Return which tickets residents and the desk open: first those that have a technician."""
    connection = await asyncpg.connect(url)
    try:
        residents = [each.person_id for each in people if each.role == "resident"]
        theirs = await connection.fetch(_OF_RESIDENTS, residents)
        desk = [str(row["id"]) for row in await connection.fetch(_OF_DESK, _LOOKED_AT)]
    finally:
        await connection.close()
    about: dict[str, list[str]] = {each: [] for each in residents}
    for row in theirs:
        about[row["reporter_id"]].append(str(row["id"]))
    about |= {each.person_id: desk for each in people if each.role in ("dispatcher", "manager")}
    return about
