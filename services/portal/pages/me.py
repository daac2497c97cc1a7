"""`/me`: a person's own account: who they are, where they are signed in, how they are reached."""

from typing import Any
from uuid import UUID

from fastapi import Response

from services.portal.actions.limits import TooManyTries
from services.portal.actions.own_account import end_others, end_own_session, see_own
from services.portal.actions.own_messages import (
    save_listening,
    save_mailed,
    save_own_contacts,
    see_own_messages,
)
from services.portal.actions.passwords import (
    WeakPassword,
    may_have_password,
    needs_current,
    set_password,
)
from services.portal.actions.sign_in_by_password import WrongPassword
from services.portal.adapters.password_hasher import Busy
from services.portal.api.visiting import address_prefix
from services.portal.domain.devices import device_of
from services.portal.pages.page import Form, Page, Refusal, SignedIn, page_router, parts
from services.portal.pages.signing_in import as_refusal, signed_out
from services.portal.pages.site_names import site_names
from shared.errors import Refused
from shared.ids import PersonId

router = page_router()

_FACES = {"/r": "r", "/w": "w", "/ops": "ops", "/m": "m"}


@router.get("/me")
async def show(page: SignedIn) -> Response:
    """Show the account."""
    return await _me(page)


@router.post("/me/sessions/others/end")
async def end_other_sessions(page: SignedIn, form: Form) -> Response:
    """End all sessions but this one, and the links that were given to one ticket."""
    async with page.transaction() as tx:
        await end_others(tx, _person(page), excluding=page.visitor.session_id)
    page.state.sessions.forget_all()
    return page.see_other("/me", said="me-others-ended")


@router.post("/me/sessions/{session_id}/end")
async def end_one_session(page: SignedIn, form: Form, session_id: UUID) -> Response:
    """End one session; this very one is a sign-out."""
    async with page.transaction() as tx:
        await end_own_session(tx, session_id, _person(page))
    page.state.sessions.forget_all()
    page.state.hub.end(session_id)
    if session_id == page.visitor.session_id:
        return signed_out(page)
    return page.see_other("/me", said="me-session-ended")


@router.post("/me/password")
async def change_password(page: SignedIn, form: Form) -> Response:
    """Set the person's own password `new`, written `again`; `current` is asked for where one was
    set and the sign-in is long ago.
    """
    own = await see_own(page.state.database, _person(page))
    new = form.fields.get("new", "")
    assert page.visit.session is not None  # noqa: S101 - SignedIn has seen to that
    if new != form.fields.get("again", ""):
        return await _me(page, new="me-password-differs")
    try:
        await set_password(
            page.state.database,
            page.state.ways_in.hasher,
            own.account,
            page.visit.session,
            current=form.fields.get("current", ""),
            new=new,
            address=address_prefix(page.request),
        )
    except WeakPassword as weak:
        return await _me(page, weak, new=weak.weakness.value)
    except WrongPassword as wrong:
        return await _me(page, wrong, current=True)
    except (TooManyTries, Busy) as refused:
        return await _me(page, refused)
    page.state.sessions.forget_all()
    return page.see_other("/me", said="me-password-set")


@router.post("/me/contacts")
async def change_contacts(page: SignedIn, form: Form) -> Response:
    """Store the person's own `phone` and `email`, to which messages go."""
    phone, email = form.text("phone"), form.text("email")
    try:
        await save_own_contacts(
            page.state.database, page.apis, _person(page), phone=phone, email=email
        )
    except Refusal as refused:
        return await _me(page, refused, written={"phone": phone[:100], "email": email[:300]})
    return page.see_other("/me", said="me-contacts-saved")


@router.post("/me/messages")
async def choose_messages(page: SignedIn, form: Form) -> Response:
    """Have the groups in `mailed` sent by e-mail, and the others not."""
    mailed = form.lists.get("mailed", [])
    try:
        await save_mailed(page.apis, page.visitor, _person(page), mailed)
    except Refusal as refused:
        return await _me(page, refused)
    return page.see_other("/me", said="me-messages-saved")


@router.post("/me/listening")
async def choose_sites(page: SignedIn, form: Form) -> Response:
    """Have the person hear what the desk is told at the sites in `listens`, `ROLE SITE` each."""
    said = form.lists.get("listens", [])
    wanted = [each for each in page.visitor.grants if f"{each.role.value} {each.site}" in said]
    try:
        await save_listening(page.apis, page.visitor, _person(page), wanted)
    except Refusal as refused:
        return await _me(page, refused)
    return page.see_other("/me", said="me-messages-saved")


async def _me(
    page: Page,
    refused: Refused | Refusal | None = None,
    *,
    new: str | None = None,
    current: bool = False,
    written: dict[str, str] | None = None,
) -> Response:
    """Return the page. `new` is the message at the new password, `current`: the one of before
    is wrong; `written` are contacts that were refused.
    """
    person_id = _person(page)
    own = await see_own(page.state.database, person_id)
    messages, sites = await parts(
        see_own_messages(page.apis, page.visitor, person_id), site_names(page)
    )
    context: dict[str, Any] = {
        "own": own,
        "messages": messages,
        "sites": sites,
        "written": written,
        "devices": {each.id: device_of(each.user_agent) for each in own.sessions},
        "may_have_password": may_have_password(own.account),
        "asks_current": own.has_password
        and page.visit.session is not None
        and needs_current(page.visit.session, now_s=page.now.timestamp()),
        "wrong_password": None if new is None else page.t(new),
        "wrong_current": current,
        "face": _FACES.get(page.visitor.first_page, "none"),
    }
    if refused is not None:
        return page.refused(as_refusal(refused), "me/me.html", **context)
    return page.render("me/me.html", 422 if new else 200, **context)


def _person(page: Page) -> PersonId:
    assert page.visitor.person_id is not None  # noqa: S101 - SignedIn has seen to that
    return page.visitor.person_id
