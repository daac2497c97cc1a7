"""The units of a site, found by what people write."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from services.tickets.domain.folding import fold, without_zeros
from services.tickets.domain.known_building import KnownBuilding, UnitKey, units_on_floor
from services.tickets.domain.spellings import Level, Reading, spellings_of

MAX_CANDIDATES = 10
_ZEROS = "0*"
"""Stands before a number that may have zeros there."""


@dataclass(frozen=True, kw_only=True)
class UnitMatch:
    """The one unit that was meant; or those that may have been, in the order of the site.

    `says_more` of a unit whose entrance the site does not tell apart.
    """

    unit: UnitKey | None = None
    says_more: bool = False
    candidates: tuple[UnitKey, ...] = ()


@dataclass
class _Found:
    """Units by how well they fit what was said, and whether something of it is left over."""

    sure: dict[UnitKey, bool] = field(default_factory=dict)
    fair: dict[UnitKey, bool] = field(default_factory=dict)
    guessed: dict[UnitKey, bool] = field(default_factory=dict)

    @staticmethod
    def add(units: dict[UnitKey, bool], key: UnitKey, *, says_more: bool = False) -> None:
        units[key] = units.get(key, True) and says_more


class KnownUnits:
    """The buildings of a site, each with its code, its name and its units."""

    def __init__(
        self, buildings: Iterable[tuple[str, str, Sequence[str]]], *, site_name: str
    ) -> None:
        self._buildings = [KnownBuilding(*building) for building in buildings]
        self._site_names = _parts_of(fold(site_name))

    def find(self, said: str) -> UnitMatch:
        """Return the unit that is meant, where there is but one; else those that may be."""
        folded = self._with_literals(fold(said))
        spellings = spellings_of(folded, known=self._words)
        says_more = all(spelling.says_more for spelling in spellings)
        found = _Found()
        for spelling in spellings:
            for reading in spelling.readings():
                self._look_up(reading, found)
        fit = found.sure or found.fair
        if len(fit) == 1 and not says_more:
            [(unit, more)] = fit.items()
            return UnitMatch(unit=unit, says_more=more)
        may_be = fit or found.guessed
        there = {key.building for key in may_be}
        buildings = (building for building in self._buildings if building.code in there)
        in_order = (key for building in buildings for key in building.keys if key in may_be)
        return UnitMatch(candidates=tuple(islice(in_order, MAX_CANDIDATES)))

    def buildings_called(self, said: str) -> frozenset[str]:
        """Return the codes of the buildings of that name or number."""
        folded = self._with_literals(fold(said))
        spellings = spellings_of(folded, known=self._words)
        return frozenset(
            building.code
            for spelling in spellings
            if not spelling.says_more and len(spelling.values) == 1
            for building in self._named(spelling.values[0].text, is_marked=True)
        )

    def _look_up(self, reading: Reading, found: _Found) -> None:
        at, guessed = found.sure, found.guessed
        if reading.floor is not None and Level.FLOOR not in reading.marked:
            at = found.fair
        if reading.building is not None:
            is_marked = Level.BUILDING in reading.marked
            buildings = self._named(reading.building, is_marked=is_marked)
        else:
            buildings, guessed = self._buildings, {}
            if reading.entrance_may_be_building and len(buildings) == 1:
                at = found.fair
            elif reading.entrance_may_be_building or at is found.fair:
                return
            if not all(building.keys for building in buildings):
                at = found.guessed  # the unit may be in the building whose units are not known
        for building in buildings:
            for key, fits_floor in units_on_floor(building, reading):
                if not fits_floor:
                    found.add(guessed, key)
                elif reading.entrance is None:
                    told_apart = key.entrance is None or reading.building is None
                    found.add(at if told_apart else found.fair, key)
                elif key.entrance is not None:
                    is_there = _same(key.entrance, reading.entrance)
                    found.add(at if is_there else guessed, key)
                elif reading.building is not None and building.may_have_entrance(reading):
                    found.add(found.fair, key, says_more=True)
                else:
                    found.add(guessed, key)

    def _named(self, said: str, *, is_marked: bool) -> Collection[KnownBuilding]:
        """Return the buildings of that code or name: what is written as a building's name
        (`3号楼`) is the name first, what is not (`3-1202`) the code.
        """
        if (literal := self._by_literal.get(said)) is not None:
            return literal
        for plain in (said, _ZEROS + without_zeros(said)):
            by_code, by_name = self._by_code.get(plain, ()), self._by_name.get(plain, ())
            if by_code or by_name:
                return (by_name or by_code) if is_marked else (by_code or by_name)
        return ()

    def _with_literals(self, folded: str) -> str:
        """Return the text with one character for each name that is more than a number, and without
        the site's own name.
        """
        if self._literals is not None:
            folded = self._literals.sub(lambda found: self._literal_of[found[0]], folded)
        return folded if self._site_names is None else self._site_names.sub(" ", folded)

    @cached_property
    def _by_code(self) -> dict[str, list[KnownBuilding]]:
        return _indexed((code, each) for each in self._buildings for code in each.codes)

    @cached_property
    def _by_name(self) -> dict[str, list[KnownBuilding]]:
        return _indexed((name, each) for each in self._buildings for name in each.names)

    @cached_property
    def _literal_names(self) -> dict[str, list[KnownBuilding]]:
        found: dict[str, list[KnownBuilding]] = {}
        for each in self._buildings:
            for name, is_literal in (
                (each.code, each.is_code_literal),
                (each.name, each.is_name_literal),
            ):
                if is_literal and each not in found.setdefault(fold(name), []):
                    found[fold(name)].append(each)
        return found

    @cached_property
    def _literal_of(self) -> dict[str, str]:
        return {name: chr(0xE000 + n) for n, name in enumerate(self._literal_names)}

    @cached_property
    def _by_literal(self) -> dict[str, list[KnownBuilding]]:
        return {sign: self._literal_names[name] for name, sign in self._literal_of.items()}

    @cached_property
    def _literals(self) -> re.Pattern[str] | None:
        return _any_standing_alone(self._literal_of) if self._literal_of else None

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset().union(
            self._by_code, self._by_name, *(each.words for each in self._buildings)
        )


def _parts_of(site: str) -> re.Pattern[str] | None:
    """Return what finds the site's name, and the Chinese and the Latin part of it alone; None where
    the name could as well be a building's.
    """
    parts = {site, *re.findall(r"[^\x00-\x7f]{2,}", site), *re.findall(r"[a-z][a-z' -]{3,}", site)}
    names = {part.strip() for part in parts if re.search(r"[^0-9\W]..", part)}
    return _any_standing_alone(names) if names else None


def _any_standing_alone(names: Collection[str]) -> re.Pattern[str]:
    """Return what finds one of the names, the longest that fits."""
    return re.compile("|".join(map(_standing_alone, sorted(names, key=len, reverse=True))))


def _standing_alone(name: str) -> str:
    before = r"(?<![0-9a-z])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![0-9a-z])" if name[-1].isascii() and name[-1].isalnum() else ""
    return before + re.escape(name) + after


def _same(one: str, other: str) -> bool:
    return without_zeros(fold(one)) == without_zeros(other)


def _indexed(named: Iterable[tuple[str, KnownBuilding]]) -> dict[str, list[KnownBuilding]]:
    """Return the buildings by name, and by what is left of it without zeros."""
    found: dict[str, list[KnownBuilding]] = {}
    for name, building in named:
        found.setdefault(name, []).append(building)
        found.setdefault(_ZEROS + without_zeros(name), []).append(building)
    return found
