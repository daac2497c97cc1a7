"""Names resolved once for each connection, and refused when any of their addresses leads inside."""

import asyncio
import errno
import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from services.notify.domain.addresses import Reach, host_of, is_address, url_refused

_RESOLVE_WITHIN_S = 5.0


class AddressRefused(OSError):
    """The name leads to an address that nothing is sent to."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EACCES, message)  # aiohttp tells no more of an OSError than its number's words

    def __str__(self) -> str:
        return str(self.strerror)


class PinningResolver(AbstractResolver):
    """What it returns is what is connected to: nobody asks the name again in between."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """Raises AddressRefused when one of the addresses is refused, OSError when there is none."""
        found = []
        for address, address_family in await _look_up(host, port):
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

    async def close(self) -> None:
        """Holds nothing."""


async def check_reachable(url: str, reach: Reach) -> None:
    """At registration: raises UrlRefused when the URL's name has no address or one that is refused."""
    if reach.anywhere:
        return
    host, port = host_of(url)
    if is_address(host):
        return
    try:
        async with asyncio.timeout(_RESOLVE_WITHIN_S):
            await PinningResolver(reach).resolve(host, port)
    except AddressRefused as error:
        raise url_refused(str(error)) from error
    except (OSError, UnicodeError) as error:
        raise url_refused(f"{host} cannot be resolved") from error


async def _look_up(host: str, port: int) -> list[tuple[str, int]]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(sockaddr[0]), family) for family, _, _, _, sockaddr in found]
