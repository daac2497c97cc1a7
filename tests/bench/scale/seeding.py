"""What both instances begin with: sites, technicians, and tickets that went their way through the
services, to be copied.
"""

import urllib.request
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from tests.bench.flow import Flow
from tests.bench.instances import Instance
from tests.bench.reports import site_body
from tests.bench.scale.filling import Templates
from tests.bench.scale.samples import ASKED_SITE
from tests.support.images import an_image

_TRADE = "crane"
"""No technician has it, so that such a ticket stays open and its job waits."""
_LIVING = 4
_ENDED_PER_S, _SECONDS = 6, 5
_FEWEST = 3

_LIVES = {
    "tickets": "select ticket_id, count(*) from entries group by 1",
    "dispatch": "select work_order_id, count(*) from offers group by 1",
    "notify": """select m.ticket_id, 100 * count(distinct m.id) + count(a.id) from messages m left
      join attempts a on a.message_id = m.id
        where m.ticket_id is not null group by 1""",
}
"""What of a ticket's way shows in answers, as a number."""


def seed(flow: Flow, *, sites: int) -> None:
    """Make the sites, and the tickets that are to be copied."""
    flow.run("whole", rate=_ENDED_PER_S, seconds=_SECONDS)
    make_sites(flow.instance, sites)
    flow.instance.send(
        "PUT",
        "sla",
        f"/v1/calendars/{ASKED_SITE}",
        {"time_zone": "Asia/Shanghai", "always_open": True},
    )
    attach_photo(flow.instance, open_living(flow.instance)[0])
    flow.run("offer", rate=2, seconds=1)  # ends when every service has heard of everything


def make_sites(instance: Instance, sites: int) -> None:
    """Make the first so many of the sites that are filled."""
    for number in range(sites):
        id = site_number(number)
        instance.send("PUT", "tickets", f"/v1/sites/{id}", _site(id))


def site_number(number: int) -> str:
    """Return the id of a site that is filled, as copies name it."""
    return f"scale-{number:04}"


def open_living(instance: Instance) -> Sequence[str]:
    """Open the tickets of which copies stay open, and return their ids."""
    return [
        instance.send(
            "POST",
            "tickets",
            "/v1/tickets",
            {
                "site_id": ASKED_SITE,
                "category": _TRADE,
                "description": f"The crane stands still, for the {number + 1}. time",
                "reporter_id": "r",
            },
        )["id"]
        for number in range(_LIVING)
    ]


def attach_photo(instance: Instance, ticket: str) -> None:
    """Put a small photo on the ticket."""
    request = urllib.request.Request(
        f"{instance.state['urls']['tickets']}/v1/tickets/{ticket}/attachments",
        an_image("JPEG"),
        {
            "Authorization": f"Bearer {instance.token('admin', 'bench')}",
            "Content-Type": "image/jpeg",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def record_resident(instance: Instance, samples: Mapping[str, str]) -> None:
    """Record the telephone number of the resident who is asked about, and that they have lived in
    their flat since before its first ticket: what a token claims for the first time counts from
    then on only.
    """
    since = datetime.now(UTC) - timedelta(days=2 * 365)
    site, person = samples["site"], samples["reporter"]
    home = {"unit": samples["unit"], "since": since.isoformat()}
    instance.send("PUT", "tickets", f"/v1/sites/{site}/people/{person}", {"units": [home]})
    instance.send("PUT", "notify", f"/v1/recipients/{person}", {"phone": samples["phone"]})


async def find_templates(instances: Sequence[Mapping[str, str]]) -> Sequence[Templates]:
    """Return for each instance, by its databases, the tickets whose way was the usual one in all of
    them: their copies answer alike.

    Raises RuntimeError when there are fewer than three of them.
    """
    found = [await _ended_by_life(urls) for urls in instances]
    shared = set.intersection(*(set(lives) for lives in found))
    usual = Counter(
        {life: sum(len(lives[life]) for lives in found) for life in shared}
    ).most_common(1)
    if not usual or min(len(lives[usual[0][0]]) for lives in found) < _FEWEST:
        raise RuntimeError(
            "the tickets that are to be copied went different ways: "
            f"{[dict(lives) for lives in found]}"
        )
    return [
        Templates(ended=lives[usual[0][0]], living=await find_living(urls["tickets"]))
        for lives, urls in zip(found, instances, strict=True)
    ]


async def _ended_by_life(urls: Mapping[str, str]) -> Mapping[tuple[int, ...], list[UUID]]:
    lives = [
        {row[0]: int(row[1]) for row in await _fetch(urls[service], sql)}
        for service, sql in _LIVES.items()
    ]
    by_life: defaultdict[tuple[int, ...], list[UUID]] = defaultdict(list)
    for row in await _fetch(
        urls["tickets"], "select id from tickets where state = 'closed' order by id"
    ):
        by_life[tuple(each.get(row["id"], 0) for each in lives)].append(row["id"])
    return by_life


async def find_living(url: str) -> list[UUID]:
    """Return the tickets that `open_living` opened; `url` is the database of tickets."""
    rows = await _fetch(url, f"select id from tickets where site_id = '{ASKED_SITE}' order by id")
    return [row["id"] for row in rows]


async def _fetch(url: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


def _site(site: str) -> dict[str, Any]:
    body = site_body(site)
    trade = {
        "code": _TRADE,
        "names": {"en": _TRADE},
        "skills": [{"code": _TRADE, "level": 5}],
        "priority": "normal",
        "expected_minutes": 60,
    }
    return {
        **body,
        "code": site.upper().replace("-", ""),
        "categories": [*body["categories"], trade],
        "residents_see_unit": True,
    }
