"""SLA policies: which promises a ticket gets."""

from collections.abc import Mapping
from typing import Any

from services.portal.domain.promises_kept import CLOCKS
from services.portal.domain.settings.categories import NATURE_WORDS, PRIORITIES, PRIORITY_WORDS
from services.portal.domain.settings.difference import Body, Told
from services.portal.domain.settings.site_basics import Say
from services.portal.domain.settings.written import (
    Unreadable,
    Wrong,
    read_number,
    read_numbers,
    read_span,
    write_span,
)

CLOCK_WORDS = {
    "response": "clock-response",
    "arrival": "clock-arrival",
    "resolution": "clock-resolution",
}
HOLDS = {
    "waiting_parts": "hold-waiting-parts",
    "waiting_resident": "hold-waiting-resident",
    "no_access": "hold-no-access",
    "waiting_contractor": "hold-waiting-contractor",
    "interrupted": "hold-interrupted",
}
COUNTED_IN = {"wall": "desk-settings-wall", "working": "desk-settings-working"}
RECOMPUTE = {"from_start": "desk-settings-from-start", "from_change": "desk-settings-from-change"}
_SPAN_WORDS = {"m": "desk-settings-minutes", "h": "desk-settings-hours", "d": "desk-settings-days"}
_MATCHED = ("category", "nature", "priority", "channel")
_FLAGS = ("arrival_restarts", "honours_appointments")
_NOT_READ_BACK = ("id", "version", "warnings", "remarks")


def body_of(read: Body) -> Body:
    return {name: value for name, value in read.items() if name not in _NOT_READ_BACK}


def fields_of(policy: Body) -> dict[str, str]:
    return {
        **{f"match_{name}": policy["match"][name] or "" for name in _MATCHED},
        "order": str(policy["order"]),
        **{
            f"{kind}_{priority}": write_span(targets[kind])
            for priority, targets in policy["targets"].items()
            for kind in CLOCKS
        },
        **{
            f"counted_{priority}": targets["counted_in"]
            for priority, targets in policy["targets"].items()
        },
        **{
            f"calendar_{priority}": targets["calendar"] or ""
            for priority, targets in policy["targets"].items()
        },
        **{
            f"stops_{kind}_{reason}": "1"
            for kind, reasons in policy["stopped_by"].items()
            for reason in reasons
        },
        "warn_at": ", ".join(str(each) for each in policy["warn_at"]),
        "recompute": policy["recompute"],
        "visits_within_days": str(policy["visits_within_days"]),
        **{name: "1" if policy[name] else "" for name in _FLAGS},
    }


def changed(policy: Body, form: Mapping[str, str]) -> tuple[Body, list[Wrong]]:
    """Return the policy as the form has it, and what of the form is wrong."""
    wrongs: list[Wrong] = []
    targets = {priority: _targets(form, priority, wrongs) for priority in PRIORITIES}
    numbers: Body = {"warn_at": policy["warn_at"]}
    for name, least, most in (("order", 0, 10_000), ("visits_within_days", 1, 366)):
        try:
            numbers[name] = read_number(form.get(name, ""), least=least, most=most)
        except Unreadable as error:
            wrongs.append(Wrong(name=name, key=error.key, values=error.values))
    try:
        numbers["warn_at"] = read_numbers(form.get("warn_at", ""), least=1, most=99)
    except Unreadable as error:
        wrongs.append(Wrong(name="warn_at", key=error.key, values=error.values))
    return {
        **policy,
        **numbers,
        "match": {name: form.get(f"match_{name}", "").strip() or None for name in _MATCHED},
        "targets": targets,
        "stopped_by": {
            kind: [reason for reason in HOLDS if form.get(f"stops_{kind}_{reason}") == "1"]
            for kind in CLOCKS
        },
        "recompute": form.get("recompute")
        if form.get("recompute") in RECOMPUTE
        else policy["recompute"],
        **{name: form.get(name) == "1" for name in _FLAGS},
    }, wrongs


def told(policy: Body | None, names: Mapping[str, str], t: Say) -> list[Told]:
    """Return the policy in words; `names` are those of the categories. Nothing of none."""
    if policy is None:
        return []
    yes, no = t("desk-settings-yes"), t("desk-settings-no")
    return [
        (t("desk-settings-policy-for"), matched(policy, names, t)),
        (t("desk-settings-policy-order"), str(policy["order"])),
        *(
            (
                f"{t(PRIORITY_WORDS[priority])} · {t(CLOCK_WORDS[kind])}",
                _promised(policy["targets"][priority], kind, t),
            )
            for priority in PRIORITIES
            for kind in CLOCKS
        ),
        *(
            (
                t("desk-settings-policy-stops", clock=t(CLOCK_WORDS[kind])),
                t("desk-list-comma").join(t(HOLDS[reason]) for reason in HOLDS if reason in reasons)
                or t("desk-settings-nothing"),
            )
            for kind, reasons in policy["stopped_by"].items()
        ),
        (t("desk-settings-policy-warn"), ", ".join(f"{each}%" for each in policy["warn_at"])),
        (t("desk-settings-policy-recompute"), t(RECOMPUTE[policy["recompute"]])),
        (t("desk-settings-policy-restarts"), yes if policy["arrival_restarts"] else no),
        (t("desk-settings-policy-honours"), yes if policy["honours_appointments"] else no),
        (
            t("desk-settings-policy-visits"),
            t("desk-settings-days", n=policy["visits_within_days"]),
        ),
    ]


def matched(policy: Body, names: Mapping[str, str], t: Say) -> str:
    """Return which tickets the policy is for."""
    match = policy["match"]
    said = [
        names.get(match["category"], match["category"]) if match["category"] else "",
        t(NATURE_WORDS[match["nature"]]) if match["nature"] in NATURE_WORDS else "",
        t(PRIORITY_WORDS[match["priority"]]) if match["priority"] in PRIORITY_WORDS else "",
        match["channel"] or "",
    ]
    return " · ".join(each for each in said if each) or t("desk-settings-policy-all")


def _targets(form: Mapping[str, str], priority: str, wrongs: list[Wrong]) -> Body:
    spans: dict[str, Any] = {}
    for kind in CLOCKS:
        name = f"{kind}_{priority}"
        try:
            spans[kind] = read_span(form.get(name, ""))
        except Unreadable as error:
            wrongs.append(Wrong(name=name, key=error.key, values=error.values))
            spans[kind] = None
    counted_in = form.get(f"counted_{priority}")
    return {
        "counted_in": counted_in if counted_in in COUNTED_IN else "wall",
        "calendar": form.get(f"calendar_{priority}", "").strip() or None,
        **spans,
    }


def _promised(targets: Body, kind: str, t: Say) -> str:
    if targets[kind] is None:
        return t("desk-settings-nothing")
    said = f"{_span_in_words(targets[kind], t)} · {t(COUNTED_IN[targets['counted_in']])}"
    return f"{said} ({targets['calendar']})" if targets["calendar"] else said


def _span_in_words(iso: str, t: Say) -> str:
    written = write_span(iso)
    key = _SPAN_WORDS.get(written[-1:])
    number = written[:-1]
    return t(key, n=int(number)) if key is not None and number.isdigit() else written


def blank(usual: Body, site_id: str) -> Body:
    """Return a policy to begin a new one with, which promises what is usual."""
    return {**body_of(usual), "site_id": site_id}
