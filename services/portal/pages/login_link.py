"""`/login/link/{code}`: a link of a mail. To look at it changes nothing, since mail programs open
links before people do; its one button signs in.
"""

from fastapi import Response

from services.portal.actions.limits import TooManyTries
from services.portal.actions.login_links import LinkOver, find_login_link, use_login_link
from services.portal.api.visiting import address_prefix
from services.portal.pages.page import Anyone, Form, page_router
from services.portal.pages.signing_in import login_page, sign_in

router = page_router()


@router.get("/login/link/{code}")
async def show(page: Anyone, code: str) -> Response:
    """Show the button, where the link is still good."""
    try:
        await find_login_link(page.state.database, code, address=address_prefix(page.request))
    except (LinkOver, TooManyTries) as refused:
        return login_page(page, refused, part="link")
    return page.render("sign_in/link.html", code=code)


@router.post("/login/link/{code}")
async def use(page: Anyone, form: Form, code: str) -> Response:
    """Use the link up, and sign in whom it was sent to."""
    try:
        async with page.transaction() as tx:
            account, link = await use_login_link(tx, code)
    except LinkOver as refused:
        return login_page(page, refused, part="link")
    way = "handed_over" if link.handed_over else "link"
    return await sign_in(page, account, way=way, next=link.next)
