"""`/login`: by a link that is mailed, or with a password."""

from functools import partial

from fastapi import Query, Response

from services.portal.actions.limits import TooManyTries
from services.portal.actions.login_links import send_login_link
from services.portal.actions.sign_in_by_password import WrongPassword, sign_in_by_password
from services.portal.adapters.password_hasher import Busy
from services.portal.api.visiting import address_prefix
from services.portal.api.ways_in import mail_login_link
from services.portal.pages.page import Anyone, Away, Form, Refusal, page_router
from services.portal.pages.signing_in import login_page, sign_in, where_to
from shared.errors import Invalid

router = page_router()


class NoContact(Invalid):
    """Without one no link can be sent."""

    code = "no_contact"


@router.get("/login")
async def show(page: Anyone, next: str = Query("")) -> Response:
    """Show the ways in; who is signed in goes to where they wanted to."""
    if page.visitor.is_signed_in and page.visitor.only is None:
        to = where_to(next)
        return page.see_other(page.visitor.first_page if to == "/" else to)
    return login_page(page)


@router.post("/login")
async def by_password(page: Anyone, form: Form) -> Response:
    """Sign in the `user` with the `password`, and go to `next`."""
    user, next = form.text("user"), where_to(form.text("next"))
    try:
        account = await sign_in_by_password(
            page.state.database,
            page.state.ways_in.hasher,
            name=user,
            password=form.fields.get("password", ""),
            address=address_prefix(page.request),
        )
    except (WrongPassword, TooManyTries, Busy) as refused:
        return login_page(page, refused, part="password", user=user[:255], next=next)
    return await sign_in(page, account, way="password", next=next)


@router.post("/login/link")
async def send_link(page: Anyone, form: Form) -> Response:
    """Have a link sent to the person who is meant by `contact`; the answer is the same whether
    there is one.
    """
    contact, next = form.text("contact"), where_to(form.text("next"))
    if not contact:
        return login_page(page, NoContact("Say who you are."), part="link", next=next)
    portal = page.state.apis_of_portal()
    try:
        await send_login_link(
            page.state.database,
            partial(mail_login_link, portal, page.state.public_url),
            name=contact,
            next=next,
            address=address_prefix(page.request),
        )
    except (TooManyTries, Refusal, Away) as refused:
        return login_page(page, refused, part="link", contact=contact[:255], next=next)
    return page.see_other("/login/sent")


@router.get("/login/sent")
async def sent(page: Anyone) -> Response:
    """Say that a link is on its way, if there is such an account."""
    return page.render("sign_in/sent.html")
