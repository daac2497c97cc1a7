"""Asking a service as an administrator: of the instance that runs here, or where the environment
says it is.
"""

import os
import sys
import time
from typing import Any, NoReturn

import httpx
import typer

from fettle.home import PORTS, SERVICES, home
from fettle.issuer import Issuer, NotInProduction
from fettle.up.state import running

_TOKEN_LIFE_H = 0.1
_RENEW_AFTER_S = 60.0


def ask(method: str, service: str, path: str) -> Any:
    """The answer's JSON, or None where it has none.

    What is in the way is said, and ends the command with 1.
    """
    if service not in SERVICES:
        _fail(f"there is no service {service!r}; there are {', '.join(SERVICES)}")
    url = url_of(service)
    try:
        token = os.environ.get("FETTLE_TOKEN") or _own_token()
        answer = httpx.request(
            method,
            f"{url}{path}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            trust_env=False,
        )
    except NotInProduction as error:
        _fail(f"set FETTLE_TOKEN to an admin's token: {error}")
    except httpx.TransportError as error:
        _fail(
            f"{service} at {url} does not answer ({error}): start it, or set "
            f"FETTLE_{service.upper()}_URL"
        )
    if answer.is_error:
        _fail(f"{service} at {url}: {answer.status_code} {_detail(answer)}")
    return answer.json() if answer.content else None


def url_of(service: str) -> str:
    """FETTLE_<NAME>_URL; else where the instance that runs here answers, or would."""
    if given := os.environ.get(f"FETTLE_{service.upper()}_URL"):
        return given.rstrip("/")
    if (state := running(home())) is not None:
        return state.urls[service]
    return f"http://127.0.0.1:{os.environ.get(f'FETTLE_{service.upper()}_PORT', PORTS[service])}"


class AdminToken:
    """An admin's token of every site for as long as it takes: FETTLE_TOKEN, or the own issuer's,
    made anew before it runs out.
    """

    def __init__(self) -> None:
        self._given = os.environ.get("FETTLE_TOKEN")
        self._made_at, self._made = 0.0, ""

    def __call__(self) -> str:
        """Raises NotInProduction."""
        if self._given:
            return self._given
        if not self._made or time.monotonic() - self._made_at > _RENEW_AFTER_S:
            self._made_at, self._made = time.monotonic(), _own_token()
        return self._made


def _own_token() -> str:
    """Return an admin's token of the issuer at home. Raises NotInProduction."""
    issuer = Issuer.at(home())
    if issuer.novelty:
        typer.echo(f"{issuer.novelty}, or FETTLE_TOKEN to an admin's token", err=True)
    return issuer.token("fettle-cli", [("admin", "*")], hours=_TOKEN_LIFE_H)


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:500]


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(1)
