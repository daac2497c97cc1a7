"""The ports of the services: which are wanted, and whether they are free."""

import os
from collections.abc import Mapping

from fettle.engines.processes import is_free
from fettle.home import PROCESS_PORTS
from fettle.up.port_holders import holder_of
from fettle.up.refusals import CannotStart


def ports_from_environment() -> dict[str, int]:
    """FETTLE_<NAME>_PORT, or the usual ones. Raises CannotStart for what is no port."""
    ports = {}
    for name, usual in PROCESS_PORTS.items():
        given = os.environ.get(f"FETTLE_{name.upper()}_PORT", str(usual))
        if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
            raise CannotStart(
                f"FETTLE_{name.upper()}_PORT is {given!r}; it has to be a port, 1 to 65535"
            )
        ports[name] = int(given)
    return ports


def refuse_taken(ports: Mapping[str, int]) -> None:
    """Raise CannotStart for a port that two services want, that another program holds, or that this
    user may not use.
    """
    for name, port in ports.items():
        remedy = f"set FETTLE_{name.upper()}_PORT to another"
        if other := next((n for n, p in ports.items() if p == port and n != name), None):
            raise CannotStart(f"port {port} is wanted by both {name} and {other}: {remedy}")
        try:
            free = is_free(port)
        except PermissionError as error:
            raise CannotStart(
                f"port {port}, wanted by {name}, may not be used by this user: {remedy}"
            ) from error
        if not free:
            raise CannotStart(
                f"port {port}, wanted by {name}, is taken by {holder_of(port)}: stop it, or "
                f"{remedy}"
            )
