"""Where webhooks may not go: into the inside (server-side request forgery, OWASP SSRF)."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import JsonValue

from shared.errors import Invalid
from shared.remarks import Remark

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_URL_LENGTH = 500
HTTPS_PORT = 443
FIRST_USER_PORT = 1024
"""The first that is no system port (RFC 6335 §6)."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# what `is_global` lets through, at least in some releases of Python
_INSIDE_TOO: Sequence[Network] = (
    # carrier-grade NAT; clouds keep metadata there too (100.100.100.200)
    ipaddress.ip_network("100.64.0.0/10"),
    ipaddress.ip_network("168.63.129.16/32"),  # Azure's host agent, public by its number alone
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments; Oracle's metadata (192.0.0.192)
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays of old
    ipaddress.ip_network("64:ff9b:1::/48"),  # NAT64 within a network
    ipaddress.ip_network("fec0::/10"),  # site-local, private by another name
)


class UrlRefused(Invalid):
    code = "url_refused"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What may be reached: `anywhere` in development; else the public internet over https, and
    ranges an operator allows.
    """

    anywhere: bool
    allowed: Sequence[Network] = ()

    def refuses(self, address: str) -> str | None:
        """Return why nothing is sent to this IP address; None when it may be."""
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return "is no IP address"
        if self.anywhere or any(
            ip.version == network.version and ip in network for network in self.allowed
        ):
            return None
        return _inside(ip)

    def takes_port(self, port: int) -> bool:
        """Return whether anything is sent to this port: outside development https's own, and those
        that no well-known service of a host inside listens on.
        """
        return self.anywhere or port == HTTPS_PORT or port >= FIRST_USER_PORT


def checked_url(url: str, reach: Reach) -> str:
    """Return the URL as given. Raises UrlRefused, with what is wrong with it.

    Names are resolved elsewhere.
    """
    if (
        len(url) > MAX_URL_LENGTH
        or not url.isascii()
        or not url.isprintable()
        or " " in url
        or "\\" in url
    ):
        raise url_refused(
            "odd_characters",
            "has to be at most {most} printable ASCII characters without blanks",
            most=MAX_URL_LENGTH,
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise url_refused("no_url", "is not a URL") from error
    if parts.scheme not in ("https", "http") or not host or port == 0:
        raise url_refused("no_url", "has to be https://HOST[:PORT]/…")
    if parts.scheme == "http" and not reach.anywhere:
        raise url_refused("no_https", "has to be https")
    if port is not None and not reach.takes_port(port):
        raise url_refused(
            "port",
            "has a port that is neither {usual} nor {least} or above",
            usual=HTTPS_PORT,
            least=FIRST_USER_PORT,
        )
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise url_refused("secrets_in_it", "must not hold a user, a password or a fragment")
    if is_address(host) and (reason := reach.refuses(host)):
        raise url_refused("inside", "leads to an address that {said}", said=reason)
    return url


def checked_link(url: str, reach: Reach, *, below: str | None) -> str:
    """Return a link that people are to open, as given. Raises UrlRefused for one that is not
    https, not of printable ASCII characters, or not at the address `below`; None: at any.
    """
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > MAX_URL_LENGTH:
        raise url_refused(
            "odd_characters",
            "has to be at most {most} printable ASCII characters without blanks",
            most=MAX_URL_LENGTH,
        )
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise url_refused("no_url", "is not a URL") from error
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise url_refused("no_url", "has to be https://HOST/…")
    if parts.scheme == "http" and not reach.anywhere:
        raise url_refused("no_https", "has to be https")
    if below is not None and not url.startswith(f"{below}/"):
        raise url_refused("elsewhere", "has to begin with {below}/", below=below)
    return url


def host_of(url: str) -> str:
    """Return the host of a URL that was checked."""
    return str(urlsplit(url).hostname)


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def url_refused(reason: str, what: str, **values: object) -> UrlRefused:
    """Return the refusal: `what` is wrong with the URL in the body, with the values in their
    places: `{port}`.
    """
    why = Remark.of(reason, what, **values)
    fault: JsonValue = {"pointer": "/url", "detail": why.text, "code": "url_refused"}
    return UrlRefused(
        f"/url: {why.text}.", errors=[fault], reason=why.code, values=dict(why.values)
    )


def _inside(ip: Address) -> str | None:
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if hidden is None and ip in _NAT64:
            hidden = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if hidden is not None:
            return "hides an IPv4 address"
    if ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return "is loopback, link-local, multicast or unspecified"
    if (
        not ip.is_global
        or ip.is_reserved
        or any(ip.version == network.version and ip in network for network in _INSIDE_TOO)
    ):
        return "is private or reserved"
    return None
