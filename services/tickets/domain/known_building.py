"""One building as people call it, and its units."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from services.tickets.domain.folding import fold, without_zeros
from services.tickets.domain.spellings import Level, Reading, spellings_of


class UnitKey(NamedTuple):
    """A unit by its codes; as text `3-1202`, or `5-1-1202` where the building has entrances."""

    building: str
    entrance: str | None
    unit: str

    def __str__(self) -> str:
        return "-".join(code for code in self if code is not None)


class KnownBuilding:
    """One building: its units by what people call them, and what it is called itself."""

    def __init__(self, code: str, name: str, units: Sequence[str]) -> None:
        self.code, self.name = code, name
        self._units = units
        self.codes, self.is_code_literal = names_of_building(code)
        names, self.is_name_literal = names_of_building(name)
        self.names = names or self.codes

    @cached_property
    def keys(self) -> tuple[UnitKey, ...]:
        parted = (unit.rpartition("-") for unit in self._units)
        return tuple(UnitKey(self.code, entrance or None, unit) for entrance, _, unit in parted)

    @cached_property
    def _has_entrances(self) -> bool:
        return any(key.entrance is not None for key in self.keys)

    def may_have_entrance(self, reading: Reading) -> bool:
        """Return whether what is read as an entrance may be one: the site names none here."""
        said = reading.entrance or ""
        is_likely = len(said) <= 2 and not self.rooms(said)
        return not self._has_entrances and (Level.ENTRANCE in reading.marked or is_likely)

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the codes in it, to tell words from them."""
        return frozenset(code.lower() for key in self.keys for code in key[1:] if code)

    def rooms(self, said: str) -> Sequence[UnitKey]:
        """Return the units of that code, whatever their entrance; zeros before it do not count
        where they tell no two units of one entrance apart.
        """
        alike = self._by_room.get(without_zeros(said), ())
        exact = {key.entrance for key in alike if key.unit.lower() == said}
        return [key for key in alike if key.entrance not in exact or key.unit.lower() == said]

    @cached_property
    def _by_room(self) -> dict[str, list[UnitKey]]:
        found: dict[str, list[UnitKey]] = {}
        for key in self.keys:
            found.setdefault(without_zeros(key.unit.lower()), []).append(key)
        return found


def units_on_floor(building: KnownBuilding, reading: Reading) -> Iterator[tuple[UnitKey, bool]]:
    """Yield the units of the reading's room, and whether they are on its floor.

    `12层02室` is `1202`, which only a named floor says for sure.
    """
    room, floor = reading.room, reading.floor
    if floor is None:
        yield from ((key, True) for key in building.rooms(room))
        return
    is_named = Level.FLOOR in reading.marked
    for key in building.rooms(room):
        its_floor = _floor_of(key.unit.lower())
        fits = its_floor == without_zeros(floor) or (its_floor is None and is_named)
        if fits or len(room) > 2:
            yield key, fits
    if len(room) <= 2:
        for key in dict.fromkeys(
            (*building.rooms(floor + room.zfill(2)), *building.rooms(floor + room))
        ):
            yield key, is_named


def _floor_of(unit: str) -> str | None:
    """Return the floor that the unit's code begins with; None where it says none."""
    found = re.fullmatch(r"([0-9]+)(?:[0-9]{2}|[a-z])", unit)
    return without_zeros(found[1]) if found else None


def names_of_building(name: str) -> tuple[frozenset[str], bool]:
    """Return the number or letters of a building's name (`3` of `3号楼`) as people say it; none
    where it has more in it, and True where the name has to be found as it is.
    """
    spelling = spellings_of(fold(name), known=())[0]
    called = {value.text for value in spelling.values}
    may_be_building = all(Level.BUILDING in value.levels for value in spelling.values)
    if len(called) == 1 and may_be_building and not spelling.says_more:
        return frozenset(called), False
    return frozenset(), bool(called) or spelling.says_more
