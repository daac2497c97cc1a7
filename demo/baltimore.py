"""The columns of Baltimore's 311 portal. A type begins with its department: `SW-Dirty Alley`."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from demo.requests import (
    Layout,
    Request,
    SiteProfile,
    Where,
    answers_of,
    coordinates,
    local_time,
    portal_form,
    pseudonym,
    required_type,
)

SITE = SiteProfile(
    code="BAL",
    name="Baltimore",
    time_zone="America/New_York",
    language="en",
    lat=39.2904,
    lon=-76.6122,
)
CATEGORY_OF_TYPE: Mapping[str, str] = {
    "ww-water leak (exterior)": "plumbing",
    "ww-sewer overflow": "plumbing",
    "ww-water in basement": "plumbing",
    "ww-storm drain": "plumbing",
    "ww-no water": "plumbing",
    "sw-dirty alley": "cleaning",
    "sw-dirty street": "cleaning",
    "sw-mixed refuse": "cleaning",
    "sw-bulk scheduled": "cleaning",
    "sw-rat rubout": "cleaning",
    "hcd-sanitation property": "cleaning",
    "tm-street light out": "electrical",
    "trs-street light out": "electrical",
    "tm-traffic signal maintenance": "electrical",
    "tm-potholes": "road",
    "trm-potholes": "road",
    "trm-sidewalk": "road",
    "for-tree down": "garden",
    "forestry-tree maintenance": "garden",
    "trs-parking complaints": "patrol",
    "hcd-vacant building": "door_window",
}


def _read(row: Mapping[str, str], number: int) -> Request:
    kind, address = required_type(row, "SRType"), row["Address"].strip()
    lat, lon = coordinates(row["Latitude"], row["Longitude"])
    case = row["ServiceRequestNum"].strip() or f"row {number}"
    return Request(
        row=number,
        source_id=case,
        opened_at=local_time(row, "CreatedDate", ZoneInfo(SITE.time_zone)),
        category=CATEGORY_OF_TYPE.get(kind.lower(), "other"),
        title=f"Baltimore 311 {case}",
        language="en",
        where=Where(address=address or None, lat=lat, lon=lon),
        reporter_id=pseudonym("bal", address or case),
        answers=answers_of(type=kind, agency=row["Agency"]),
    )


LAYOUT = Layout(
    form=portal_form(
        "Baltimore 311",
        "ServiceRequestNum",
        "SRType",
        "CreatedDate",
        "Agency",
        "Address",
        "Latitude",
        "Longitude",
        opened_at="CreatedDate",
    ),
    site=SITE,
    read=_read,
)
