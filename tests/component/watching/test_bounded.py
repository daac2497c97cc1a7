"""What `/metrics` says and costs does not grow with the sites: with a thousand of them it is at
most 100 KB.
"""

from collections.abc import Mapping

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from fettle.home import SERVICES
from shared.http.exposition import exposition
from shared.metrics import MAX_SITES
from tests.architecture.test_every_route import doors
from tests.support.calls import counted_calls
from tests.support.component import Component, MakeComponent
from tests.support.watching import metrics_by_service, series_of

_MAX_BYTES = 100 * 1024
_MAX_BYTES_OF_ROUTES = 60_000
_MAX_CALLS = 8_000
"""Of the statements that a scrape makes, and of the event loop while they are answered."""
_SCRAPES = 3
"""The fewest calls of these are a scrape's own: a service also works for itself meanwhile."""
_MAX_CALLS_OF_A_LINE = 10
_SITE = "'site-' || lpad(cast(s as text), 4, '0')"
_FILL: Mapping[str, tuple[str, ...]] = {
    "dispatch": (
        f"""insert into work_orders
            (id, version, observed, site_id, cycle, state, need, rank, held, category,
              unassignable, unassignable_at)
        select gen_random_uuid(), 1, 1, {_SITE}, 1, 'waiting', '{{}}', 2, false, 'plumbing', '[]',
          now()
        from generate_series(1, :sites) s, generate_series(1, 1 + s % 3)""",
        f"""insert into jobs (id, work_order_id, site_id, cycle, number, state, steps, needed, held)
        select gen_random_uuid(), gen_random_uuid(), {_SITE}, 1, 1, state, '[]', '{{}}', false
          from generate_series(1, :sites) s,
        unnest(array['waiting', 'offered', 'accepted', 'travelling', 'on_site', 'working',
          'paused', 'completed', 'cancelled']) state""",
    ),
    "sla": (
        f"""insert into figures (site_id, priority, kind, counted, n)
        select {_SITE}, priority, kind, counted, s from generate_series(1, :sites) s,
        unnest(array['emergency', 'urgent', 'normal', 'low']) priority,
          unnest(array['response', 'arrival', 'resolution']) kind,
        unnest(array['running', 'paused', 'breached', 'breaches', 'warnings', 'kept']) counted""",
        f"""insert into figures (site_id, priority, kind, counted, n)
        select {_SITE}, priority, 'ticket', state, 1 from generate_series(1, :sites) s,
        unnest(array['emergency', 'urgent', 'normal', 'low']) priority,
        unnest(array['open', 'assigned', 'in_progress', 'on_hold']) state""",
        f"""insert into clocks (ticket_id, kind, site_id, priority, state, due_at)
        select gen_random_uuid(), 'arrival', {_SITE}, 'normal', 'running',
          now() + interval '10 min' from generate_series(1, :sites) s""",
    ),
    "notify": (
        """insert into endpoints (id, owner, url, secrets, version, created_at, failures)
        select gen_random_uuid(), 'tech-' || s, 'https://example.com', '[]', 1, now(), 0
          from generate_series(1, :sites) s""",
    ),
}


async def _fill(made: Component, sites: int) -> None:
    async with made.tx() as tx:
        for statement in _FILL.get(made.service.name, ()):
            await tx.execute(text(statement), sites=sites)
    if made.service.name == "dispatch":
        made.clock.move(minutes=1)
        await made.runs_due("counting")


async def _metrics(made: Component) -> str:
    async with made.http(role=None) as prometheus:
        answer = await prometheus.get("/metrics")
    assert answer.status_code == 200
    return answer.text


async def _ask_every_route(made: Component) -> None:
    async with made.http(role=None) as anybody:
        for door in doors(made):
            await anybody.request(door.method, door.url)


@pytest.mark.parametrize("service", SERVICES)
async def test_every_route_asked_once_is_60_kb_and_a_thousand_sites_are_100_kb(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    await _ask_every_route(made)
    empty = await _metrics(made)

    await _fill(made, 2 * MAX_SITES)
    full = await _metrics(made)

    assert len(empty.encode()) <= _MAX_BYTES_OF_ROUTES
    assert len(full.encode()) <= _MAX_BYTES
    assert full.count("site-") in (0, MAX_SITES)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_scrape_of_a_thousand_sites_is_a_few_calls_for_each_line(
    service: str, component: MakeComponent
) -> None:
    made = await component(service)
    await _ask_every_route(made)
    await _fill(made, MAX_SITES)

    made_calls = []
    for _ in range(_SCRAPES):
        with counted_calls() as calls:
            readings = await made.service.readings.all()
            families = list(exposition(made.service.instruments.registry, readings))
        made_calls.append(calls.n)

    lines = "".join(families).count("\n")
    assert min(made_calls) <= _MAX_CALLS + _MAX_CALLS_OF_A_LINE * lines


@pytest.mark.parametrize("service", SERVICES)
async def test_what_is_shown_is_what_is_declared(service: str, component: MakeComponent) -> None:
    made = await component(service)
    await _ask_every_route(made)
    await _fill(made, 3)

    shown = {family.name: family for family in text_string_to_metric_families(await _metrics(made))}

    declared = {
        metric.name.removesuffix("_total"): metric for metric in metrics_by_service()[service]
    }
    ours = {name: family for name, family in shown.items() if not name.startswith("process_")}
    unseen = {"fettle_stream_bytes", "fettle_stream_max_bytes"}  # there is no broker here
    assert ours.keys() | unseen == declared.keys()
    for name, family in ours.items():
        metric = declared[name]
        assert (family.type, family.documentation) == (metric.kind, metric.described)
        for sample in family.samples:
            assert sample.name in series_of(metric)
            assert set(sample.labels) - {"le"} == set(metric.labels)
    assert {
        "process_cpu_seconds",
        "process_resident_memory_bytes",
        "process_open_fds",
    } <= shown.keys()
