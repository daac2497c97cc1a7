"""`POST /logout`: the end of a session."""

from fastapi import Response

from services.portal.actions.demo_people import SITE, TECHNICIAN
from services.portal.actions.demo_shift import end_shift_unless_signed_in
from services.portal.actions.sessions import end_session
from services.portal.pages.page import Anyone, Form, page_router
from services.portal.pages.signing_in import signed_out
from shared.auth.caller import Role

router = page_router()


@router.post("/logout")
async def log_out(page: Anyone, form: Form) -> Response:
    """End the visitor's session here and now; harmless without one."""
    if page.visit.session is not None and page.visit.token is not None:
        async with page.transaction() as tx:
            await end_session(tx, page.visit.session.id, person_id=page.visitor.person_id)
        page.state.sessions.forget(page.visit.token)
        page.state.hub.end(page.visit.session.id)
        if page.state.has_demo_logins and page.visitor.person_id == TECHNICIAN:
            dispatch = page.state.apis_of_portal(Role.MANAGER, SITE).dispatch
            await end_shift_unless_signed_in(page.state.database, dispatch)
    return signed_out(page)
