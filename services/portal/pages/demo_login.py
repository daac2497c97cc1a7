"""`/login/demo`: a session for one of the demo's people, in development alone.

The one GET that changes something: the address is typed, or clicked in a terminal.
"""

from fastapi import Query, Response

from services.portal.actions.demo_people import SITE, demo_roles, find_demo_person
from services.portal.actions.demo_shift import begin_shift
from services.portal.actions.sessions import begin_session
from services.portal.api.visiting import address_prefix, begin_visit, user_agent
from services.portal.domain.session import kind_for
from services.portal.domain.visitor import first_page_for
from services.portal.pages.page import Anyone, page_router
from shared.auth.caller import Role
from shared.errors import NotFound

router = page_router()


@router.get("/login/demo")
async def sign_in(page: Anyone, role: str = Query("resident", alias="as")) -> Response:
    """Begin a session of the demo's person with that role; 404 in production, and where the portal
    is to be reached from elsewhere.
    """
    if not page.state.has_demo_logins or role not in demo_roles():
        raise NotFound("There is no such page.")
    async with page.transaction() as tx:
        account = await find_demo_person(tx, Role(role))
        session, token = begin_session(
            tx,
            person_id=account.person_id,
            kind=kind_for(account.grants),
            user_agent=user_agent(page.request),
            address_prefix=address_prefix(page.request),
        )
    if role == Role.TECHNICIAN:
        await begin_shift(page.state.apis_of_portal(Role.MANAGER, SITE).dispatch)
    page.visit.cookies.update(begin_visit(session, token))
    return page.see_other(first_page_for(account.grants))
