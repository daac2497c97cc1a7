"""Messages with moments in them, as pages show them: each moment a `<time>` in the site's zone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from services.portal.adapters.moments import clock, day, day_clock, iso

_OPENS, _CLOSES = "\ue000", "\ue001"
"""Private signs that hold the place of a moment until the message is escaped."""


@pass_context
def sentence(context: Context, key: str, said: Mapping[str, Any]) -> Markup:
    """Return the message with what it says. `at` is said with its preposition, `to` without its day
    where `from` is on the same; a `who` that is empty is the technician, unnamed.
    """
    t = context["t"]
    arguments: dict[str, Any] = {}
    moments: list[Markup] = []
    for name, value in said.items():
        if isinstance(value, datetime):
            arguments[name] = f"{_OPENS}{len(moments)}{_CLOSES}"
            moments.append(_shown(context, name, value, said.get("from")))
        elif name == "who" and not value:
            arguments[name] = t("resident-technician")
        else:
            arguments[name] = value.replace(_OPENS, "") if isinstance(value, str) else value
    text = escape(t(key, **arguments))
    for n, moment in enumerate(moments):
        text = text.replace(f"{_OPENS}{n}{_CLOSES}", moment)
    return text


def _shown(context: Context, name: str, at: datetime, begins: object) -> Markup:
    ends_that_day = (
        name == "to" and isinstance(begins, datetime) and day(context, begins) == day(context, at)
    )
    is_today = day_clock(context, at) == clock(context, at)
    t = context["t"]
    if name == "at":
        words = (
            t("resident-at", time=clock(context, at))
            if is_today
            else t("resident-at-day", day=day(context, at), time=clock(context, at))
        )
    else:
        words = clock(context, at) if ends_that_day else day_clock(context, at)
    return Markup('<time datetime="{}">{}</time>').format(iso(at), words)
