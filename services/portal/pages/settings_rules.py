"""`/ops/settings/{site}/rules`: how a site hands out its jobs."""

from fastapi import Response

from services.portal.domain.settings import rules
from services.portal.domain.settings.categories import PRIORITY_WORDS
from services.portal.domain.settings.difference import Body
from services.portal.pages import code_words
from services.portal.pages.changing import PATH, Setting, change, demand_staff, overview_of, show
from services.portal.pages.page import Answer, Desk, Form, Page, page_router, path_of

router = page_router()


@router.get(PATH + "/{site_id}/rules")
async def show_rules(page: Desk, site_id: str) -> Response:
    """Show the form."""
    return show(page, await _rules(page, site_id))


@router.post(PATH + "/{site_id}/rules")
async def change_rules(page: Desk, form: Form, site_id: str) -> Response:
    """Say what the form would change, and then write it."""
    return await change(page, await _rules(page, site_id), form)


async def _rules(page: Page, site_id: str) -> Setting:
    demand_staff(page, site_id)
    path = path_of("/v1/sites/{}/rules", site_id)
    answer = await page.apis.dispatch.answer("GET", path)
    body, names = rules.body_of(answer.json), await code_words.names_of_categories(page, [site_id])
    codes = list(dict.fromkeys([*names, *body["modes"], *body["certificates"]]))

    async def write(changed: Body, etag: str | None, key: str) -> Answer:
        return await page.apis.dispatch.put(path, changed, etag=etag, key=key)

    modes = [(code, page.t(key)) for code, key in rules.MODE_WORDS.items()]
    return Setting(
        title=page.t("desk-settings-rules"),
        means=page.t("desk-settings-rules-means"),
        address=f"{PATH}/{site_id}/rules",
        back=overview_of(site_id),
        template="ops/settings/rules.html",
        before=body,
        etag=answer.etag,
        fields=rules.fields_of(body, codes),
        changed=lambda form: rules.changed(body, form, codes),
        told=lambda each: [] if each is None else rules.told(each, names, page.t),
        write=write,
        context={
            "modes": modes,
            "codes": codes,
            "names": names,
            "priorities": [(code, page.t(key)) for code, key in PRIORITY_WORDS.items()],
            "warnings": code_words.remarks_in_words(page, answer.json, names),
        },
    )
