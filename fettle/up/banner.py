"""What `fettle up` prints when everything is ready: a short table of addresses, and what to type
next.
"""

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from fettle.home import PORTAL, SERVICES
from fettle.up.environments import portal_url
from fettle.up.instance import Instance
from fettle.up.listener import LISTENER, unheard_sites
from fettle.up.seed import SITE
from shared.production import is_loopback

_DEMO_ROLES = ("resident", "technician", "dispatcher", "manager", "admin")


def banner(instance: Instance, seconds: float) -> Iterator[str]:
    """Yield the lines. Passwords are in none of them."""
    yield f"\nFettle is ready after {seconds:.1f} s. Ctrl-C stops it.\n"
    yield f"  {PORTAL:<12}{portal_url(instance.addresses)}/{_alone(instance, PORTAL)}"
    for service in SERVICES:
        yield f"  {service:<12}{instance.url(service)}/docs{_alone(instance, service)}"
    yield f"  {'nats':<12}{_without_password(instance.nats_url)}"
    for address, services in _databases(instance.database_urls).items():
        yield (
            f"  {'postgres':<12}{address} ({', '.join(services)}; passwords in "
            f"{instance.home / 'state.json'})"
        )
    yield f"  {'data':<12}{instance.home} (keys and logs too)"
    if instance.postgres is not None and not instance.postgres.folder.is_relative_to(instance.home):
        yield (
            f"  {'':<12}{instance.postgres.folder} (PostgreSQL's, whose user cannot reach the "
            "folder above)"
        )
    yield ""
    yield from _demo_logins(instance)
    yield from _next_steps(instance)
    yield from _unheard(instance)
    yield ""


def _demo_logins(instance: Instance) -> Iterator[str]:
    portal = portal_url(instance.addresses)
    if instance.issues_tokens and is_loopback(portal):
        yield f"The pages, as one of the people of the site {SITE}:"
        for role in _DEMO_ROLES:
            yield f"  {portal}/login/demo?as={role}"


def _next_steps(instance: Instance) -> Iterator[str]:
    if instance.issues_tokens:
        yield "A token, good for a day (other roles: fettle token --help):"
        yield f"  {_command('token --role resident --subject resident-1 --site demo')}"
        yield f"One of the dispatcher who hears of all that goes wrong at {SITE}:"
        yield f"  {_command(f'token --role dispatcher --subject {LISTENER} --site {SITE}')}"
    else:
        yield (
            f"Tokens come from the issuer whose keys are at {os.environ['FETTLE_JWKS']}; a site "
            "is made with one of its own."
        )
    if instance.technician is not None:
        yield "A technician takes every job at demo; what he does is said here."
    elif instance.issues_tokens:
        yield (
            "No technician works at demo until one signs in. One who takes and finishes every job "
            "(PLAY=1 make up brings him along):"
        )
        yield f"  {_command('technician --accept --work')}"


def _unheard(instance: Instance) -> Iterator[str]:
    if (sites := unheard_sites(instance.url("notify"))) is None:
        return
    yield (
        f"No one hears of broken promises and unassignable jobs at {sites.count} "
        f"{'site' if sites.count == 1 else 'sites'}: {sites}. Say who does:"
    )
    yield (
        f"  PUT {instance.url('notify')}/v1/recipients/ID "
        '{"audience": [{"role": "dispatcher", "site": "…"}]}'
    )


def _command(arguments: str) -> str:
    """Return the command as it has to be typed in another terminal of the same folder."""
    home = os.environ.get("FETTLE_HOME")
    return (
        f"FETTLE_HOME={shlex.quote(home)} " if home else ""
    ) + f"{shlex.quote(sys.argv[0])} {arguments}"


def _alone(instance: Instance, service: str) -> str:
    alone = [
        instance.instance_urls[name]
        for name, of in instance.addresses.services.items()
        if of == service and name in instance.addresses.instance_ports
    ]
    return f"   {len(alone)} instances, each alone at {', '.join(alone)}" if alone else ""


def _databases(urls: Mapping[str, str]) -> dict[str, list[str]]:
    """Return which services have their database at each address."""
    found: dict[str, list[str]] = {}
    for service, url in urls.items():
        found.setdefault(urlsplit(url).netloc.rpartition("@")[2], []).append(service)
    return found


def _without_password(url: str) -> str:
    return ",".join(
        f"{scheme}//{rest.rpartition('@')[2]}"
        for scheme, _, rest in (each.partition("//") for each in url.split(","))
    )
