"""`/ops/people/account/{person_id}`: one account, as those who look after people change it."""

from functools import partial
from typing import Any

from fastapi import Response

from services.portal.actions.known_people import KnownElsewhere, NotLookedUp
from services.portal.actions.limits import TooManyTries
from services.portal.actions.people import (
    AccountTaken,
    MayNotGrant,
    NotTheirs,
    add_grant,
    change_contacts,
    contacts_of,
    remove_grant,
    see_account,
)
from services.portal.actions.shut_accounts import disable_account, enable_account, remove_account
from services.portal.actions.welcome import (
    HasOwnAddress,
    NotNew,
    hand_over_link,
    is_new,
    send_welcome,
)
from services.portal.api.ways_in import mail_login_link
from services.portal.domain.granting import grants_seen, may_change, may_grant, roles_granted
from services.portal.domain.invitation import read_contacts, read_grant, read_unit
from services.portal.pages.page import Away, Desk, Form, Page, Refusal, page_router, path_of
from services.portal.pages.people import site_words
from services.portal.pages.signing_in import as_refusal
from shared.errors import Refused

router = page_router()

_AT = "/ops/people/account/{person_id:path}"
"""A subject may have slashes in it; so the page itself comes last, behind what lies below it."""


@router.post(_AT + "/contacts")
async def save_contacts(page: Desk, form: Form, person_id: str) -> Response:
    """Store `name email phone language`."""
    contacts, wrong = read_contacts(form.fields)
    if contacts is None:
        return await _account(page, person_id, form, wrong=wrong)
    try:
        told = await change_contacts(
            page.state.database,
            page.apis,
            page.state.apis_of_portal(),
            person_id,
            contacts,
            by=page.visitor,
        )
    except (Refusal, AccountTaken, NotTheirs, KnownElsewhere, NotLookedUp) as refused:
        return await _account(page, person_id, form, refused=refused)
    said = "people-contacts-saved" if told else "people-contacts-unreachable"
    return _back(page, person_id, said)


@router.post(_AT + "/grants")
async def grant(page: Desk, form: Form, person_id: str) -> Response:
    """Give the person the `role` at the `site`; a resident lives in `unit`."""
    granted, wrong = read_grant(form.fields)
    unit, wrong_unit = read_unit(form.fields, None if granted is None else granted.role)
    if granted is None or wrong_unit:
        return await _account(page, person_id, form, wrong={**wrong, **wrong_unit})
    try:
        await add_grant(
            page.state.database, page.apis, person_id, granted, unit=unit, by=page.visitor
        )
    except Refusal as refused:
        if refused.code == "unknown_unit":
            wrong = {"unit": "people-wrong-unit-unknown"}
            return await _account(page, person_id, form, wrong=wrong)
        return await _account(page, person_id, form, refused=refused)
    except (Away, MayNotGrant, NotTheirs) as no:
        return await _account(page, person_id, form, refused=no)
    page.state.sessions.forget_all()
    return _back(page, person_id, "people-granted")


@router.post(_AT + "/grants/remove")
async def take_away(page: Desk, form: Form, person_id: str) -> Response:
    """Take the `role` at the `site` away from the person."""
    granted, _ = read_grant(form.fields)
    if granted is None:
        return await _account(page, person_id)
    try:
        await remove_grant(page.state.database, page.apis, person_id, granted, by=page.visitor)
    except (Refusal, Away, MayNotGrant, NotTheirs) as refused:
        return await _account(page, person_id, refused=refused)
    page.state.sessions.forget_all()
    return _back(page, person_id, "people-taken-away")


@router.post(_AT + "/disable")
async def disable(page: Desk, form: Form, person_id: str) -> Response:
    """Shut the account, and end its sessions everywhere."""
    return await _changed(page, person_id, disable_account, "people-disabled")


@router.post(_AT + "/enable")
async def enable(page: Desk, form: Form, person_id: str) -> Response:
    """Open the account again."""
    return await _changed(page, person_id, enable_account, "people-enabled")


@router.get(_AT + "/remove")
async def ask_to_remove(page: Desk, person_id: str) -> Response:
    """Ask whether the account is to be deleted for good."""
    async with page.transaction() as tx:
        account = await see_account(tx, person_id, by=page.visitor)
    if not may_change(page.visitor, account):
        raise NotTheirs("This account is for others to change.")
    return page.render("people/remove.html", account=account, face="ops")


@router.post(_AT + "/remove")
async def remove(page: Desk, form: Form, person_id: str) -> Response:
    """Delete the account, and what tickets and notify keep of the person."""
    try:
        portal = page.state.apis_of_portal()
        await remove_account(page.state.database, page.apis, portal, person_id, by=page.visitor)
    except (Refusal, Away, NotTheirs, NotLookedUp) as refused:
        page.state.sessions.forget_all()
        return await _account(page, person_id, refused=refused)
    page.state.sessions.forget_all()
    return page.see_other("/ops/people", said="people-removed")


@router.post(_AT + "/link")
async def send_link(page: Desk, form: Form, person_id: str) -> Response:
    """Mail the person a link to sign in by."""
    async with page.transaction() as tx:
        account = await see_account(tx, person_id, by=page.visitor)
    send = partial(mail_login_link, page.state.apis_of_portal(), page.state.public_url)
    try:
        await send_welcome(page.state.database, send, account)
    except (Refusal, Away, TooManyTries) as refused:
        return await _account(page, person_id, refused=refused)
    return _back(page, person_id, "people-link-sent")


@router.post(_AT + "/hand-over")
async def hand_over(page: Desk, form: Form, person_id: str) -> Response:
    """Show a link to sign in by, once: for an account that was never used, where there is no
    mail.
    """
    try:
        portal = page.state.apis_of_portal()
        code = await hand_over_link(page.state.database, portal, person_id, by=page.visitor)
    except (NotTheirs, NotNew, KnownElsewhere, HasOwnAddress, NotLookedUp) as refused:
        return await _account(page, person_id, refused=refused)
    return await _account(page, person_id, handed_over=f"{page.state.public_url}/login/link/{code}")


@router.get(_AT)
async def show(page: Desk, person_id: str) -> Response:
    """Show the account."""
    return await _account(page, person_id)


async def _changed(page: Page, person_id: str, change: Any, said: str) -> Response:
    try:
        async with page.transaction() as tx:
            await change(tx, person_id, by=page.visitor)
    except NotTheirs as refused:
        return await _account(page, person_id, refused=refused)
    page.state.sessions.forget_all()
    return _back(page, person_id, said)


async def _account(
    page: Page,
    person_id: str,
    form: Form | None = None,
    *,
    wrong: dict[str, str] | None = None,
    refused: Refused | Refusal | Away | None = None,
    handed_over: str | None = None,
) -> Response:
    """Return the page, with what was written and what is wrong with it."""
    async with page.transaction() as tx:
        account = await see_account(tx, person_id, by=page.visitor)
        may_hand_over = await is_new(tx, account)
    is_own = account.person_id == page.visitor.person_id
    seen = grants_seen(page.visitor, account.grants)
    context: dict[str, Any] = {
        "account": account,
        "contacts": contacts_of(account),
        "grants": [(each, not is_own and may_grant(page.visitor, each)) for each in seen],
        "is_elsewhere": len(seen) < len(account.grants),
        "is_own": is_own,
        "may_change": may_change(page.visitor, account),
        "may_hand_over": may_hand_over,
        "handed_over": handed_over,
        "roles": () if is_own else roles_granted(page.visitor),
        "written": {} if form is None else form.fields,
        "wrong": {name: page.t(key) for name, key in (wrong or {}).items()},
        **await site_words(page),
    }
    if refused is not None:
        return page.refused(as_refusal(refused), "people/account.html", **context)
    return page.render("people/account.html", 422 if wrong else 200, **context)


def _back(page: Page, person_id: str, said: str) -> Response:
    return page.see_other(path_of("/ops/people/account/{}", person_id), said=said)
