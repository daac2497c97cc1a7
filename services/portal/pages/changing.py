"""How a setting is changed: a form, what would be different in words, and only then it is written,
unless another has changed it meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from services.portal.adapters.apis import Answer, Refusal
from services.portal.domain.settings.difference import Body, Told, differences
from services.portal.domain.settings.faults import faults_of, field_at
from services.portal.domain.settings.written import Wrong
from services.portal.pages.code_words import said_by_code
from services.portal.pages.page import Page, Submitted
from shared.auth.caller import STAFF, Role

PATH = "/ops/settings"
STALE = 412
_MANAGERS = (Role.MANAGER, Role.ADMIN)


def demand_manager(page: Page, site_id: str) -> None:
    """Raise Refusal unless the visitor sets such things at the site."""
    if not may_manage(page, site_id):
        raise Refusal("portal", 403, "managers_only", page.t("refusal-managers-only"), {})


def demand_staff(page: Page, site_id: str) -> None:
    """Raise Refusal unless the visitor is of the site's staff."""
    if not page.visitor.has(*STAFF, site=site_id):
        raise Refusal("portal", 404, "not_found", page.t("error-404"), {})


def overview_of(site_id: str) -> str:
    """Return the address of all settings of the site."""
    return f"{PATH}?{urlencode({'site': site_id})}"


def may_manage(page: Page, site_id: str | None) -> bool:
    return site_id is not None and page.visitor.has(*_MANAGERS, site=site_id)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One thing that is set. `fields` are what its form says now, `told` says a body of it in
    words, `changed` makes one of a form. `before` is None for what does not exist yet.
    """

    title: str
    means: str
    """What a change counts for."""
    address: str
    back: str
    template: str
    before: Body | None
    etag: str | None
    fields: Mapping[str, str]
    changed: Callable[[Mapping[str, str]], tuple[Body, list[Wrong]]]
    told: Callable[[Body | None], Sequence[Told]]
    write: Callable[[Body, str | None, str], Awaitable[Answer]]
    """Writes a body, on condition of an ETag, under a key."""
    context: Mapping[str, Any]


def show(page: Page, setting: Setting) -> Response:
    """Return the form."""
    return page.render(setting.template, **_context(page, setting, setting.fields))


async def change(page: Page, setting: Setting, form: Submitted) -> Response:
    """Return what the form would change; sent once more with `step=save`, write it."""
    filled = {name: text for name, text in form.fields.items() if not name.startswith("_")}
    body, wrongs = setting.changed(filled)
    if wrongs or form.text("step") == "edit":
        status = 422 if wrongs else 200
        context = _context(page, setting, filled, _said(page, wrongs))
        return page.render(setting.template, status, **context)
    seen = form.text("etag") or None
    if form.text("step") != "save" or _is_stale(setting, seen):
        return _preview(page, setting, filled, body, is_stale=_is_stale(setting, seen))
    try:
        await setting.write(body, setting.etag, form.key)
    except Refusal as refusal:
        if refusal.status == STALE:
            return _preview(page, setting, filled, body, is_stale=True)
        context = _context(page, setting, filled, _faults(page, setting, refusal))
        return page.refused(refusal, setting.template, **context)
    return page.see_other(setting.back, "desk-settings-saved")


def _is_stale(setting: Setting, seen: str | None) -> bool:
    return seen is not None and seen != (setting.etag or "new")


def _preview(
    page: Page, setting: Setting, filled: Mapping[str, str], body: Body, *, is_stale: bool
) -> Response:
    """Return what differs from what there is now, also what another has written."""
    found = differences(setting.told(setting.before), setting.told(body))
    context = _context(page, setting, filled)
    status = STALE if is_stale else 200
    return page.render(
        "ops/settings/preview.html",
        status,
        **{**context, "found": found, "is_stale": is_stale},
    )


def _context(
    page: Page,
    setting: Setting,
    filled: Mapping[str, str],
    wrongs: Sequence[tuple[str, str]] = (),
) -> dict[str, Any]:
    return {
        **setting.context,
        "setting": setting,
        "filled": _Filled(filled),
        "wrongs": list(wrongs),
        "wrong": dict(reversed(wrongs)),
        "etag": setting.etag or "new",
    }


class _Filled(dict[str, str]):
    """Fields of a form; what was not sent, such as a box that is not ticked, is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def _said(page: Page, wrongs: Sequence[Wrong]) -> list[tuple[str, str]]:
    return [(each.name, page.t(each.key, **each.values)) for each in wrongs]


def _faults(page: Page, setting: Setting, refusal: Refusal) -> list[tuple[str, str]]:
    """Return what the service finds wrong, by field; by the service's own name of what is no field
    of the form.
    """
    found = []
    for pointer, fault in faults_of(refusal.detail, refusal.members):
        code = fault.get("reason") or fault.get("code")
        values = fault.get("values") or {}
        said = said_by_code(page, "desk-settings-fault-", code, values, fault["detail"])
        field = field_at(pointer, setting.fields)
        found.append((field, said) if field else (pointer, f"{pointer}: {said}".removeprefix(": ")))
    return found
