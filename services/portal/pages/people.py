"""`/ops/people`: who may sign in; listed, and invited."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import Query, Response

from services.portal.actions.known_people import KnownElsewhere, NotLookedUp
from services.portal.actions.limits import TooManyTries
from services.portal.actions.list_people import list_people
from services.portal.actions.people import AccountTaken, Invited, MayNotGrant, NotTheirs, invite
from services.portal.actions.welcome import send_welcome
from services.portal.api.ways_in import mail_login_link
from services.portal.domain.granting import grants_seen, roles_granted, sites_granted, sites_kept
from services.portal.domain.invitation import read_invitation
from services.portal.pages.page import Away, Desk, Form, Page, Refusal, page_router, path_of
from services.portal.pages.signing_in import as_refusal
from services.portal.pages.site_names import site_names
from shared.auth.caller import Role

router = page_router()


@router.get("/ops/people")
async def show(
    page: Desk,
    q: str = Query("", max_length=200),
    site: str = Query("", max_length=64),
    role: str = Query("", max_length=20),
    disabled: bool = Query(False),
    name: str = Query("", max_length=200),
    after: str = Query("", max_length=255),
) -> Response:
    """List the accounts of the visitor's sites by name, those behind `name` and `after`."""
    async with page.transaction() as tx:
        found, last = await list_people(
            tx,
            by=page.visitor,
            site=site or None,
            role=role if role in set(Role) else None,
            disabled=True if disabled else None,
            text=q.strip(),
            after=(name, after) if after else None,
        )
    asked = {"q": q, "site": site, "role": role, "disabled": "1" if disabled else ""}
    older = None
    if last is not None:
        query = {**asked, "name": last[0], "after": last[1]}
        older = f"/ops/people?{urlencode({key: value for key, value in query.items() if value})}"
    return page.render(
        "people/list.html",
        accounts=found,
        grants={each.person_id: grants_seen(page.visitor, each.grants) for each in found},
        asked=asked,
        older=older,
        **await site_words(page),
    )


@router.get("/ops/people/new")
async def show_invitation(page: Desk) -> Response:
    """Show the form to invite someone."""
    return await _invitation(page)


@router.post("/ops/people/new")
async def invite_person(page: Desk, form: Form) -> Response:
    """Invite a person: `name email phone language person_id role site unit listens`."""
    invitation, wrong = read_invitation(form.fields, portal=page.state.subject)
    if invitation is None:
        return await _invitation(page, form, wrong=wrong)
    try:
        invited = await invite(
            page.state.database,
            page.apis,
            page.state.apis_of_portal(),
            invitation,
            key=form.key,
            by=page.visitor,
        )
    except Refusal as refused:
        field = "unit" if refused.code == "unknown_unit" else ""
        at_unit = {field: "people-wrong-unit-unknown"} if field else {}
        return await _invitation(page, form, wrong=at_unit, refused=None if field else refused)
    except (MayNotGrant, NotTheirs, AccountTaken, KnownElsewhere, NotLookedUp) as no:
        return await _invitation(page, form, refused=as_refusal(no))
    except (Away, TooManyTries) as no:
        return await _invitation(page, form, refused=as_refusal(no))
    page.state.sessions.forget_all()
    said = await _welcomed(page, invited)
    return page.see_other(path_of("/ops/people/account/{}", invited.account.person_id), said=said)


async def _welcomed(page: Page, invited: Invited) -> str:
    """Send a new person their first link; return the message that says what was done."""
    if not invited.is_reachable:
        return "people-invited-unreachable"
    if not invited.is_new:
        return "people-granted"
    if invited.account.email is None:
        return "people-invited"
    send = partial(mail_login_link, page.state.apis_of_portal(), page.state.public_url)
    try:
        await send_welcome(page.state.database, send, invited.account)
    except (Refusal, Away):
        return "people-invited-unsent"
    return "people-invited-sent"


async def _invitation(
    page: Page,
    form: Form | None = None,
    *,
    wrong: dict[str, str] | None = None,
    refused: Refusal | None = None,
) -> Response:
    """Return the form, with what was written and what is wrong with it."""
    context: dict[str, Any] = {
        "written": {} if form is None else form.fields,
        "wrong": {name: page.t(key) for name, key in (wrong or {}).items()},
        "roles": roles_granted(page.visitor),
        **await site_words(page),
    }
    context["every_site"] = any(
        sites_granted(page.visitor, role) is None for role in context["roles"]
    )
    if refused is not None:
        return page.refused(refused, "people/invite.html", **context)
    return page.render("people/invite.html", 422 if wrong else 200, **context)


async def site_words(page: Page) -> dict[str, Any]:
    """Return what pages about people say of sites: `sites` by id, those whose people the visitor
    looks after, and whether they make keys for integrations (`makes_keys`).
    """
    names, kept = await site_names(page), sites_kept(page.visitor)
    return {
        "sites": {id: name for id, name in names.items() if kept is None or id in kept},
        "makes_keys": page.visitor.has(Role.ADMIN),
        "face": "ops",
    }
