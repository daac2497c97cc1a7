"""Which address a request counts for while it is not known who asks."""

import ipaddress
from functools import lru_cache

from starlette.types import Scope

_NETWORK_BITS = 64
"""Of an IPv6 address: the rest is its owner's to choose."""


def address_of(scope: Scope) -> str:
    """Return the address of the connection's other end, of IPv6 its network; all who come through
    a proxy have the proxy's, unless `shared.http.front` believes it whom it forwards for.
    """
    client = scope.get("client")
    return "" if client is None else share_of(client[0])


@lru_cache(maxsize=4096)
def share_of(host: str) -> str:
    """Return what an address shares its limits with: `2001:db8::7` → `2001:db8::/64`."""
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), _NETWORK_BITS), strict=False))
