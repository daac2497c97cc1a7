"""A site's name, zone and habits."""

import re
from collections.abc import Callable, Mapping

from services.portal.domain.settings.difference import Body, Told
from services.portal.domain.settings.written import (
    Unreadable,
    Wrong,
    read_list,
    read_optional_number,
)

Say = Callable[..., str]
"""Says a message in the language of the page."""

_NOT_READ_BACK = ("id", "version", "removed_at")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{2,39}")
"""As tickets takes it."""
_LANGUAGES = {"zh-CN": "language-zh-cn", "en": "language-en"}


def body_of(read: Body) -> Body:
    """Return a site as it is put, of what was read."""
    return {name: value for name, value in read.items() if name not in _NOT_READ_BACK}


def fields_of(site: Body) -> dict[str, str]:
    """Return what the form's fields say of the site."""
    to_object, stands = site["close_after_working_days"], site["visits_stand_after_hours"]
    return {
        "name": site["name"],
        "time_zone": site["time_zone"],
        "language": site["language"],
        "phone": site.get("phone") or "",
        "residents_see_unit": "1" if site["residents_see_unit"] else "",
        "close_after_working_days": "" if to_object is None else str(to_object),
        "visits_stand_after_hours": "" if stands is None else str(stands),
        "danger_words": "\n".join(site["danger_words"]),
    }


def changed(site: Body, form: Mapping[str, str]) -> tuple[Body, list[Wrong]]:
    """Return the site as the form has it, and what of the form is wrong."""
    wrongs: list[Wrong] = []

    def optional(name: str, *, least: int, most: int) -> int | None:
        try:
            return read_optional_number(form.get(name, ""), least=least, most=most)
        except Unreadable as error:
            wrongs.append(Wrong(name=name, key=error.key, values=error.values))
            return None

    name = form.get("name", "").strip()
    if not name:
        wrongs.append(Wrong(name="name", key="desk-settings-wrong-empty"))
    phone = form.get("phone", site.get("phone") or "").strip()
    if phone and not _PHONE.fullmatch(phone):
        wrongs.append(Wrong(name="phone", key="desk-settings-wrong-phone"))
    return {
        **site,
        "name": name,
        "time_zone": form.get("time_zone", "").strip(),
        "language": form.get("language", site["language"]),
        "phone": phone or None,
        "residents_see_unit": form.get("residents_see_unit") == "1",
        "close_after_working_days": optional("close_after_working_days", least=1, most=60),
        "visits_stand_after_hours": optional("visits_stand_after_hours", least=0, most=720),
        "danger_words": read_list(form.get("danger_words", "")),
    }, wrongs


def told(site: Body, t: Say) -> list[Told]:
    """Return the site's settings in words."""
    to_object, stands = site["close_after_working_days"], site["visits_stand_after_hours"]
    language = _LANGUAGES.get(site["language"])
    return [
        (t("desk-settings-site-name"), site["name"]),
        (t("desk-settings-site-zone"), site["time_zone"]),
        (t("desk-settings-site-language"), t(language) if language else site["language"]),
        (t("desk-settings-site-phone"), site.get("phone") or ""),
        (
            t("desk-settings-site-see-unit"),
            t("desk-settings-yes") if site["residents_see_unit"] else t("desk-settings-no"),
        ),
        (
            t("desk-settings-site-object"),
            t("desk-settings-site-object-usual")
            if to_object is None
            else t("desk-settings-working-days", n=to_object),
        ),
        (
            t("desk-settings-site-visits"),
            t("desk-settings-site-visits-confirmed")
            if stands is None
            else t("desk-settings-site-visits-at-once")
            if stands == 0
            else t("desk-settings-hours", n=stands),
        ),
        (t("desk-settings-site-danger"), t("desk-list-comma").join(site["danger_words"])),
    ]
