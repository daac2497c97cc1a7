"""`/login/oidc`: to the company's own issuer, and back from there."""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from fastapi import Query, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from services.portal.actions.limits import TooManyTries, count_try
from services.portal.actions.sign_in_by_identity import NoAccount, sign_in_by_identity
from services.portal.adapters.oidc_issuer import IssuerAway, OidcIssuer
from services.portal.api.visiting import address_prefix
from services.portal.domain.limits import OIDC_BACK_FROM_ADDRESS, OIDC_FROM_ADDRESS, Counted
from services.portal.domain.oidc import Asked, NotBelieved, code_in
from services.portal.domain.sealing import NONCE_BYTES
from services.portal.pages.page import Anyone, Page, page_router
from services.portal.pages.signing_in import login_page, sign_in, where_to
from shared.errors import Forbidden, NotFound
from shared.telemetry import get_logger

log = get_logger(__name__)

router = page_router()

_COOKIE = "fettle_issuer"
_VALID_FOR = timedelta(minutes=15)


class NotRecognised(Forbidden):
    """The company's issuer did not say who this is, or said it to another browser."""

    code = "not_recognised"


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """What the browser keeps, sealed, while it is at the issuer."""

    asked: Asked
    ends_at: float


_KEPT = TypeAdapter(_Kept)


@router.get("/login/oidc")
async def go(page: Anyone, next: str = Query("")) -> Response:
    """Send the browser to the issuer; nothing is stored but in its cookie."""
    issuer = _issuer(page)
    try:
        await count_try(
            page.state.database, Counted.of(OIDC_FROM_ADDRESS, address_prefix(page.request))
        )
        asked = Asked(
            state=secrets.token_urlsafe(24),
            nonce=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            next=where_to(next),
        )
        address = await issuer.sign_in_address(
            asked, redirect_uri=_back(page), language=page.language
        )
    except (TooManyTries, IssuerAway) as refused:
        return login_page(page, refused, part="issuer")
    kept = _Kept(asked=asked, ends_at=(page.now + _VALID_FOR).timestamp())
    sealed = page.state.ways_in.asked.seal(
        to_json(asdict(kept)), nonce=secrets.token_bytes(NONCE_BYTES)
    )
    page.visit.cookies[_COOKIE] = sealed, int(_VALID_FOR.total_seconds())
    response = RedirectResponse(address, 303)
    page.visit.write_cookies(response)
    return response


@router.get("/login/oidc/back")
async def come_back(page: Anyone) -> Response:
    """Sign in whom the issuer names. Its protocol comes back by GET; what it brings is good once,
    and only in the browser that went there.
    """
    issuer = _issuer(page)
    page.visit.cookies[_COOKIE] = "", 0
    try:
        await count_try(
            page.state.database, Counted.of(OIDC_BACK_FROM_ADDRESS, address_prefix(page.request))
        )
        asked = _asked(page)
        code = code_in(page.request.query_params, asked, issuer=issuer.client.issuer)
        identity = await issuer.identify(code, asked, redirect_uri=_back(page))
        async with page.transaction() as tx:
            account = await sign_in_by_identity(tx, identity)
    except NotBelieved as error:
        log.warning("oidc_not_believed", why=str(error))
        refused = NotRecognised("The company's sign-in did not say who you are; try again.")
        return login_page(page, refused, part="issuer")
    except (NoAccount, IssuerAway, TooManyTries) as no:
        return login_page(page, no, part="issuer")
    return await sign_in(page, account, way="issuer", next=asked.next)


def _issuer(page: Page) -> OidcIssuer:
    issuer = page.state.ways_in.issuer
    if issuer is None:
        raise NotFound("There is no sign-in of a company here.")
    return issuer


def _asked(page: Page) -> Asked:
    """Return what this browser was sent to the issuer with. Raises NotBelieved."""
    plain = page.state.ways_in.asked.open(page.cookie(_COOKIE))
    try:
        kept = None if plain is None else _KEPT.validate_json(plain)
    except ValidationError:
        kept = None
    if kept is None or kept.ends_at <= page.now.timestamp():
        raise NotBelieved("this browser has not asked, or too long ago")
    return kept.asked


def _back(page: Page) -> str:
    return f"{page.state.public_url}/login/oidc/back"
