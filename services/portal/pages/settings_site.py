"""`/ops/settings/{site}/site` and `…/categories`: what tickets knows of a site."""

from typing import Any

from fastapi import Response

from services.portal.domain.settings import categories, site_basics
from services.portal.domain.settings.difference import Body
from services.portal.domain.site_words import name_of
from services.portal.pages.changing import PATH, Setting, change, demand_manager, overview_of, show
from services.portal.pages.page import Answer, Desk, Form, Page, Refusal, page_router, path_of

router = page_router()

NEW = "new"
"""Stands in the address for a category that does not exist yet."""


@router.get(PATH + "/{site_id}/site")
async def site(page: Desk, site_id: str) -> Response:
    """Show the form of a site's name, zone and habits."""
    return show(page, await _basics(page, site_id))


@router.post(PATH + "/{site_id}/site")
async def change_site(page: Desk, form: Form, site_id: str) -> Response:
    """Say what the form would change, and then write it."""
    return await change(page, await _basics(page, site_id), form)


@router.get(PATH + "/{site_id}/categories/{code}")
async def category(page: Desk, site_id: str, code: str) -> Response:
    """Show the form of a category, or of a new one."""
    return show(page, await _category(page, site_id, code))


@router.post(PATH + "/{site_id}/categories/{code}")
async def change_category(page: Desk, form: Form, site_id: str, code: str) -> Response:
    """Say what the form would change, and then write it; or take the category away."""
    setting = await _category(page, site_id, code)
    if form.text("step") != "remove" or setting.before is None:
        return await change(page, setting, form)
    answer = await page.apis.tickets.answer("GET", path_of("/v1/sites/{}", site_id))
    left = categories.without_category(site_basics.body_of(answer.json), code)
    try:
        await _put(page, site_id, left, answer.etag, form.key)
    except Refusal as refusal:
        return page.refused(refusal, setting.template, **_again(setting))
    return page.see_other(setting.back, "desk-settings-category-removed")


async def _basics(page: Page, site_id: str) -> Setting:
    demand_manager(page, site_id)
    answer = await page.apis.tickets.answer("GET", path_of("/v1/sites/{}", site_id))
    body = site_basics.body_of(answer.json)

    async def write(changed: Body, etag: str | None, key: str) -> Answer:
        return await _put(page, site_id, changed, etag, key)

    return Setting(
        title=page.t("desk-settings-site"),
        means=page.t("desk-settings-site-means"),
        address=f"{PATH}/{site_id}/site",
        back=overview_of(site_id),
        template="ops/settings/site.html",
        before=body,
        etag=answer.etag,
        fields=site_basics.fields_of(body),
        changed=lambda form: site_basics.changed(body, form),
        told=lambda each: [] if each is None else site_basics.told(each, page.t),
        write=write,
        context={"site": answer.json},
    )


async def _category(page: Page, site_id: str, code: str) -> Setting:
    demand_manager(page, site_id)
    answer = await page.apis.tickets.answer("GET", path_of("/v1/sites/{}", site_id))
    whole = site_basics.body_of(answer.json)
    found = categories.find(whole, code)
    if found is None and code != NEW:
        raise Refusal("tickets", 404, "not_found", page.t("error-404"), {})
    before = found or categories.NEW
    taken = [each["code"] for each in whole["categories"]]

    async def write(changed: Body, etag: str | None, key: str) -> Answer:
        put = categories.with_category(whole, None if found is None else code, changed)
        return await _put(page, site_id, put, etag, key)

    name = name_of(before, page.language)
    return Setting(
        title=name or page.t("desk-settings-category-new"),
        means=page.t("desk-settings-category-means"),
        address=f"{PATH}/{site_id}/categories/{code}",
        back=overview_of(site_id),
        template="ops/settings/category.html",
        before=found,
        etag=answer.etag,
        fields=categories.fields_of(before),
        changed=lambda form: categories.changed(before, form, taken=taken),
        told=lambda each: categories.told(each, page.t),
        write=write,
        context={
            "site": answer.json,
            "priorities": _options(page, categories.PRIORITY_WORDS),
            "natures": _options(page, categories.NATURE_WORDS),
            "roads": _options(page, categories.ROAD_WORDS),
            "kinds": _options(page, categories.KIND_WORDS),
        },
    )


async def _put(page: Page, site_id: str, body: Body, etag: str | None, key: str) -> Answer:
    return await page.apis.tickets.put(path_of("/v1/sites/{}", site_id), body, etag=etag, key=key)


def _options(page: Page, named: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, page.t(key)) for code, key in named.items()]


def _again(setting: Setting) -> dict[str, Any]:
    """Return what the form shows once more."""
    return {
        **setting.context,
        "setting": setting,
        "filled": setting.fields,
        "wrongs": [],
        "wrong": {},
        "etag": setting.etag,
    }
