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

Cookies = dict[str, tuple[str, int]]
"""Name → value and seconds; 0 seconds takes it away."""


def cookie_value(headers: Headers, name: str) -> str | None:
    """Return what the cookie says, where it can be one of ours."""
    value = cookie_parser(headers.get("cookie", "")).get(name)
    return value if value and len(value) <= _MAX_VALUE and value.isascii() else None


def session_token(headers: Headers) -> str | None:
    """Return the token of the session, good or not."""
    return cookie_value(headers, SESSION_COOKIE)
