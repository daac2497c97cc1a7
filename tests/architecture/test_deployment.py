"""What is deployed fits the code: keys that are made are understood, and services can be scaled."""

import re
import shutil
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from fettle.home import PORTAL, PROCESS_PORTS, PROCESSES, SERVICES
from fettle.reference.settings import settings_of
from fettle.topology_settings import TopologySettings
from shared.auth.caller import WorkScheme
from shared.auth.work_tokens import WorkTokenProver, WorkTokens
from shared.clock import SystemClock
from shared.setting_types import OfferKeys, OfferPublicKeys, SecretsKeys
from shared.settings import ServiceSettings

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="deploy/secrets.sh needs openssl")
def test_compose_asks_for_the_secrets_that_are_made_and_tokens_signed_with_them_hold() -> None:
    made = subprocess.run(
        ["sh", ROOT / "deploy/secrets.sh"], check=True, capture_output=True, text=True
    ).stdout
    secrets = dict(line.split("=", 1) for line in made.splitlines())
    # what has a default is asked for by those who want something else
    asked_for = re.findall(r"\$\{([A-Z_]+)(?!\w|:-)", (ROOT / "compose.yaml").read_text())
    seeds = TypeAdapter(OfferKeys).validate_python(secrets["FETTLE_OFFER_KEYS"])
    public_keys = TypeAdapter(OfferPublicKeys).validate_python(secrets["FETTLE_OFFER_PUBLIC_KEYS"])

    TypeAdapter(SecretsKeys).validate_python(secrets["FETTLE_SECRETS_KEYS"])
    token = WorkTokens(seeds, SystemClock()).job_token(uuid4(), uuid4(), "li")

    assert (
        WorkTokenProver(public_keys, SystemClock()).prove(WorkScheme.JOB, token).technician_id
        == "li"
    )
    assert set(asked_for) == set(secrets)


def _containers() -> dict[str, str]:
    """The text of each container in compose.yaml."""
    compose = (
        (ROOT / "compose.yaml")
        .read_text()
        .partition("\nservices:\n")[2]
        .partition("\nvolumes:\n")[0]
    )
    return dict(re.findall(r"^  (\w+):(?: &\w+)?\n((?:(?:    .*)?\n)+)", compose, re.MULTILINE))


def test_the_list_of_processes_is_what_there_are_folders_of() -> None:
    folders = {path.parent.name for path in (ROOT / "services").glob("*/main.py")}

    assert folders == set(PROCESSES) == {*SERVICES, PORTAL}


@pytest.mark.parametrize("process", PROCESSES)
def test_compose_runs_each_process_with_a_database_of_its_own(process: str) -> None:
    container, password = _containers()[process], f"${{{process.upper()}_PASSWORD}}"
    compose = (ROOT / "compose.yaml").read_text()

    assert f'command: ["python", "-m", "services.{process}"]' in container
    assert f"FETTLE_{process.upper()}_DATABASE_URL: *{process}_database" in container
    assert (
        f"&{process}_database postgresql://{process}:{password}@postgres/{process}"
        "?sslmode=verify-full&sslrootcert=/certificates/ca.pem\n"
    ) in compose


@pytest.mark.parametrize("process", PROCESSES)
def test_compose_gives_each_service_a_user_of_the_broker_and_the_portal_none(process: str) -> None:
    user = f"FETTLE_NATS_URL: tls://{process}:${{{process.upper()}_PASSWORD}}@nats:4222"

    assert (user in _containers()[process]) == (process in SERVICES)
    assert ("FETTLE_NATS" in _containers()[process]) == (process in SERVICES)


def test_the_portal_is_trusted_by_the_name_and_the_keys_that_it_shows() -> None:
    containers, compose = _containers(), (ROOT / "compose.yaml").read_text()
    (own_address,) = re.findall(
        r"^      FETTLE_PUBLIC_URL: (.+)$", containers[PORTAL], re.MULTILINE
    )
    subjects = {
        re.findall(r"^      FETTLE_PORTAL_SUBJECT: [*&](\w+)", containers[name], re.MULTILINE)[0]
        for name in ("notify", PORTAL)
    }

    assert f"\n  FETTLE_ISSUER: fettle-dev,{own_address}\n" in compose
    assert (
        "\n  FETTLE_JWKS: /public/jwks.json,http://portal:8000/.well-known/jwks.json\n" in compose
    )
    assert len(subjects) == 1


def test_what_is_told_to_people_and_clients_as_an_address_is_for_the_operator_to_say() -> None:
    containers = _containers()

    assert "FETTLE_PUBLIC_URL: ${FETTLE_PORTAL_URL:-" in containers[PORTAL]
    assert "FETTLE_PORTAL_URL: ${FETTLE_PORTAL_URL:-" in containers["notify"]
    assert "FETTLE_DISPATCH_PUBLIC_URL: ${FETTLE_DISPATCH_PUBLIC_URL:-" in containers["notify"]


def test_no_one_comes_by_the_door_for_the_network_as_one_of_the_demos_people() -> None:
    door = (ROOT / "deploy/haproxy.cfg").read_text().partition("\nlisten portal\n")[2]

    assert (
        "http-request deny deny_status 404 if { ssl_fc } { path,url_dec -m beg /login/demo }"
        in door
    )


def test_every_service_has_a_user_of_the_broker_and_every_process_a_database() -> None:
    users = re.findall(
        r"^      user: (\w+), password: \$(\w+)$", (ROOT / "deploy/nats.conf").read_text(), re.M
    )
    made = re.findall(
        r'^service (\w+) "\$(\w+)"$', (ROOT / "deploy/postgres/databases.sh").read_text(), re.M
    )

    wanted = {(name, f"{name.upper()}_PASSWORD") for name in PROCESSES}
    assert {user for user in users if user[0] in PROCESSES} == {
        each for each in wanted if each[0] in SERVICES
    }
    assert set(made) == wanted


def test_prometheus_asks_every_process_at_its_port() -> None:
    asked = re.findall(
        r'\{names: \["(\w+)"\], type: A, port: (\d+),',
        (ROOT / "deploy/prometheus/prometheus.yml").read_text(),
    )

    assert {name: int(port) for name, port in asked if name in PROCESSES} == PROCESS_PORTS


def test_processes_can_be_scaled_since_only_the_gateway_holds_their_ports_outside() -> None:
    containers = _containers()
    gateway = (ROOT / "deploy/haproxy.cfg").read_text()

    outside = {
        name: set(map(int, re.findall(r":(\d+)\"", text.partition("ports:")[2])))
        for name, text in containers.items()
    }
    doors = dict(
        re.findall(
            r"^listen (\w+)\n    bind :(\d+)\n    bind :\d+ ssl crt /tls/both.pem\n"
            # or a caller would say itself who asks
            r"    http-request del-header Forwarded\n"
            r"    http-request set-header X-Forwarded-For %\[src\]\n"
            r"    server-template \1- \d+ \1:\2$",
            gateway,
            re.MULTILINE,
        )
    )
    encrypted = re.findall(r"^listen (\w+)\n.*\n    bind :(\d+) ssl ", gateway, re.MULTILINE)

    assert set(PROCESSES) <= set(containers)
    assert {
        name
        for name in PROCESSES
        if "ports:" in containers[name] or "container_name:" in containers[name]
    } == set()
    assert outside["gateway"] == set(PROCESS_PORTS.values())
    assert {name: int(port) for name, port in doors.items()} == PROCESS_PORTS
    assert outside["secure"] == {int(port) for _, port in encrypted}
    assert [name for name, _ in encrypted] == list(PROCESSES)


@pytest.mark.parametrize("name", PROCESSES)
def test_what_can_be_set_for_a_process_reaches_its_container(name: str) -> None:
    compose = (ROOT / "compose.yaml").read_text()
    names = {str(field.validation_alias) for field in settings_of(name).model_fields.values()}

    of_all, _, of_services = compose.partition("\nx-environment: &environment\n  <<: *process\n")
    common = of_all.partition("\nx-process:")[2]
    if name in SERVICES:
        common += of_services.partition("\nservices:")[0]
    container = re.findall(rf"^  {name}:\n((?:(?:    .*)?\n)+)", compose, re.MULTILINE)[0]
    reaches = {
        *re.findall(r"^  (FETTLE_\w+):", common, re.MULTILINE),
        *re.findall(r"^      (FETTLE_\w+):", container, re.MULTILINE),
    }

    assert ("<<: *environment" if name in SERVICES else "<<: *process") in container
    assert names - reaches == {
        f"FETTLE_{name.upper()}_PORT",
        "FETTLE_INSTANCE_PORT",
        "FETTLE_AUDIENCE",
    }
    assert reaches <= names


def test_what_can_be_set_for_the_topology_reaches_its_container() -> None:
    given = (ROOT / "compose.yaml").read_text().partition("\nx-topology:")[2].partition("\n\n")[0]

    assert set(re.findall(r"^  (FETTLE_\w+):", given, re.MULTILINE)) == set(
        TopologySettings.described()
    )
    assert "*topology\n" in _containers()["topology"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="deploy/certificates.sh needs openssl")
def test_certificates_are_made_once_and_anew_where_they_end_or_names_change(tmp_path: Path) -> None:
    folders = ("authority", "public", "nats", "postgres", "gateway")
    for name in folders:
        (tmp_path / name).mkdir()

    def make(names: str) -> dict[str, bytes]:
        script = ROOT / "deploy/certificates.sh"
        subprocess.run(["sh", script, tmp_path, names], check=True, capture_output=True)
        files = [path for name in folders for path in (tmp_path / name).iterdir()]
        return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in files}

    first = make("localhost,127.0.0.1")
    again = make("localhost,127.0.0.1")
    renamed = make("localhost,repairs.example")
    (tmp_path / "nats/nats.pem").write_bytes(renamed["postgres/postgres.pem"] + b"torn")
    (tmp_path / "authority/ca.pem").unlink()
    anew = make("localhost,repairs.example")

    assert first == again
    assert {name for name in first if renamed[name] != first[name]} == {
        f"gateway/{name}" for name in ("both.pem", "gateway.key", "gateway.pem", "names")
    }
    assert {name for name in anew if anew[name] == renamed[name]} == {
        f"{server}/names" for server in ("nats", "postgres", "gateway")
    }
    for server, host in (
        ("nats", "nats"),
        ("postgres", "postgres"),
        ("gateway", "repairs.example"),
    ):
        certificate = tmp_path / server / f"{server}.pem"
        # as strictly as Python 3.13 looks
        subprocess.run(
            [
                *("openssl", "verify", "-x509_strict", "-purpose", "sslserver"),
                *("-verify_hostname", host, "-CAfile", tmp_path / "public/ca.pem", certificate),
            ],
            check=True,
            capture_output=True,
        )
        assert {path.stat().st_mode & 0o077 for path in certificate.parent.iterdir()} == {0}


def test_everything_that_listens_for_other_containers_demands_tls() -> None:
    containers = _containers()
    hba = (ROOT / "deploy/postgres/hba.conf").read_text().splitlines()
    broker = (ROOT / "deploy/nats.conf").read_text()

    assert "--tls" in containers["nats"]
    # who is connected and what they listen to is for the container's own look at its health
    assert re.findall(r"^(?:listen|https?|http_port|monitor_port): .*$", broker, re.MULTILINE) == [
        'listen: "0.0.0.0:4222"',
        'http: "127.0.0.1:8222"',
    ]
    assert "hba_file=/etc/postgresql/hba.conf" in containers["postgres"]
    assert [line.split()[0] for line in hba if line and line[0] != "#"] == ["local", "hostssl"]


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
