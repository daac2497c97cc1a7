"""The columns of a compound's own list of requests, such as the built-in one of Wutong Court."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from fettle.demo.compound import compound
from fettle.demo.requests import BadValue, Home, Layout, Request, Where, moment, named

HOME = Home(
    code="WTY",
    name="梧桐苑 Wutong Court",
    time_zone="Asia/Shanghai",
    language="zh-CN",
    lat=31.2126,
    lon=121.4312,
)


def _read(row: Mapping[str, str], number: int) -> Request:
    return Request(
        row=number,
        source_id=f"{HOME.code}-{number}",
        opened_at=moment(row, "opened_at", ZoneInfo(HOME.time_zone)),
        category=named(row, "category"),
        text=row["text"].strip(),
        language=row["language"].strip() or HOME.language,
        where=_where(row),
        reporter_id=row["reporter"].strip() or f"resident-row-{number}",
    )


def _where(row: Mapping[str, str]) -> Where:
    """The unit, else the spot; one that the compound does not have stays as text and has no
    coordinates.
    """
    place = compound()
    building, unit, spot = row["building"].strip(), row["unit"].strip(), row["spot"].strip()
    if known := place.spots.get(spot):
        return Where(spot=spot, lat=known.lat, lon=known.lon)
    if (house := place.buildings.get(building)) and unit in house.units:
        return Where(building=building, unit=unit, lat=house.lat, lon=house.lon)
    if not (text := " ".join(part for part in (building, unit, spot) if part)):
        raise BadValue("unit", row["unit"], "neither a unit nor a spot is given")
    return Where(address=text)


LAYOUT = Layout(
    name="a compound's own list",
    columns=("opened_at", "reporter", "language", "category", "building", "unit", "spot", "text"),
    home=HOME,
    read=_read,
)
