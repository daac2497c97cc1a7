"""What the portal keeps in a browser: the names of its cookies, and how they are read."""

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

SESSION_COOKIE = "fettle_session"
LANGUAGE_COOKIE = "fettle_language"
THEME_COOKIE = "fettle_theme"
SAID_COOKIE = "fettle_said"
STRANGER_COOKIE = "fettle_stranger"
"""A secret of a browser without a session, for its forms."""
THEMES = ("light", "dark")
_MAX_VALUE = 200

_OF_THIS_HOST = "__Host-"
"""Browsers take a cookie of such a name by https alone, and from this very host: neither another
host of the domain nor a network in between puts one in its place (RFC 6265bis, 4.1.3.2).
"""

Cookies = dict[str, tuple[str, int]]
"""Name → value and seconds; 0 seconds takes it away."""


def cookie_name(name: str, *, is_secure: bool) -> str:
    """Return what the cookie is called in a browser; plain for one that comes by http, as in
    development.
    """
    return f"{_OF_THIS_HOST}{name}" if is_secure else name


def cookie_text(headers: Headers, name: str, *, is_secure: bool) -> str:
    """Return what the cookie says, whatever that is; empty where there is none."""
    cookies = cookie_parser(headers.get("cookie", ""))
    return cookies.get(cookie_name(name, is_secure=is_secure), "")


def cookie_value(headers: Headers, name: str, *, is_secure: bool) -> str | None:
    """Return what the cookie says, where it can be one of ours."""
    value = cookie_text(headers, name, is_secure=is_secure)
    return value if value and len(value) <= _MAX_VALUE and value.isascii() else None


def session_token(headers: Headers, *, is_secure: bool) -> str | None:
    """Return the token of the session, good or not."""
    return cookie_value(headers, SESSION_COOKIE, is_secure=is_secure)
