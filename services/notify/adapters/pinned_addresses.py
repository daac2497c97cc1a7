"""Names resolved once for each connection, and refused when any of their addresses leads inside."""

import asyncio
import errno
import socket

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from services.notify.adapters.names import Names
from services.notify.domain.addresses import Reach, host_of, is_address, url_refused

_RESOLVE_TIMEOUT_S = 5.0


class AddressRefused(OSError):
    """Nothing is sent to this address."""

    def __init__(self, message: str) -> None:
        # aiohttp tells no more of an OSError than its number's words
        super().__init__(errno.EACCES, message)

    def __str__(self) -> str:
        return str(self.strerror)


class PinningResolver(AbstractResolver):
    """What it returns is what is connected to: the name is not asked again in between."""

    def __init__(self, reach: Reach, names: Names) -> None:
        self._reach, self._names = reach, names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the name's addresses. Raises AddressRefused when one of them is refused, be the
        others ever so public; OSError when there is none.
        """
        found = []
        for address, address_family in await self._names.addresses(host):
            if reason := self._reach.refuses(address):
                raise AddressRefused(f"{host} leads to an address that {reason}")
            found.append(
                ResolveResult(
                    hostname=host,
                    host=address,
                    port=port,
                    family=address_family,
                    proto=socket.IPPROTO_TCP,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        return found

    def open_socket(self, target: AddrInfoType) -> socket.socket:
        """Open a socket: for every connection, also to a URL that names an address in whatever
        spelling.

        Raises AddressRefused.
        """
        family, kind, protocol, _, (address, *_) = target
        if reason := self._reach.refuses(str(address)):
            raise AddressRefused(f"{address} is an address that {reason}")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Do nothing: it holds nothing."""


async def check_reachable(url: str, reach: Reach, names: Names) -> None:
    """Raise UrlRefused, at registration, when the URL's name has no address or one that is
    refused.
    """
    host = host_of(url)
    if reach.anywhere or is_address(host):
        return
    try:
        async with asyncio.timeout(_RESOLVE_TIMEOUT_S):
            await PinningResolver(reach, names).resolve(host)
    except AddressRefused as error:
        raise url_refused(str(error)) from error
    except (OSError, ValueError) as error:
        raise url_refused(f"{host} cannot be resolved") from error
