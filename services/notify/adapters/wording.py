"""The words of messages: a template for each kind and language, in files.

The first line is the title, the rest the text.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notify.domain.kinds import Kind, Language

_TEMPLATES = Path(__file__).parent / "templates"


def words_for(
    kind: Kind, language: Language, data: Mapping[str, Any], *, zone: str | None
) -> tuple[str, str]:
    """Return (title, text). Times are told in the site's zone, in UTC and saying so where the site
    is not known yet. Of repeats that were gathered (`count` in the data) both say how many.
    """
    title, text = _rendered(f"{language}/{kind}.txt", data=data, zone=_zone(zone))
    if "count" not in data:
        return title, text
    return _rendered(f"{language}/_repeats.txt", title=title, text=text, count=data["count"])


def _rendered(template: str, **given: Any) -> tuple[str, str]:
    rendered = _environment().get_template(template).render(**given)
    title, _, rest = rendered.strip().partition("\n")
    return title.strip(), "\n".join(
        line.strip() for line in rest.strip().splitlines() if line.strip()
    )


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
    )
    environment.filters["clock"] = _clock
    return environment


@pass_context
def _clock(context: Context, moment: str) -> str:
    """Return the hour for people: `2026-11-21T00:00:00Z` → `11-21 08:00`."""
    zone = context["zone"]
    there = datetime.fromisoformat(moment).astimezone(zone or UTC)
    return there.strftime("%m-%d %H:%M") + ("" if zone else " UTC")


@cache
def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
