"""What every request meets first and every answer bears: one host and one caller, the address that
a trusted proxy tells, and the header fields that keep browsers safe.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import BadRequest, refusal
from shared.production import Network

Fields = tuple[tuple[bytes, bytes], ...]

SAFE_FIELDS: Fields = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    # what is said to one caller is kept by no cache; a page for all says otherwise
    (b"cache-control", b"no-store"),
)
"""Those of every answer that does not have its own."""
_HTTPS_ONLY: Fields = ((b"strict-transport-security", b"max-age=31536000"),)
_ONCE = {
    b"host": "Host",
    b"authorization": "Authorization",
    b"content-length": "Content-Length",
    b"content-type": "Content-Type",
    b"idempotency-key": "Idempotency-Key",
    b"last-event-id": "Last-Event-ID",
    b"transfer-encoding": "Transfer-Encoding",
}
"""Of two, what stands before us might have believed the other one."""
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%!$&'()*+;=-]*)(:[0-9]{0,5})?")
"""RFC 9110, 7.2, but for the comma, with which proxies join two."""


class Front:
    """ASGI, before everything else. A proxy from `proxies` is believed which address it forwards
    for; `https_only` tells browsers to come by https from now on.
    """

    def __init__(
        self, app: ASGIApp, *, proxies: Sequence[Network] = (), https_only: bool = False
    ) -> None:
        self._app = app
        self._proxies = tuple(proxies)
        self._fields = SAFE_FIELDS + (_HTTPS_ONLY if https_only else ())
        self._is_proxy = lru_cache(maxsize=1024)(self._look_up)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [*message.get("headers", ())]
                names = {name.lower() for name, _ in given}
                more = [field for field in self._fields if field[0] not in names]
                message = {**message, "headers": given + more}
            await send(message)

        if (fault := head_fault(scope)) is not None:
            answer = refusal(BadRequest(fault))
            answer.headers["Connection"] = "close"  # what follows may be of the same doubt
            await answer(scope, receive, send_safe)
            return
        if self._proxies and scope.get("client") and self._is_proxy(scope["client"][0]):
            address = self._forwarded_for(scope) or scope["client"][0]
            scope = {**scope, "client": (address, 0)}
        await self._app(scope, receive, send_safe)

    def _forwarded_for(self, scope: Scope) -> str | None:
        """Return the last address that no trusted proxy has; None where the proxies tell none, or
        tell two things, of which only one can be a proxy's own.
        """
        told = {
            self._first_beyond(chain)
            for chain in (
                _values(scope, b"x-forwarded-for"),
                [_for_of(each) for each in _values(scope, b"forwarded")],
            )
            if chain
        }
        return told.pop() if len(told) == 1 else None

    def _first_beyond(self, chain: Sequence[str]) -> str | None:
        """Return the address, from the nearest on, that is no trusted proxy's, or the farthest."""
        found = None
        for each in reversed(chain):
            address = _address_in(each)
            if address is None:
                return None  # `unknown`, a name, or nonsense: what is beyond is not to be believed
            found = address
            if not self._is_proxy(address):
                break
        return found

    def _look_up(self, address: str) -> bool:
        try:
            ip = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return any(ip.version == each.version and ip in each for each in self._proxies)


def head_fault(scope: Scope) -> str | None:
    """Return why the head can be read in two ways, and so is not; None where it cannot."""
    seen: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in _ONCE:
            if name in seen:
                return f"There is more than one {_ONCE[name]} header; send one."
            seen[name] = value
        elif name == b"upgrade":
            seen[name] = value
    version = scope.get("http_version", "1.1")
    if version not in ("1.0", "1.1"):
        # with none, as in HTTP/0.9, the head's other lines are still read
        return "The request's line does not end with HTTP/1.1."
    if b"transfer-encoding" in seen and (
        version == "1.0" or seen[b"transfer-encoding"].lower() != b"chunked"
    ):
        return "The Transfer-Encoding has to be `chunked`, by HTTP/1.1."  # RFC 9112, 6.1
    if b"upgrade" in seen and (
        b"transfer-encoding" in seen or seen.get(b"content-length", b"0") != b"0"
    ):
        # the parser takes the body for the next request
        return "A request with an Upgrade header has to come without a body."
    host = seen.get(b"host")
    if host is None:
        # RFC 9112, 3.2: only HTTP/1.1 demands it, and health checks still speak 1.0
        return "There is no Host header." if version != "1.0" else None
    return None if _is_host(host) else "The Host header is no host with an optional port."


@lru_cache(maxsize=256)
def _is_host(value: bytes) -> bool:
    return _HOST.fullmatch(value.decode("latin-1").strip()) is not None


def _values(scope: Scope, wanted: bytes) -> list[str]:
    """Return the elements of a list that a header field has, over all its lines, in order."""
    lines = (value.decode("latin-1") for name, value in scope["headers"] if name == wanted)
    return [each.strip() for line in lines for each in line.split(",")]


def _for_of(element: str) -> str:
    """Return the address of an element of `Forwarded` (RFC 7239): `for="[2001:db8::1]:4711"`."""
    for pair in element.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return value.strip().strip('"')
    return ""


def _address_in(text: str) -> str | None:
    """Return the address without a port: `192.0.2.7:80`, `[2001:db8::1]:80`, `2001:db8::1`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return None
