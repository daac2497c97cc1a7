"""Names resolved once for each connection, and refused when any of their addresses leads inside."""

import asyncio
import errno
import socket

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult

from services.notify.adapters.names import Names
from services.notify.domain.addresses import Reach, host_of, is_address, url_refused


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
        others ever so public, and in the same words when there is none: what a name is inside is
        not for those who read of attempts.
        """
        try:
            addresses = await self._names.addresses(host)
        except (OSError, ValueError) as error:
            raise _no_way_to(host) from error
        if any(self._reach.refuses(address) for address, _ in addresses):
            raise _no_way_to(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=address_family,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address, address_family in addresses
        ]

    def open_socket(self, target: AddrInfoType) -> socket.socket:
        """Open a socket: for every connection, also to a URL that names an address in whatever
        spelling, and to one that was registered when more ports were taken.

        Raises AddressRefused.
        """
        family, kind, protocol, _, (address, port, *_) = target
        if reason := self._reach.refuses(str(address)):
            raise AddressRefused(f"{address} is an address that {reason}")
        if not self._reach.takes_port(int(port)):
            raise AddressRefused(f"nothing is sent to port {port}")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Do nothing: it holds nothing."""


async def check_reachable(url: str, reach: Reach, names: Names) -> None:
    """Raise UrlRefused, at registration, when the URL's name has no address or one that is
    refused: always in the same words and after the same time, so that neither tells what names
    there are inside.
    """
    host = host_of(url)
    if reach.anywhere or is_address(host):
        return
    now = asyncio.get_running_loop().time
    refused_at = now() + names.patience_s
    try:
        async with asyncio.timeout_at(refused_at):
            await PinningResolver(reach, names).resolve(host)
    except OSError as error:
        await asyncio.sleep(refused_at - now())
        raise url_refused(
            "no_public_address", "leads to no public address, as far as can be told in time"
        ) from error


def _no_way_to(host: str) -> AddressRefused:
    return AddressRefused(f"{host} leads to no public address")
