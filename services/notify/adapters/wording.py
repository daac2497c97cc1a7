"""The words of messages: a template for each kind and language, in files.

The first line is the title, the rest the text.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notify.domain.kinds import Kind, Language
from shared.compiled_templates import CompiledTemplates

_TEMPLATES = Path(__file__).parent / "templates"
_DAYS = {
    Language.ENGLISH: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    Language.CHINESE: ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def words_for(
    kind: Kind,
    language: Language,
    data: Mapping[str, Any],
    *,
    zone: str | None,
    now: datetime | None = None,
    words: str | None = None,
) -> tuple[str, str]:
    """Return (title, text). Times are told in the site's zone, in UTC and saying so where the site
    is not known yet; with the year unless it is `now`'s. `words` is what a person wrote, whole. Of
    repeats that were gathered (`count` in the data) both say how many.
    """
    title, text = _rendered(
        f"{language}/{kind}.txt",
        data=data,
        zone=_zone(zone),
        language=language,
        now=now,
        words=words,
    )
    if "count" not in data:
        return title, text
    return _rendered(f"{language}/_repeats.txt", title=title, text=text, count=data["count"])


def _rendered(template: str, **given: Any) -> tuple[str, str]:
    rendered = _environment().get_template(template).render(**given)
    title, _, rest = rendered.strip().partition("\n")
    return title.strip(), "\n".join(
        line.strip() for line in rest.strip().splitlines() if line.strip()
    )


def compile_all() -> None:
    """Compile every template of words, as at set-up: so that no service does."""
    environment = _environment()
    for name in environment.list_templates(extensions=["txt"]):
        environment.get_template(name)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    # Plain text: nothing here is HTML, so nothing is escaped. Files do not change under a running
    # service: each is read and compiled once.
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=CompiledTemplates(_TEMPLATES),
    )
    environment.filters["clock"] = _clock
    environment.filters["span"] = _span
    environment.filters["day"] = _day
    return environment


@pass_context
def _clock(context: Context, moment: str) -> str:
    """Return date, weekday and hour for people: `2026-11-21T00:00:00Z` → `Sat 21 Nov, 08:00`."""
    there, unknown = _there(context, moment)
    comma = ", " if context["language"] is Language.ENGLISH else ""
    return f"{_date(context, there)}{comma}{there:%H:%M}{unknown}"


@pass_context
def _span(context: Context, window: Mapping[str, str]) -> str:
    """Return from when to when: `Sat 21 Nov, 08:00 to 10:00`, the day twice where it differs."""
    start, end = window["start"], window["end"]
    (began, _), (ended, unknown) = _there(context, start), _there(context, end)
    until = f"{ended:%H:%M}{unknown}" if began.date() == ended.date() else _clock(context, end)
    to = " to " if context["language"] is Language.ENGLISH else "至"
    return f"{_clock(context, start).removesuffix(unknown)}{to}{until}"


@pass_context
def _day(context: Context, day: str) -> str:
    """Return a date with its year: `2026-12-31` → `31 Dec 2026`."""
    on = date.fromisoformat(day)
    if context["language"] is Language.ENGLISH:
        return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    return f"{on.year}年{on.month}月{on.day}日"


def _there(context: Context, moment: str) -> tuple[datetime, str]:
    zone = context["zone"]
    return datetime.fromisoformat(moment).astimezone(zone or UTC), "" if zone else " UTC"


def _date(context: Context, there: datetime) -> str:
    now: datetime | None = context["now"]
    in_year = now is not None and now.astimezone(there.tzinfo).year == there.year
    day = _DAYS[context["language"]][there.weekday()]
    if context["language"] is Language.ENGLISH:
        year = "" if in_year else f" {there.year}"
        return f"{day} {there.day} {_MONTHS[there.month - 1]}{year}"
    year = "" if in_year else f"{there.year}年"
    return f"{year}{there.month}月{there.day}日（{day}）"


@cache
def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
