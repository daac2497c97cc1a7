"""Buildings with their units, as a site is put and read."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.tickets.domain.buildings import MAX_UNITS
from services.tickets.domain.site import Building
from shared.http.fields import Body, Latitude, Longitude, Number, Reply, ShortWords

_Unit = Annotated[str, StringConstraints(pattern=r"^([0-9A-Za-z]{1,20}-)?[0-9A-Za-z]{1,20}$")]
_Area = Annotated[Number, Field(ge=0.01, le=100_000), AfterValidator(lambda area: round(area, 2))]


def _few_enough(units: Any) -> Any:
    """Say what to do with too many units, which a maximum alone does not."""
    if isinstance(units, list) and len(units) > MAX_UNITS:
        raise PydanticCustomError(
            "too_many_units",
            "has {n} units, and a building takes {limit}: list the rest as another building",
            {"n": len(units), "limit": MAX_UNITS},
        )
    return units


class UnitIn(Body):
    """A unit with its area, to two decimals."""

    unit: _Unit = Field(examples=["1202"])
    area_m2: _Area | None = Field(None, examples=[89.47])


class BuildingIn(Body):
    """A unit of it is known as `<code>-<unit>`, such as `3-1202`. Where entrances (单元) tell units
    apart, a unit is listed with its own: `1-1202` of building 5 is known as `5-1-1202`. It is
    listed alone, or with its area. A building takes 1,200 units, a larger one is two.
    """

    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z㐀-鿿]{1,20}$")]
    name: ShortWords = ""
    units: Annotated[
        list[_Unit | UnitIn], Field(max_length=MAX_UNITS), BeforeValidator(_few_enough)
    ] = []
    lat: Latitude | None = None
    lon: Longitude | None = None

    def building(self) -> Building:
        areas_m2 = {
            each.unit: each.area_m2
            for each in self.units
            if isinstance(each, UnitIn) and each.area_m2 is not None
        }
        return Building(
            code=self.code,
            name=self.name,
            units=tuple(each if isinstance(each, str) else each.unit for each in self.units),
            lat=self.lat,
            lon=self.lon,
            areas_m2=areas_m2,
        )


class UnitOut(Reply):
    unit: str
    area_m2: float


class BuildingOut(Reply):
    """Units as they are put: alone, or with the area where it is known."""

    code: str
    name: str
    units: tuple[str | UnitOut, ...]
    lat: float | None
    lon: float | None

    @classmethod
    def of(cls, building: Building) -> "BuildingOut":
        areas = building.areas_m2
        units = tuple(
            UnitOut(unit=unit, area_m2=areas[unit]) if unit in areas else unit
            for unit in building.units
        )
        return cls(
            code=building.code,
            name=building.name,
            units=units,
            lat=building.lat,
            lon=building.lon,
        )
