"""What the processes of an instance are told by their environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from fettle.issuer import AUDIENCE, NAME, Issuer
from fettle.up.addresses import Addresses


def issues_tokens() -> bool:
    """Return whether the development issuer does; with FETTLE_JWKS another one does."""
    return not os.environ.get("FETTLE_JWKS")


def service_environment(
    name: str,
    addresses: Addresses,
    issuer: Issuer,
    *,
    home: Path,
    nats: Mapping[str, str],
    database_url: str,
) -> dict[str, str]:
    """Return what an instance of a service reads; `name` is the instance's, `nats` what it is told
    of the broker. Mails become files in `mail`, below the home, unless there is a mail server.
    """
    attachments = home / "attachments"
    attachments.mkdir(mode=0o700, exist_ok=True)
    service = addresses.services[name]
    own_port = (
        {"FETTLE_INSTANCE_PORT": str(addresses.instance_ports[name])}
        if name in addresses.instance_ports
        else {}
    )
    inherited = {key: value for key, value in os.environ.items() if key != "FETTLE_INSTANCE_PORT"}
    own_issuer = {
        "FETTLE_JWKS": str(issuer.jwks),
        "FETTLE_ISSUER": NAME,
        "FETTLE_AUDIENCE": AUDIENCE,
    }
    mail = {
        "FETTLE_SMTP_URL": f"file:{quote(str(home / 'mail'))}",
        "FETTLE_MAIL_FROM": "Fettle <repairs@fettle.example>",
    }
    return {
        "FETTLE_DISPATCH_PUBLIC_URL": addresses.url("dispatch"),
        "FETTLE_CORS_ORIGINS": "*",
        "FETTLE_ATTACHMENTS_FOLDER": str(attachments),
        **(mail if service == "notify" and not os.environ.get("FETTLE_SMTP_URL") else {}),
        **inherited,
        **(own_issuer if issues_tokens() else {}),
        **issuer.offer_settings(os.environ),
        "FETTLE_SECRETS_KEYS": os.environ.get("FETTLE_SECRETS_KEYS") or issuer.secrets_keys,
        "PYTHONUNBUFFERED": "1",
        "FETTLE_ENV": "development",
        f"FETTLE_{service.upper()}_DATABASE_URL": database_url,
        f"FETTLE_{service.upper()}_PORT": str(addresses.ports[service]),
        **own_port,
        **nats,
    }


def topology_environment(nats_url: str) -> dict[str, str]:
    """Return what the process reads that declares streams; `nats_url` is the operator's."""
    return {
        **os.environ,
        "FETTLE_ENV": "development",
        "FETTLE_NATS_URL": nats_url,
        "PYTHONUNBUFFERED": "1",
    }


def technician_environment(addresses: Addresses, home: Path) -> Mapping[str, str]:
    """Return what a technician reads who works at the services of this home."""
    urls = {f"FETTLE_{name.upper()}_URL": addresses.url(name) for name in ("dispatch", "notify")}
    environment = {
        **os.environ,
        **urls,
        "FETTLE_HOME": str(home),
        "FETTLE_ENV": "development",
        "PYTHONUNBUFFERED": "1",
    }
    if issues_tokens():
        environment.pop("FETTLE_TOKEN", None)
    return environment
