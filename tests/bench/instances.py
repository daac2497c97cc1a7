"""Instances of the bench's own: a temporary home, free ports, sites, technicians; all gone afterwards, also after a failure."""

import json
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fettle.up.instance import Instance
from tests.bench.reports import SITES, residents, site_body, technician_body

CREW_PER_SITE = 6


@contextmanager
def temporary_home() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="fettle-bench-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def instance_with_sites() -> Iterator[Instance]:
    """Everything is up, and the bench's sites are there."""
    with temporary_home() as home, Instance.start(home / "instance") as instance:
        for site in SITES:
            send(instance, "PUT", "tickets", f"/v1/sites/{site}", site_body(site))
        yield instance


def hire_crew(instance: Instance, webhooks_port: int) -> None:
    """Technicians at each site, each with an endpoint of their own at the players' port."""
    for site in SITES:
        for number in range(1, CREW_PER_SITE + 1):
            id = f"technician-{site}-{number}"
            send(instance, "PUT", "dispatch", f"/v1/technicians/{id}", technician_body(site, number))
            endpoint = {"owner": id, "url": f"http://127.0.0.1:{webhooks_port}/{id}", "kinds": ["job.offered"]}
            send(instance, "POST", "notify", "/v1/endpoints", endpoint)


def tokens(instance: Instance) -> dict[str, str]:
    """A bearer token for each resident."""
    return {person.id: instance.token("resident", person.id, person.site) for person in residents()}


def send(instance: Instance, method: str, service: str, path: str, body: Mapping[str, Any]) -> Any:
    """As an admin. Raises HTTPError for what is refused."""
    headers = {"Authorization": f"Bearer {instance.token('admin', 'bench')}", "Content-Type": "application/json"}
    request = urllib.request.Request(instance.url(service) + path, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())
