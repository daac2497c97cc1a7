"""Who sends a request: the session of its cookie, and the language that they read."""

import secrets
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from fastapi import Request, Response

from services.portal.actions.sessions import SignedIn
from services.portal.adapters.cookies import (
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    STRANGER_COOKIE,
    THEME_COOKIE,
    THEMES,
    Cookies,
    cookie_name,
    cookie_value,
    session_token,
)
from services.portal.api.state import PortalState
from services.portal.domain.addresses import is_loopback_host
from services.portal.domain.csrf import MASK_BYTES, csrf_token, is_csrf_token
from services.portal.domain.language import as_language, choose_language
from services.portal.domain.session import LIFETIMES, Session
from services.portal.domain.visitor import Language, Visitor, stranger
from shared.errors import Forbidden
from shared.http.state import state_of

_YEAR_S = 365 * 24 * 3600


class NotSafe(Forbidden):
    """The page was asked for over plain http, from elsewhere than this machine."""

    code = "https_needed"


class ForeignForm(Forbidden):
    """The form was not made for the visitor who sends it."""

    code = "foreign_form"


@dataclass(kw_only=True)
class Visit:
    """One request's visitor, and what its answer tells the browser to keep."""

    visitor: Visitor
    session: Session | None
    token: str | None
    """What the session's cookie says."""
    is_secure: bool
    csrf_secret: bytes | None
    """None for a browser that has not been shown a form yet."""
    cookies: Cookies = field(default_factory=dict)

    def csrf_token(self) -> str:
        """Return a token for a form, another one each time."""
        if self.csrf_secret is None:
            secret = secrets.token_urlsafe(32)
            self.csrf_secret = secret.encode()
            self.cookies[STRANGER_COOKIE] = secret, _YEAR_S
        return csrf_token(self.csrf_secret, secrets.token_bytes(MASK_BYTES))

    def check_csrf(self, token: str) -> None:
        """Raise ForeignForm for a token that was made for another visitor, or for none."""
        if self.csrf_secret is None or not is_csrf_token(token, self.csrf_secret):
            raise ForeignForm("This form was not made for you, or has been open for too long.")

    def write_cookies(self, response: Response) -> None:
        for name, (value, seconds) in self.cookies.items():
            response.set_cookie(
                cookie_name(name, is_secure=self.is_secure),
                value,
                max_age=seconds,
                path="/",
                httponly=True,
                samesite="lax",
                secure=self.is_secure,
            )


async def visit_of(request: Request) -> Visit:
    """Return the request's visit, worked out once. Raises NotSafe."""
    visit: Visit | None = getattr(request.state, "visit", None)
    if visit is None:
        visit = request.state.visit = await _visit_of(request)
    return visit


def unknown_visit(request: Request) -> Visit:
    """Return the visit of a stranger, whatever the session's cookie says."""
    is_secure = state_of(request, PortalState).is_secure
    secret = cookie_value(request.headers, STRANGER_COOKIE, is_secure=is_secure)
    return Visit(
        visitor=stranger(_language_of(request, None)),
        session=None,
        token=None,
        is_secure=is_secure,
        csrf_secret=None if secret is None else secret.encode(),
    )


def begin_visit(session: Session, token: str) -> Cookies:
    """Return the cookies that a sign-in gives the browser."""
    seconds = int(LIFETIMES[session.kind].longest.total_seconds())
    return {SESSION_COOKIE: (token, seconds), STRANGER_COOKIE: ("", 0)}


def no_session() -> Cookies:
    """Return the cookies that a sign-out takes away."""
    return {SESSION_COOKIE: ("", 0)}


def language_cookie(language: Language) -> Cookies:
    """Return the cookie that keeps the language in this browser."""
    return {LANGUAGE_COOKIE: (language, _YEAR_S)}


def theme_cookie(theme: str) -> Cookies:
    """Return the cookie that keeps the theme in this browser; one that is none takes it away."""
    return {THEME_COOKIE: (theme, _YEAR_S) if theme in THEMES else ("", 0)}


def address_prefix(request: Request) -> str:
    """Return the network that the request comes from: what is told of a session, and what limits
    count by.
    """
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network((address, 24 if address.version == 4 else 56), strict=False))


def user_agent(request: Request) -> str:
    """Return what the browser calls itself."""
    return request.headers.get("user-agent", "")


async def _visit_of(request: Request) -> Visit:
    state = state_of(request, PortalState)
    if not state.is_secure and not is_loopback_host(request.headers.get("host", "")):
        raise NotSafe("Come by https, or from this machine.")
    visit = unknown_visit(request)
    if (asked := as_language(request.query_params.get("lang"))) is not None:
        visit.cookies.update(language_cookie(asked))
    token = session_token(request.headers, is_secure=state.is_secure)
    signed_in = None if token is None else await state.sessions.find(token)
    if signed_in is not None:
        visit.visitor = visitor_of(signed_in, _language_of(request, signed_in))
        visit.session, visit.token = signed_in.session, token
        visit.csrf_secret = signed_in.session.csrf_secret.encode()
    return visit


def visitor_of(signed_in: SignedIn, language: Language) -> Visitor:
    """Return who is signed in, as what the account says now."""
    session, account = signed_in.session, signed_in.account
    return Visitor(
        person_id=session.person_id,
        name="" if account is None else account.name,
        grants=() if account is None else account.grants,
        units=frozenset() if account is None else account.units,
        only=session.only_ticket,
        language=language,
        session_id=session.id,
    )


def _language_of(request: Request, signed_in: SignedIn | None) -> Language:
    account = None if signed_in is None else signed_in.account
    is_secure = state_of(request, PortalState).is_secure
    return choose_language(
        asked=request.query_params.get("lang"),
        cookie=cookie_value(request.headers, LANGUAGE_COOKIE, is_secure=is_secure),
        account=None if account is None else account.language,
        accepted=request.headers.get("accept-language"),
    )
