"""Wutong Court (梧桐苑), an invented compound in Shanghai: twelve buildings, three cold days."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REQUESTS = Path(__file__).parent / "requests.csv"
_SITE = Path(__file__).parent / "site.json"


@dataclass(frozen=True, kw_only=True)
class Building:
    """`units` are numbered floor and flat: 1202 is the second flat on the twelfth floor."""

    name: str
    units: tuple[str, ...]
    lat: float
    lon: float


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A public spot. `names` are keyed by language."""

    code: str
    names: Mapping[str, str]
    lat: float
    lon: float


@dataclass(frozen=True, kw_only=True)
class Compound:
    """Buildings by name and public spots by code."""

    buildings: Mapping[str, Building]
    spots: Mapping[str, Spot]


@cache
def compound() -> Compound:
    """Return the compound as site.json beside this file has it, read once."""
    site = json.loads(_SITE.read_text(encoding="utf-8"))
    buildings = {
        each["name"]: Building(
            name=each["name"],
            units=tuple(
                f"{floor:02}{flat:02}"
                for floor in range(1, each["floors"] + 1)
                for flat in range(1, each["flats"] + 1)
            ),
            lat=each["lat"],
            lon=each["lon"],
        )
        for each in site["buildings"]
    }
    spots = {each["code"]: Spot(**each) for each in site["spots"]}
    return Compound(buildings=buildings, spots=spots)
