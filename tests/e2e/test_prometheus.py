"""A real Prometheus at the real services: every rule evaluates, and every panel finds series."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from fettle.home import PROCESSES
from fettle.up.instance import Instance
from tests.e2e.test_the_road import a_report, client
from tests.support.eventually import eventually
from tests.support.prometheus import Prometheus, program, prometheus
from tests.support.promql import uses
from tests.support.watching import alerts, queries

_ONLY_WHEN_SOMETHING_IS_WRONG = frozenset({"Failed requests a second"})
"""Panels that are empty on a good day."""
_NOT_YET = frozenset({"fettle_sla_site_breaches_total"})
"""By site, and only where a promise was broken, which takes minutes."""


async def _live(instance: Instance) -> None:
    """A ticket is reported whose work no technician can take, and a request is refused."""
    async with client(instance, "tickets", "resident", "resident-7") as tickets:
        assert (
            await tickets.post("/v1/tickets", json=a_report(category="appliance"))
        ).status_code == 201
        assert (await tickets.get("/v1/tickets/no-uuid")).status_code == 422


async def test_every_rule_and_every_panel_finds_series_at_running_services(
    instance: Instance, tmp_path: Path
) -> None:
    program("prometheus")
    await _live(instance)
    targets = {urlsplit(instance.url(service)).netloc: service for service in PROCESSES}
    async with prometheus(tmp_path, targets) as watching:
        await _live(instance)

        async def all_found() -> bool:
            empty = [
                f"{title}: {query}" for title, query in _panels() if not await watching.query(query)
            ]
            assert empty == []
            return True

        await eventually(all_found, timeout_s=60, every_s=1)
        rules = (await watching.ask("rules"))["groups"][0]["rules"]
        unseen = await _unseen(watching)
        open_tickets = await watching.query(
            "sum(max by (priority, state) (fettle_sla_open_tickets))"
        )
        firing = {
            alert["labels"]["alertname"] for alert in (await watching.ask("alerts"))["alerts"]
        }

    assert [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []
    assert len(rules) == len(alerts())
    assert unseen == []
    assert float(open_tickets[0]["value"][1]) >= 2
    assert (
        firing & {"ServiceDown", "BrokerAway", "DatabaseAway", "ConsumerSilent", "PoolExhausted"}
        == set()
    )


def _panels() -> list[tuple[str, str]]:
    """Panels by site need a site where something is wrong, so that what they find is known by the
    names of their metrics alone.
    """
    return [
        (title, query)
        for title, query in queries()
        if title not in _ONLY_WHEN_SOMETHING_IS_WRONG
        and not {use.metric for use in uses(query)} & _NOT_YET
    ]


async def _unseen(watching: Prometheus) -> list[str]:
    """Return the metrics in rules of which Prometheus has no series at all."""
    names = sorted({use.metric for alert in alerts() for use in uses(alert.expression)} - _NOT_YET)
    found = await asyncio.gather(*(watching.query(name) for name in names))
    return [name for name, series in zip(names, found, strict=True) if not series]
