"""A company's own issuer (OpenID Connect): its configuration, its keys, and what it says of who
signs in there.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic_core import from_json

from services.portal.domain.oidc import (
    ALGORITHMS,
    Asked,
    Identity,
    NotBelieved,
    authenticates_by_header,
    authorization_query,
    subject_in,
    verified_email,
)
from shared.auth.issuer_keys import UNREADABLE, read_keys
from shared.errors import Unavailable
from shared.telemetry import get_logger
from shared.trusted_authorities import trusted_authorities

log = get_logger(__name__)

_TIMEOUT_S, _IN_ALL_S = 4.0, 8.0
"""Of one answer, and of all that a sign-in takes."""
_CONFIGURATION_GOOD_S = 3600.0
_KEYS_AGAIN_S = 5.0
"""How long the issuer is left alone after its keys were read, however many unknown ones are
shown.
"""
_MAX_BYTES = 256 * 1024


class IssuerAway(Unavailable):
    code = "issuer_away"


@dataclass(frozen=True, kw_only=True)
class Client:
    """What the issuer knows the portal as. `name` is what people call the issuer."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, kw_only=True)
class _Configuration:
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None
    jwks_uri: str
    by_header: bool


class OidcIssuer:
    def __init__(
        self, client: Client, *, allows_http: bool, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`allows_http`: also endpoints that are not encrypted, as in development."""
        self.client, self._allows_http, self._now = client, allows_http, now
        self._configuration: tuple[float, _Configuration] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._reading = asyncio.Lock()

    @property
    def name(self) -> str:
        return self.client.name

    async def sign_in_address(self, asked: Asked, *, redirect_uri: str, language: str) -> str:
        """Return where the browser goes to sign in. Raises IssuerAway."""
        endpoint = (await self._configured()).authorization_endpoint
        query = authorization_query(
            asked, client_id=self.client.client_id, redirect_uri=redirect_uri, language=language
        )
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{query}"

    async def identify(self, code: str, asked: Asked, *, redirect_uri: str) -> Identity:
        """Return whom the issuer names for the code. Raises NotBelieved, IssuerAway."""
        try:
            async with asyncio.timeout(_IN_ALL_S):
                return await self._identify(code, asked, redirect_uri)
        except TimeoutError as error:
            raise _away() from error

    async def _identify(self, code: str, asked: Asked, redirect_uri: str) -> Identity:
        configuration, issuer = await self._configured(), self.client.issuer
        tokens = await self._exchange(configuration, code, asked, redirect_uri)
        claims = await self._proven(configuration, tokens.get("id_token"))
        subject = subject_in(
            claims, asked, issuer=issuer, client_id=self.client.client_id, now=time.time()
        )
        email = verified_email(claims)
        if email is None and configuration.userinfo_endpoint is not None:
            email = await self._told_email(
                configuration.userinfo_endpoint, tokens.get("access_token"), subject
            )
        return Identity(issuer=issuer, subject=subject, email=email)

    async def _exchange(
        self, configuration: _Configuration, code: str, asked: Asked, redirect_uri: str
    ) -> dict[str, Any]:
        id, secret = self.client.client_id, self.client.client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": asked.verifier,
        }
        if configuration.by_header:
            # RFC 6749, 2.3.1: both are escaped before they are joined
            auth: httpx.BasicAuth | None = httpx.BasicAuth(quote_plus(id), quote_plus(secret))
        else:
            auth = None
            form |= {"client_id": id, "client_secret": secret}
        status, answer = await self._ask("POST", configuration.token_endpoint, data=form, auth=auth)
        if status != 200:
            log.warning("oidc_code_refused", status=status, error=str(answer.get("error"))[:100])
            raise NotBelieved("the issuer gives no token for the code")
        return answer

    async def _proven(self, configuration: _Configuration, token: Any) -> dict[str, Any]:
        """Return the claims of the ID token, whose signature is good."""
        if not isinstance(token, str):
            raise NotBelieved("the issuer gives no ID token")
        try:
            try:
                return self._decoded(token, await self._known_keys(configuration))
            except InvalidKeyIdError:
                return self._decoded(token, await self._known_keys(configuration, anew=True))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotBelieved("the ID token's signature is not good") from error

    def _decoded(self, token: str, keys: KeySet) -> dict[str, Any]:
        return jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims

    async def _told_email(self, endpoint: str, token: Any, subject: str) -> str | None:
        """Return the verified address that the issuer tells beside the ID token."""
        if not isinstance(token, str):
            return None
        status, told = await self._ask(
            "GET", endpoint, headers={"Authorization": f"Bearer {token}"}
        )
        # OpenID Connect Core 1.0, 5.3.2: told of another, it is not believed
        return verified_email(told) if status == 200 and told.get("sub") == subject else None

    async def _configured(self) -> _Configuration:
        async with self._reading:
            now = self._now()
            if self._configuration and now - self._configuration[0] < _CONFIGURATION_GOOD_S:
                return self._configuration[1]
            try:
                read = await self._read_configuration()
            except IssuerAway:
                if self._configuration is None:
                    raise
                return self._configuration[1]  # as it was is better than not at all
            self._configuration = now, read
            return read

    async def _read_configuration(self) -> _Configuration:
        address = f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration"
        status, told = await self._ask("GET", address)
        if status != 200 or told.get("issuer") != self.client.issuer:
            log.warning("oidc_configuration_unreadable", status=status)
            raise _away()
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        endpoints = {name: str(told.get(name, "")) for name in names}
        userinfo = told.get("userinfo_endpoint")
        for name, endpoint in {**endpoints, "userinfo_endpoint": userinfo or ""}.items():
            if name in names or endpoint:
                self._demand_safe(name, str(endpoint))
        return _Configuration(
            **endpoints,
            userinfo_endpoint=None if userinfo is None else str(userinfo),
            by_header=authenticates_by_header(told.get("token_endpoint_auth_methods_supported")),
        )

    def _demand_safe(self, name: str, address: str) -> None:
        schemes = ("https://", "http://") if self._allows_http else ("https://",)
        if not address.startswith(schemes):
            log.warning("oidc_endpoint_not_encrypted", endpoint=name)
            raise _away()

    async def _known_keys(self, configuration: _Configuration, *, anew: bool = False) -> KeySet:
        async with self._reading:
            now = self._now()
            age = None if self._keys is None else now - self._keys[0]
            good_s = _KEYS_AGAIN_S if anew else _CONFIGURATION_GOOD_S
            if self._keys is not None and age is not None and age < good_s:
                return self._keys[1]
            try:
                keys = await read_keys(configuration.jwks_uri, issuer=self.client.issuer)
            except UNREADABLE as error:
                log.warning("oidc_keys_unreadable", error=str(error) or type(error).__name__)
                raise _away() from error
            self._keys = now, keys
            return keys

    async def _ask(self, method: str, address: str, **how: Any) -> tuple[int, dict[str, Any]]:
        """Return the status and the JSON object of an answer; nothing is followed elsewhere."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        headers |= how.pop("headers", {})
        body = bytearray()
        try:
            async with (
                asyncio.timeout(_TIMEOUT_S),
                httpx.AsyncClient(timeout=_TIMEOUT_S, verify=trusted_authorities()) as client,
                client.stream(method, address, headers=headers, **how) as answer,
            ):
                async for part in answer.aiter_raw():
                    body += part
                    if len(body) > _MAX_BYTES:
                        raise httpx.ReadError("the answer is larger than any")
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            log.warning("oidc_issuer_away", error=str(error)[:200] or type(error).__name__)
            raise _away() from error
        try:
            told = from_json(bytes(body))
        except ValueError:
            told = None
        return status, told if isinstance(told, dict) else {}


def _away() -> IssuerAway:
    return IssuerAway("The company's sign-in does not answer; try again, or sign in by link.")
