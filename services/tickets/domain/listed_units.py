"""Which unit a row of a list of places means, however it parts building, entrance and room."""

import re

from services.tickets.domain.folding import fold
from services.tickets.domain.known_building import UnitKey, names_of_building
from services.tickets.domain.site import Site
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell

_CODE = re.compile(r"[0-9A-Za-z㐀-鿿]{1,20}")
_PART = re.compile(r"[0-9A-Za-z]{1,20}")
_ENTRANCE = r"(?P<entrance>[0-9A-Za-z一二三四五六七八九十]{1,3})单元"
_WITH_ENTRANCE = re.compile(rf"(?P<building>[^-]+?)[\s-]*{_ENTRANCE}")
"""A building that names one of its entrances too: `3号楼1单元`."""
_SPOKEN = re.compile(
    r"(?:(?P<building>[^-]*?(?:号楼|号?[栋幢座]|公寓))[\s-]*)?"
    rf"(?:{_ENTRANCE}[\s-]*)?(?:[0-9]{{1,3}}层[\s-]*)?(?P<room>[0-9A-Za-z]{{1,20}})(?:室|号?房|号|户)?"
)
"""A room with what it is in: `3号楼1单元1202室`."""
_OF_ENTRANCE = re.compile(r"(?:单元|门|号)$")
_OF_ROOM = re.compile(r"(?:室|号|房|号房|户)$")


class ListedUnits:
    """Reads the rows of a list for a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known = {building.code for building in site.buildings}
        self._codes: dict[str, str] = {}
        self.called: dict[str, str] = {}
        """New buildings by their codes, as the list calls them first."""

    def unit_of(self, row: SheetRow) -> UnitKey:
        """Return the unit that the row means. Raises WrongCell."""
        said, entrance = row.text("building"), row.text("entrance")
        room = row.text("room") or ""
        spoken = _SPOKEN.fullmatch(room)
        if spoken is not None and (spoken.group("building") or spoken.group("entrance")):
            said, entrance = self._same(said, entrance, spoken, "room")
            room = spoken.group("room")
        if said is not None and (both := _WITH_ENTRANCE.fullmatch(said)) is not None:
            said, entrance = self._same(None, entrance, both, "building")
        parts = _parts_of(room)
        if said is None and len(parts) > 1:
            said, *parts = parts
        if said is None:
            raise WrongCell(
                "building", "missing_building", "is missing: say which building the room is in"
            )
        building = self._code_of(said)
        if len(parts) == 3 and self._is(parts[0], building):
            parts = parts[1:]
        if len(parts) == 2 and entrance is None:
            if self._is(parts[0], building):
                raise WrongCell(
                    "room",
                    "room_or_entrance",
                    "may be room {room}, or that of entrance {entrance}: write building, "
                    "entrance and room in columns of their own",
                    room=parts[1],
                    entrance=parts[0],
                )
            entrance, *parts = parts
        if entrance is not None:
            entrance = _part_of(_bare(entrance), "entrance")
        if len(parts) == 2 and _part_of(parts[0].upper(), "room") == entrance:
            parts = parts[1:]
        if len(parts) != 1:
            raise WrongCell("room", "more_than_room", "has more in it than a room: write 1202")
        return UnitKey(building, entrance, _part_of(parts[0], "room"))

    def _same(
        self, building: str | None, entrance: str | None, more: re.Match[str], column: str
    ) -> tuple[str | None, str | None]:
        """Return building and entrance with what a cell says of them too. Raises WrongCell where
        that is another.
        """
        other, of_entrance = more.group("building"), more.group("entrance")
        if building and other and not self._is(other, self._code_of(building)):
            raise _differs(column)
        if entrance and of_entrance and _bare(entrance) != _bare(of_entrance):
            raise _differs(column)
        return building or other, of_entrance or entrance

    def _code_of(self, said: str) -> str:
        """Return the code of the building that is called so, a new one where none is. Raises
        WrongCell.
        """
        if said not in self._codes:
            self._codes[said] = self._find_code(said)
        return self._codes[said]

    def _is(self, said: str, building: str) -> bool:
        """Return whether a building of that code is called so."""
        try:
            return self._code_of(said) == building
        except WrongCell:
            return False

    def _find_code(self, said: str) -> str:
        if said in self._known:
            return said
        known = sorted(self._site.buildings_called(said))
        if len(known) > 1:
            raise WrongCell(
                "building",
                "several_buildings",
                "may be {buildings}: write the building's code",
                buildings=" / ".join(known),
            )
        if known:
            return known[0]
        called, _ = names_of_building(said)
        code = next(iter(called)).upper() if len(called) == 1 else said
        if not _CODE.fullmatch(code):
            raise WrongCell(
                "building",
                "no_building_code",
                "has to be of digits, letters and Chinese characters, 20 at most",
            )
        self.called.setdefault(code, said)
        return code


def _differs(column: str) -> WrongCell:
    return WrongCell(
        column, "names_another", "names another building or entrance than the columns beside it"
    )


def _bare(entrance: str) -> str:
    """Return the entrance without the word for it."""
    return _OF_ENTRANCE.sub("", fold(entrance).upper())


def _parts_of(room: str) -> list[str]:
    return [_OF_ROOM.sub("", part.strip()) for part in room.split("-")]


def _part_of(text: str, column: str) -> str:
    if not _PART.fullmatch(text):
        raise WrongCell(
            column,
            "no_room_code",
            "has to be of digits and Latin letters, 20 at most, such as 1202",
        )
    return text
