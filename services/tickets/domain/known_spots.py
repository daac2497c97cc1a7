"""The public spots of a site, found by what people write."""

import re
from collections.abc import Iterable, Sequence

from services.tickets.domain.folding import fold
from services.tickets.domain.known_units import KnownUnits

_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\s\-/,.:、·]+(?=[0-9])")
_GAP = re.compile(r"[\s\-/,.:、·]+")
_OF_BUILDING = re.compile(r"(?<=[0-9a-z])(?:号楼|号栋|号幢|号座|#楼|#|栋|幢|座)")
_BUILDING_FIRST = re.compile(r"([0-9]+|[a-z])(?:号楼|号栋|号幢|号座|#楼|#|栋|幢|座)(.+)")


class KnownSpots:
    """Spots, each with its code, its name and the code of its building."""

    def __init__(self, spots: Iterable[tuple[str, str, str | None]], buildings: KnownUnits) -> None:
        self._buildings = buildings
        self._codes: dict[str, tuple[str, str | None]] = {}
        self._by_name: dict[str, list[str]] = {}
        for code, name, building in spots:
            self._codes[code] = (name, building)
            for key in dict.fromkeys((_plain(code), _plain(name))):
                if key:
                    self._by_name.setdefault(key, []).append(code)

    def find(self, said: str) -> Sequence[str]:
        """Return the codes of the spots of that code or name, width, case and gaps aside; of a
        building's (`3号楼大堂`) where it has one of that name.
        """
        if said in self._codes:
            return (said,)
        if found := [code for code, (name, _) in self._codes.items() if name == said]:
            return found
        if alike := self._by_name.get(_plain(said)):
            return alike
        first = _BUILDING_FIRST.fullmatch(fold(said))
        if first is None:
            return ()
        buildings = self._buildings.buildings_called(f"{first[1]}栋")
        named = self._by_name.get(_plain(first[2]), ())
        return [code for code in named if self._codes[code][1] in buildings]


def _plain(said: str) -> str:
    """Return the words in one form for many; digits that stand apart stay so."""
    apart = _BETWEEN_DIGITS.sub("|", fold(said))
    return _OF_BUILDING.sub("栋", _GAP.sub("", apart))
