"""Building the stage through the public APIs: site, promises, rules, technicians, and where their
webhooks go.
"""

import asyncio
from collections.abc import Callable, Sequence

from fettle.demo.cast import Player
from fettle.demo.script import Script
from fettle.demo.seeding import calendar_body, policy_body, rules_body, site_body, technician_body
from fettle.demo.web import Answer, Web
from fettle.issuer import Issuer

Bearer = Callable[[str, str, Sequence[str]], str]
"""`(role, person, units)` → what goes into Authorization at the demo's site."""
KINDS = [
    "job.offered",
    "job.accepted",
    "offer.withdrawn",
    "offer.lost",
    "job.cancelled",
    "job.changed",
]

AT_ONCE = 16


class StageFailed(Exception):
    """A service did not take what the stage is built of."""


def bearer_of(issuer: Issuer, site: str) -> Bearer:
    """Tokens of the instance's own issuer for one site, each made once."""
    made: dict[tuple[str, str, tuple[str, ...]], str] = {}

    def bearer(role: str, person: str, units: Sequence[str]) -> str:
        key = (role, person, tuple(units))
        if key not in made:
            made[key] = f"Bearer {issuer.token(person, [(role, site)], units=units)}"
        return made[key]

    return bearer


async def build_stage(
    calls: Web, script: Script, bearer: Bearer, url_of: Callable[[str], str]
) -> dict[str, str]:
    """The webhook secrets by technician. Raises StageFailed."""
    site, admin = script.site_id, bearer("admin", f"{script.site_id}-admin", ())
    site_told = await calls.put(
        "tickets",
        f"/v1/sites/{site}",
        site_body(script.home, script.requests, code=script.site_code),
        auth=admin,
    )
    _demand(site_told, "the site")
    _demand(
        await calls.put(
            "sla", f"/v1/calendars/{site}", calendar_body(script.home, site_id=site), auth=admin
        ),
        "the calendar",
    )
    _demand(
        await calls.put(
            "sla", f"/v1/policies/{site}", policy_body(script.pace, site_id=site), auth=admin
        ),
        "the policy",
    )
    _demand(
        await calls.put("dispatch", f"/v1/sites/{site}/rules", rules_body(script.pace), auth=admin),
        "the rules",
    )
    gate, secrets = asyncio.Semaphore(AT_ONCE), {}

    async def engage(player: Player) -> None:
        async with gate:
            told = await calls.put(
                "dispatch",
                f"/v1/technicians/{player.id}",
                technician_body(player, site_id=site),
                auth=admin,
            )
            _demand(told, player.id)
            endpoint = {"owner": player.id, "url": url_of(player.id), "kinds": KINDS}
            registered = _demand(
                await calls.post("notify", "/v1/endpoints", endpoint, auth=admin),
                f"the endpoint of {player.id}",
            )
            secrets[player.id] = str(registered.body["secret"])

    async with asyncio.TaskGroup() as group:
        for player in script.players:
            group.create_task(engage(player))
    return secrets


def _demand(answer: Answer, what: str) -> Answer:
    if not answer.good:
        raise StageFailed(f"{what} was refused: {answer.why}")
    return answer
