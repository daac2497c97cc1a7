"""What is deployed fits the code: keys that are made are understood, and services can be scaled."""

import re
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from fettle.home import PORTS, SERVICES
from fettle.reference.settings import settings_of
from shared.auth.caller import WorkScheme
from shared.auth.work_tokens import WorkTokenProver, WorkTokens
from shared.clock import SystemClock
from shared.settings import OfferKeys, OfferPublicKeys, ServiceSettings

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="deploy/secrets.sh needs openssl")
def test_compose_asks_for_the_secrets_that_are_made_and_tokens_signed_with_them_hold() -> None:
    made = subprocess.run(
        ["sh", ROOT / "deploy/secrets.sh"], check=True, capture_output=True, text=True
    ).stdout
    secrets = dict(line.split("=", 1) for line in made.splitlines())
    asked_for = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    seeds = TypeAdapter(OfferKeys).validate_python(secrets["FETTLE_OFFER_KEYS"])
    public_keys = TypeAdapter(OfferPublicKeys).validate_python(secrets["FETTLE_OFFER_PUBLIC_KEYS"])

    token = WorkTokens(seeds, SystemClock()).job_token(uuid4(), uuid4(), "li")

    assert (
        WorkTokenProver(public_keys, SystemClock()).prove(WorkScheme.JOB, token).technician_id
        == "li"
    )
    assert {name for name in asked_for if not name.endswith("_PORT")} == set(secrets)


def test_services_can_be_scaled_since_only_the_gateway_holds_their_ports_outside() -> None:
    compose = (
        (ROOT / "compose.yaml")
        .read_text()
        .partition("\nservices:\n")[2]
        .partition("\nvolumes:\n")[0]
    )
    containers = dict(re.findall(r"^  (\w+):\n((?:(?:    .*)?\n)+)", compose, re.MULTILINE))
    gateway = (ROOT / "deploy/haproxy.cfg").read_text()

    outside = {
        name: set(map(int, re.findall(r":(\d+)\"", text.partition("ports:")[2])))
        for name, text in containers.items()
    }
    doors = dict(
        re.findall(
            r"^listen (\w+)\n    bind :(\d+)\n    server-template \1- \d+ \1:\2$",
            gateway,
            re.MULTILINE,
        )
    )

    assert set(SERVICES) <= set(containers)
    assert {
        name
        for name in SERVICES
        if "ports:" in containers[name] or "container_name:" in containers[name]
    } == set()
    assert outside["gateway"] == set(PORTS.values())
    assert {name: int(port) for name, port in doors.items()} == PORTS


@pytest.mark.parametrize("name", SERVICES)
def test_what_can_be_set_for_a_service_reaches_its_container(name: str) -> None:
    compose = (ROOT / "compose.yaml").read_text()
    names = {str(field.validation_alias) for field in settings_of(name).model_fields.values()}

    common = re.findall(
        r"^  (FETTLE_\w+):",
        compose.partition("\nx-environment:")[2].partition("\nservices:")[0],
        re.MULTILINE,
    )
    container = re.findall(rf"^  {name}:\n((?:(?:    .*)?\n)+)", compose, re.MULTILINE)[0]
    reaches = {*common, *re.findall(r"^      (FETTLE_\w+):", container, re.MULTILINE)}

    assert "<<: *environment" in container
    assert names - reaches == {
        f"FETTLE_{name.upper()}_PORT",
        "FETTLE_INSTANCE_PORT",
        "FETTLE_AUDIENCE",
    }
    assert reaches <= names


def test_the_database_has_connections_for_as_many_instances_as_the_gateway_finds() -> None:
    instances = sum(
        map(
            int, re.findall(r"server-template \S+ (\d+)", (ROOT / "deploy/haproxy.cfg").read_text())
        )
    )
    (connections,) = map(
        int, re.findall(r"max_connections=(\d+)", (ROOT / "compose.yaml").read_text())
    )

    assert connections >= instances * ServiceSettings.model_fields["pool_size"].default
