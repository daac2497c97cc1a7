"""How a site hands out its jobs."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.domain.settings.categories import PRIORITIES, PRIORITY_WORDS
from services.portal.domain.settings.difference import Body, Told
from services.portal.domain.settings.site_basics import Say
from services.portal.domain.settings.written import (
    Unreadable,
    Wrong,
    read_list,
    read_number,
    read_optional_number,
)

MODES = ("plan", "pool", "manual")
MODE_WORDS = {
    "plan": "desk-settings-mode-plan",
    "pool": "desk-settings-mode-pool",
    "manual": "desk-settings-mode-manual",
}
_FLAGS = ("assign_without_consent", "emergencies_interrupt")
_NUMBERS = {
    "emergency_fan_out": (0, 50),
    "pool_minutes": (1, 1440),
}
_MINUTES = {"cooling_down_s": (0, 7 * 1440), "overtime_s": (0, 1440), "retry_s": (1, 1440)}
"""Kept in seconds, written in minutes."""
_NOT_READ_BACK = ("warnings", "remarks")


def body_of(read: Body) -> Body:
    return {name: value for name, value in read.items() if name not in _NOT_READ_BACK}


def fields_of(rules: Body, categories: Sequence[str]) -> dict[str, str]:
    distance = rules["max_distance_m"]
    return {
        "mode": rules["mode"],
        **{f"mode_{code}": rules["modes"].get(code, "") for code in categories},
        **{f"certificates_{code}": ", ".join(rules["certificates"].get(code, ()))
           for code in categories},
        **{f"lifetime_{code}": str(rules["offer_lifetime_s"].get(code, "")) for code in PRIORITIES},
        **{name: str(rules[name]) for name in _NUMBERS},
        **{name: _minutes(rules[name]) for name in _MINUTES},
        **{name: "1" if rules[name] else "" for name in _FLAGS},
        "max_distance_m": "" if distance is None else str(distance),
    }  # fmt: skip


def changed(
    rules: Body, form: Mapping[str, str], categories: Sequence[str]
) -> tuple[Body, list[Wrong]]:
    """Return the rules as the form has them, and what of the form is wrong. What is about
    categories that the site does not have stays.
    """
    wrongs: list[Wrong] = []
    numbers: Body = {}
    lifetimes = dict(rules["offer_lifetime_s"])
    for name, least, most, factor in _numbers():
        if name in _MINUTES and form.get(name, "").strip() == _minutes(rules[name]):
            continue  # the seconds, which the form does not show, stay
        try:
            value = read_number(form.get(name, ""), least=least, most=most) * factor
        except Unreadable as error:
            wrongs.append(Wrong(name=name, key=error.key, values=error.values))
            continue
        if name.startswith("lifetime_"):
            lifetimes[name.removeprefix("lifetime_")] = value
        else:
            numbers[name] = value
    try:
        distance = read_optional_number(form.get("max_distance_m", ""), least=1, most=1_000_000)
    except Unreadable as error:
        wrongs.append(Wrong(name="max_distance_m", key=error.key, values=error.values))
        distance = None
    modes, certificates = dict(rules["modes"]), dict(rules["certificates"])
    for code in categories:
        _put(modes, code, form.get(f"mode_{code}", "") if form.get(f"mode_{code}") in MODES else "")
        _put(certificates, code, read_list(form.get(f"certificates_{code}", "").lower()))
    return {
        **rules,
        **numbers,
        **{name: form.get(name) == "1" for name in _FLAGS},
        "mode": form.get("mode") if form.get("mode") in MODES else rules["mode"],
        "modes": modes,
        "certificates": certificates,
        "offer_lifetime_s": lifetimes,
        "max_distance_m": distance,
    }, wrongs


def told(rules: Body, names: Mapping[str, str], t: Say) -> list[Told]:
    """Return the rules in words; `names` are those of the categories."""
    yes, no = t("desk-settings-yes"), t("desk-settings-no")
    distance = rules["max_distance_m"]
    return [
        (t("desk-settings-rules-mode"), t(MODE_WORDS[rules["mode"]])),
        *(
            (t("desk-settings-rules-mode-of", category=names.get(code, code)),
             t(MODE_WORDS[mode]))
            for code, mode in rules["modes"].items()
        ),
        *(
            (
                t("desk-settings-rules-lifetime", priority=t(PRIORITY_WORDS[code])),
                t("desk-settings-seconds", n=rules["offer_lifetime_s"][code]),
            )
            for code in PRIORITIES
            if code in rules["offer_lifetime_s"]
        ),
        (t("desk-settings-rules-fan-out"), str(rules["emergency_fan_out"])),
        (t("desk-settings-rules-interrupt"), yes if rules["emergencies_interrupt"] else no),
        (t("desk-settings-rules-pool"), t("desk-settings-minutes", n=rules["pool_minutes"])),
        (t("desk-settings-rules-cooling"), _said_minutes(rules["cooling_down_s"], t)),
        (t("desk-settings-rules-retry"), _said_minutes(rules["retry_s"], t)),
        (t("desk-settings-rules-overtime"), _said_minutes(rules["overtime_s"], t)),
        (
            t("desk-settings-rules-distance"),
            t("desk-settings-any-distance")
            if distance is None
            else t("desk-settings-metres", n=distance),
        ),
        (t("desk-settings-rules-consent"), yes if rules["assign_without_consent"] else no),
        *(
            (
                t("desk-settings-rules-certificates-of", category=names.get(code, code)),
                ", ".join(kinds),
            )
            for code, kinds in rules["certificates"].items()
        ),
    ]  # fmt: skip


def _numbers() -> list[tuple[str, int, int, int]]:
    return [
        *((f"lifetime_{code}", 2, 86_400, 1) for code in PRIORITIES),
        *((name, least, most, 1) for name, (least, most) in _NUMBERS.items()),
        *((name, least, most, 60) for name, (least, most) in _MINUTES.items()),
    ]


def _minutes(seconds: int) -> str:
    return str(-(-seconds // 60))


def _said_minutes(seconds: int, t: Say) -> str:
    return t("desk-settings-minutes", n=-(-seconds // 60))


def _put(into: dict[str, Any], code: str, value: Any) -> None:
    if value:
        into[code] = value
    else:
        into.pop(code, None)
