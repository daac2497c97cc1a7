"""`/ops/settings/{site}/policies/{id}` and `…/calendars/{id}`: what is promised, in which hours."""

import re

from fastapi import Response

from services.portal.domain.promises_kept import CLOCKS
from services.portal.domain.settings import calendars, policies
from services.portal.domain.settings.categories import NATURE_WORDS, PRIORITY_WORDS
from services.portal.domain.settings.difference import Body
from services.portal.domain.settings.written import Wrong
from services.portal.pages import code_words
from services.portal.pages.changing import PATH, Setting, change, demand_manager, overview_of, show
from services.portal.pages.page import Answer, Desk, Form, Page, Refusal, page_router, path_of

router = page_router()

NEW = "new"
"""Stands in the address for a policy or calendar that does not exist yet."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}")


@router.get(PATH + "/{site_id}/policies/{policy_id}")
async def policy(page: Desk, site_id: str, policy_id: str) -> Response:
    """Show the form of a policy, or of a new one."""
    return show(page, await _policy(page, site_id, policy_id))


@router.post(PATH + "/{site_id}/policies/{policy_id}")
async def change_policy(page: Desk, form: Form, site_id: str, policy_id: str) -> Response:
    """Say what the form would change, and then write it; or withdraw the policy."""
    setting = await _policy(page, site_id, policy_id, _named(form.text("id"), policy_id))
    if form.text("step") != "withdraw" or setting.before is None:
        return await change(page, setting, form)
    path = path_of("/v1/policies/{}", policy_id)
    await page.apis.sla.delete(path, etag=form.text("etag"), key=form.key)
    return page.see_other(setting.back, "desk-settings-policy-withdrawn")


@router.get(PATH + "/{site_id}/calendars/{calendar_id}")
async def calendar(page: Desk, site_id: str, calendar_id: str) -> Response:
    """Show the form of a calendar, or of a new one."""
    return show(page, await _calendar(page, site_id, calendar_id))


@router.post(PATH + "/{site_id}/calendars/{calendar_id}")
async def change_calendar(page: Desk, form: Form, site_id: str, calendar_id: str) -> Response:
    """Say what the form would change, and then write it."""
    named = _named(form.text("id"), calendar_id)
    return await change(page, await _calendar(page, site_id, calendar_id, named), form)


async def _policy(page: Page, site_id: str, policy_id: str, named: str = "") -> Setting:
    demand_manager(page, site_id)
    is_new = policy_id == NEW
    read = await page.apis.sla.answer(
        "GET", path_of("/v1/policies/{}", "default" if is_new else policy_id)
    )
    if not is_new and read.json["site_id"] != site_id:
        raise Refusal("sla", 403, "of_all_sites", page.t("refusal-of-all-sites"), {})
    body = policies.blank(read.json, site_id) if is_new else policies.body_of(read.json)
    names = await code_words.names_of_categories(page, [site_id])

    async def write(changed: Body, etag: str | None, key: str) -> Answer:
        path = path_of("/v1/policies/{}", named if is_new else policy_id)
        return await page.apis.sla.put(path, changed, etag=etag, key=key)

    return Setting(
        title=page.t("desk-settings-policy-new") if is_new else policy_id,
        means=page.t("desk-settings-policy-means"),
        address=f"{PATH}/{site_id}/policies/{policy_id}",
        back=overview_of(site_id),
        template="ops/settings/policy.html",
        before=None if is_new else body,
        etag=None if is_new else read.etag,
        fields={"id": "", **policies.fields_of(body)},
        changed=lambda form: _with_id(policies.changed(body, form), named),
        told=lambda each: policies.told(each, names, page.t),
        write=write,
        context={
            "names": names,
            "clocks": CLOCKS,
            "holds": [(code, page.t(key)) for code, key in policies.HOLDS.items()],
            "counted_in": [(code, page.t(key)) for code, key in policies.COUNTED_IN.items()],
            "recompute": [(code, page.t(key)) for code, key in policies.RECOMPUTE.items()],
            "priorities": [(code, page.t(key)) for code, key in PRIORITY_WORDS.items()],
            "natures": [(code, page.t(key)) for code, key in NATURE_WORDS.items()],
            "warnings": () if is_new else code_words.remarks_in_words(page, read.json, names),
        },
    )


async def _calendar(page: Page, site_id: str, calendar_id: str, named: str = "") -> Setting:
    demand_manager(page, site_id)
    is_new = calendar_id == NEW
    own = await page.apis.sla.answer(
        "GET", path_of("/v1/calendars/{}", site_id if is_new else calendar_id)
    )
    if not is_new and own.json["site_id"] != site_id:
        raise Refusal("sla", 403, "of_all_sites", page.t("refusal-of-all-sites"), {})
    body = {**calendars.body_of(own.json), "site_id": site_id}
    exists = not is_new and own.json["version"] > 0

    async def write(changed: Body, etag: str | None, key: str) -> Answer:
        path = path_of("/v1/calendars/{}", named if is_new else calendar_id)
        return await page.apis.sla.put(path, changed, etag=etag, key=key)

    return Setting(
        title=page.t("desk-settings-calendar-new") if is_new else calendar_id,
        means=page.t("desk-settings-calendar-means"),
        address=f"{PATH}/{site_id}/calendars/{calendar_id}",
        back=overview_of(site_id),
        template="ops/settings/calendar.html",
        before=None if is_new else body,
        etag=own.etag if exists else None,
        fields={"id": "", **calendars.fields_of(body)},
        changed=lambda form: _with_id(calendars.changed(body, form), named),
        told=lambda each: calendars.told(each, page.t),
        write=write,
        context={
            "weekdays": [(day, page.t(key)) for day, key in calendars.WEEKDAY_WORDS.items()],
            "warnings": () if is_new else code_words.remarks_in_words(page, own.json, {}),
        },
    )


def _named(text: str, id: str) -> str:
    return text.strip() if id == NEW else id


def _with_id(changed: tuple[Body, list[Wrong]], id: str) -> tuple[Body, list[Wrong]]:
    """Return what changes, and that the id which something new is to have can be none."""
    body, wrongs = changed
    if _ID.fullmatch(id) and id not in (NEW, "default"):
        return body, wrongs
    return body, [Wrong(name="id", key="desk-settings-wrong-id"), *wrongs]
