"""What the pages of all ways in have in common."""

from typing import Any

from fastapi import Response

from services.portal.actions.come_into_own import come_into_own
from services.portal.actions.sessions import begin_session, end_session
from services.portal.adapters.service_answers import Away, Refusal
from services.portal.api.visiting import address_prefix, begin_visit, no_session, user_agent
from services.portal.domain.account import Account
from services.portal.domain.addresses import local_address
from services.portal.domain.session import kind_for
from services.portal.domain.visitor import first_page_for
from services.portal.pages.page import Page
from shared.errors import Refused
from shared.http.problems import status_of
from shared.telemetry import get_logger

log = get_logger(__name__)

_OWN_WAYS = ("link", "issuer")
"""By which a person comes who was sent a link, or is named by the company's issuer. A link that was
handed over may be in other hands, and so may a password, which is set in any session.
"""
_SIGN_IN_PAGES = ("/login", "/logout", "/language")


def where_to(text: str | None) -> str:
    """Return the page of ours to go to after signing in; `/` for one that is none, or that is a
    step of signing in itself.
    """
    address = local_address(text)
    path = address.partition("?")[0]
    is_step = any(path == page or path.startswith(f"{page}/") for page in _SIGN_IN_PAGES)
    return "/" if is_step else address


async def sign_in(page: Page, account: Account, *, way: str, next: str) -> Response:
    """Begin a session of the account in this browser, in the place of the one that it has, and go
    to the page that was asked for, or to where the person's work begins. `way` is `link`,
    `handed_over`, `password` or `issuer`; what others may have begun ends, and it is said.
    """
    before = page.visit.session
    async with page.state.database.transaction(actor=account.person_id) as tx:
        ended = way in _OWN_WAYS and await come_into_own(tx, account)
        if before is not None:
            await end_session(tx, before.id, person_id=before.person_id)
        session, token = begin_session(
            tx,
            person_id=account.person_id,
            kind=kind_for(account.grants),
            user_agent=user_agent(page.request),
            address_prefix=address_prefix(page.request),
        )
    if ended:
        page.state.sessions.forget_all()
    elif page.visit.token is not None:
        page.state.sessions.forget(page.visit.token)
    page.visit.cookies.update(begin_visit(session, token))
    page.state.ways_in.sign_ins[way, "signed_in"] += 1
    log.info("signed_in", person=account.person_id, way=way)
    to = where_to(next)
    return page.see_other(
        first_page_for(account.grants) if to == "/" else to,
        said="sign-in-others-ended" if ended else None,
    )


def signed_out(page: Page) -> Response:
    """Take the session from this browser, and what it keeps of pages, which was the person's."""
    page.visit.cookies.update(no_session())
    response = page.see_other("/login", said="signed-out")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def login_page(
    page: Page, refused: Refused | Refusal | Away | None = None, **context: Any
) -> Response:
    """Return the page to sign in on, with what went wrong in words. `part` is the form that it is
    said at: `link`, `password` or `issuer`.
    """
    issuer = page.state.ways_in.issuer
    whole = {
        "next": where_to(page.request.query_params.get("next")),
        "contact": "",
        "user": "",
        "part": "link",
        "issuer": None if issuer is None else issuer.name,
        **context,
    }
    if refused is None:
        return page.render("sign_in/login.html", **whole)
    refusal = as_refusal(refused)
    page.state.ways_in.sign_ins[str(whole["part"]), refusal.code] += 1
    log.info("sign_in_refused", way=whole["part"], code=refusal.code)
    return page.refused(refusal, "sign_in/login.html", **whole)


def as_refusal(refused: Refused | Refusal | Away) -> Refusal:
    """Return what pages show in words: the message `refusal-<code>`."""
    if isinstance(refused, Refusal):
        return refused
    if isinstance(refused, Away):
        return Refusal("portal", 503, f"{refused.service}_away", "", {})
    status = status_of(type(refused))
    return Refusal("portal", status, refused.code, refused.message, refused.details)
