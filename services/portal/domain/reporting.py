"""A report as it is filled in, on its way to tickets."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.domain.place_words import building_name
from services.portal.domain.site_words import name_of

MAX_TEXT = 4000
MAX_PLACE = 200
MAX_ANSWER = 300
MAX_ANSWERS = 12
OTHER_PLACE = "list"
"""The choice of a place that is not among the likely ones."""
_PLACE_CODE = re.compile(r"[23456789A-HJ-NP-Z]{10}")


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What is wrong with one field: a message with what it says."""

    field: str
    key: str
    said: Mapping[str, str | int] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Option:
    code: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a category, as a form puts it; `field` is what its answer is sent as."""

    code: str
    field: str
    name: str
    kind: str
    required: bool
    options: Sequence[Option] = ()
    min: float | None = None
    max: float | None = None
    unit: str = ""
    why: str = ""
    """What is wrong with the answer that was given; empty where none was looked at."""

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(option.code, option.name) for option in self.options]

    @property
    def bounds(self) -> tuple[str, str] | None:
        """The least and the greatest number that fit, as they are written."""
        if self.min is None or self.max is None:
            return None
        return f"{self.min:g}", f"{self.max:g}"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A category, as a form offers it."""

    code: str
    name: str
    icon: str
    questions: Sequence[Question] = ()


_ICONS = {
    "plumbing": "drop",
    "electrical": "bolt",
    "heating": "heat",
    "lift": "lift",
    "lock": "lock",
    "door_window": "window",
    "gas": "flame",
    "appliance": "plug",
    "cleaning": "broom",
    "garden": "leaf",
    "patrol": "shield",
    "other": "more",
}
_ICON_OF_NATURE = {"fault": "wrench", "praise": "star"}
_MAX_TILES = 12


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """The categories of a site: the first dozen of faults, those behind them, and what is no
    fault.
    """

    first: Sequence[Tile]
    more: Sequence[Tile]
    desk: Sequence[Tile]

    @property
    def all(self) -> Sequence[Tile]:
        return (*self.first, *self.more, *self.desk)


def tiles(site: Mapping[str, Any], language: str) -> Tiles:
    """Return the site's categories in the order that it lists them, `other` last."""
    faults: list[Tile] = []
    desk: list[Tile] = []
    for category in site.get("categories", ()):
        tile = _tile(category, language)
        (faults if category.get("nature", "fault") == "fault" else desk).append(tile)
    faults.sort(key=lambda tile: tile.code == "other")
    if len(faults) > _MAX_TILES:
        last = [tile for tile in faults if tile.code == "other"]
        first = faults[: _MAX_TILES - len(last)]
        return Tiles(
            first=(*first, *last),
            more=[tile for tile in faults if tile not in first and tile not in last],
            desk=desk,
        )
    return Tiles(first=faults, more=(), desk=desk)


def icon_of(category: Mapping[str, Any]) -> str:
    """Return the icon of a category."""
    known = _ICONS.get(str(category.get("code")))
    return known or _ICON_OF_NATURE.get(str(category.get("nature", "fault")), "chat")


def _tile(category: Mapping[str, Any], language: str) -> Tile:
    code = str(category["code"])
    return Tile(
        code=code,
        name=name_of(category, language),
        icon=icon_of(category),
        questions=[
            question_of(each, language, field=f"q-{code}-{each['code']}")
            for each in category.get("questions", ())
        ],
    )


def question_of(
    question: Mapping[str, Any], language: str, *, field: str, why: str = ""
) -> Question:
    """Return the question as a form puts it."""
    return Question(
        code=str(question["code"]),
        field=field,
        name=name_of(question, language),
        kind=str(question.get("kind", "text")),
        required=bool(question.get("required", True)),
        options=[
            Option(code=str(each["code"]), name=name_of(each, language))
            for each in question.get("options", ())
        ],
        min=question.get("min"),
        max=question.get("max"),
        unit=str(question.get("unit") or ""),
        why=why,
    )


def place_code_in(said: str) -> str | None:
    """Return the place code, as it is written on a label, where these words are one."""
    code = "".join(unicodedata.normalize("NFKC", said).split()).replace("-", "").upper()
    return code if _PLACE_CODE.fullmatch(code) else None


def where(site: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, str]:
    """Return the place that the form names, as tickets takes it: a unit, a spot or words; empty
    where it names none. What the site does not list is a unit in the reporter's words.
    """
    said = fields.get("place", "").strip()
    if said and said != OTHER_PLACE:
        spots = {str(each["code"]) for each in site.get("spots", ())}
        return {"spot": said} if said in spots else {"unit": said}
    spot = fields.get("spot", "").strip()
    if spot:
        return {"spot": spot}
    building, unit = fields.get("building", "").strip(), fields.get("unit", "").strip()
    words = fields.get("where", "").strip()
    found = {"address": words} if words else {}
    if unit:
        found["unit"] = f"{building}-{unit}" if building else unit
    elif building and not words:
        found["address"] = building_name(site, building)
    return found


def answers_in(
    questions: Sequence[Question], fields: Mapping[str, str]
) -> tuple[dict[str, str], list[Wrong]]:
    """Return what was answered, and what is too long for an answer."""
    said = {
        each.code: (each.field, answer)
        for each in questions
        if each.kind != "photo" and (answer := fields.get(each.field, "").strip())
    }
    wrongs = [
        Wrong(field=name, key="resident-wrong-answer", said={"limit": MAX_ANSWER})
        for name, answer in said.values()
        if len(answer) > MAX_ANSWER
    ]
    return {code: answer for code, (_, answer) in list(said.items())[:MAX_ANSWERS]}, wrongs


def wrongs_in(
    fields: Mapping[str, str], place: Mapping[str, str], *, has_photo: bool
) -> list[Wrong]:
    """Return what has to be mended before a report can be sent."""
    wrongs: list[Wrong] = []
    text = fields.get("text", "").strip()
    if not fields.get("category", "").strip():
        wrongs.append(Wrong(field="category", key="resident-wrong-category"))
    if not place:
        wrongs.append(Wrong(field="place", key="resident-wrong-place"))
    if any(len(part) > MAX_PLACE for part in place.values()):
        limit = {"limit": MAX_PLACE}
        wrongs.append(Wrong(field="place", key="resident-wrong-place-long", said=limit))
    if not text and not has_photo:
        wrongs.append(Wrong(field="text", key="resident-wrong-text"))
    if len(text) > MAX_TEXT:
        long = {"n": len(text), "limit": MAX_TEXT}
        wrongs.append(Wrong(field="text", key="resident-wrong-text-long", said=long))
    return wrongs


def places_of(site: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the site's buildings and its spots, each as code and name."""
    buildings = [(each["code"], each.get("name") or each["code"]) for each in site["buildings"]]
    spots = [(each["code"], each.get("name") or each["code"]) for each in site["spots"]]
    return buildings, spots
