"""What the processes of an instance are told by their environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from fettle.home import PORTAL, SERVICES
from fettle.issuer import AUDIENCE, NAME, Issuer
from fettle.up.addresses import Addresses

_PORTAL_SUBJECT = "portal"
"""The `sub` of the portal's own tokens, to the portal and to notify."""


def issues_tokens() -> bool:
    """Return whether the development issuer does; with FETTLE_JWKS another one does."""
    return not os.environ.get("FETTLE_JWKS")


def portal_url(addresses: Addresses) -> str:
    """Return where people reach the portal: FETTLE_PORTAL_URL, or its port of this machine."""
    return os.environ.get("FETTLE_PORTAL_URL", "").rstrip("/") or addresses.url(PORTAL)


def process_environment(
    name: str,
    addresses: Addresses,
    issuer: Issuer,
    *,
    home: Path,
    nats: Mapping[str, str],
    database_url: str,
) -> dict[str, str]:
    """Return what an instance of a service, or of the portal, reads; `name` is the instance's,
    `nats` what a service is told of the broker.
    """
    process = addresses.services[name]
    own_port = (
        {"FETTLE_INSTANCE_PORT": str(addresses.instance_ports[name])}
        if name in addresses.instance_ports
        else {}
    )
    inherited = {key: value for key, value in os.environ.items() if key != "FETTLE_INSTANCE_PORT"}
    usual = {} if process == PORTAL else _usual_of_a_service(process, addresses, home)
    told = (
        _told_the_portal(addresses, issuer)
        if process == PORTAL
        else _told_a_service(addresses, issuer)
    )
    return {
        **usual,
        **inherited,
        **told,
        **({"FETTLE_AUDIENCE": AUDIENCE} if issues_tokens() else {}),
        "FETTLE_PORTAL_SUBJECT": os.environ.get("FETTLE_PORTAL_SUBJECT") or _PORTAL_SUBJECT,
        "PYTHONUNBUFFERED": "1",
        "FETTLE_ENV": "development",
        f"FETTLE_{process.upper()}_DATABASE_URL": database_url,
        f"FETTLE_{process.upper()}_PORT": str(addresses.ports[process]),
        **own_port,
        **nats,
    }


def _usual_of_a_service(service: str, addresses: Addresses, home: Path) -> dict[str, str]:
    """Return what the environment may say otherwise. Mails become files in `mail`, below the home,
    unless there is a mail server.
    """
    attachments = home / "attachments"
    attachments.mkdir(mode=0o700, exist_ok=True)
    mail = {
        "FETTLE_SMTP_URL": f"file:{quote(str(home / 'mail'))}",
        "FETTLE_MAIL_FROM": "Fettle <repairs@fettle.example>",
    }
    return {
        "FETTLE_DISPATCH_PUBLIC_URL": addresses.url("dispatch"),
        "FETTLE_CORS_ORIGINS": "*",
        "FETTLE_ATTACHMENTS_FOLDER": str(attachments),
        **(mail if service == "notify" and not os.environ.get("FETTLE_SMTP_URL") else {}),
    }


def trusted_issuers(issuer: Issuer, portal: str, given: Mapping[str, str]) -> dict[str, str]:
    """Return whom services trust: the issuers that the environment `given` names with their keys,
    or else the development issuer; and the portal, whose address is its name.
    """
    if given.get("FETTLE_JWKS"):
        names, keys = (given.get(each, "").split(",") for each in ("FETTLE_ISSUER", "FETTLE_JWKS"))
    else:
        names, keys = [NAME], [str(issuer.jwks)]
    if portal not in (name.strip() for name in names):
        names, keys = [*names, portal], [*keys, str(issuer.portal_jwks)]
    return {"FETTLE_ISSUER": ",".join(names), "FETTLE_JWKS": ",".join(keys)}


def _told_a_service(addresses: Addresses, issuer: Issuer) -> dict[str, str]:
    return {
        **trusted_issuers(issuer, portal_url(addresses), os.environ),
        "FETTLE_PORTAL_URL": portal_url(addresses),
        **issuer.offer_settings(os.environ),
        "FETTLE_SECRETS_KEYS": os.environ.get("FETTLE_SECRETS_KEYS") or issuer.secrets_keys,
    }


def _told_the_portal(addresses: Addresses, issuer: Issuer) -> dict[str, str]:
    return {
        "FETTLE_PUBLIC_URL": portal_url(addresses),
        "FETTLE_PORTAL_SIGNING_KEYS": issuer.portal_keys,
        **{f"FETTLE_{name.upper()}_URL": addresses.url(name) for name in SERVICES},
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
