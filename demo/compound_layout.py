"""The columns of a compound's own list of requests, such as the built-in one of Wutong Court."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from demo.catalogue import code_of
from demo.compound import compound
from demo.requests import (
    BadValue,
    Layout,
    Request,
    SiteProfile,
    Where,
    local_time,
    required_type,
)
from shared.sheets import Column, Form

SITE = SiteProfile(
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
        source_id=f"{SITE.code}-{number}",
        opened_at=local_time(row, "opened_at", ZoneInfo(SITE.time_zone)),
        category=code_of(required_type(row, "category")),
        text=row["text"].strip(),
        language=row["language"].strip() or SITE.language,
        where=_where(row),
        reporter_id=row["reporter"].strip() or f"resident-row-{number}",
    )


def _where(row: Mapping[str, str]) -> Where:
    """Return the spot, else the unit, with its coordinates; one that is unknown stays as text.

    Raises BadValue where neither is given.
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
    form=Form(
        name="a compound's own list",
        columns=(
            Column(name="opened_at", headings=("报修时间", "时间", "日期", "opened"), is_date=True),
            Column(name="reporter", headings=("报修人", "业主", "住户"), required=False),
            Column(name="language", headings=("语言",), required=False),
            Column(name="category", headings=("类别", "分类", "报修类别", "报修类型")),
            Column(name="building", headings=("楼栋", "楼号", "楼幢")),
            Column(name="unit", headings=("房号", "室号", "单元房号")),
            Column(name="spot", headings=("点位", "公共区域", "地点"), required=False),
            Column(name="text", headings=("内容", "描述", "故障描述", "报修内容")),
        ),
    ),
    site=SITE,
    read=_read,
)
