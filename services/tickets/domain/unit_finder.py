"""Finds the units that lists name by building, entrance and room."""

from services.tickets.domain.site import Site

Candidates = tuple[str, ...]


class UnitFinder:
    """Of one site; what was found once is remembered."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._buildings: dict[str, str | None] = {}
        self._units: dict[tuple[str | None, str | None, str], str | Candidates] = {}

    def find(self, building: str | None, entrance: str | None, room: str) -> str | Candidates:
        """Return the unit's key, or those that may be meant."""
        said = building, entrance, room
        if said not in self._units:
            self._units[said] = self._find(*said)
        return self._units[said]

    def _find(self, building: str | None, entrance: str | None, room: str) -> str | Candidates:
        code = None if building is None else self._code_of(building)
        parts = [code or building, entrance, room]
        may_be: Candidates = ()
        for said in ("-".join(part for part in parts if part), spoken(building, entrance, room)):
            found = self._site.find_unit(said)
            if found.unit is not None:
                return str(found.unit)
            may_be = may_be or tuple(map(str, found.candidates))
        alone = self._site.find_unit(room).unit  # as in `3号楼1202室`, beside its building
        if alone is not None and alone.building == code:
            return str(alone)
        return may_be

    def _code_of(self, building: str) -> str | None:
        if building not in self._buildings:
            found = self._site.buildings_called(building)
            self._buildings[building] = next(iter(found)) if len(found) == 1 else None
        return self._buildings[building]


def spoken(building: str | None, entrance: str | None, room: str) -> str:
    """Return the unit as people say it."""
    parts = (building, f"{entrance}单元" if entrance else None, room)
    return " ".join(part for part in parts if part)
