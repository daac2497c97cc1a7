"""The columns of Chicago's 311 portal."""

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
    code="CHI",
    name="Chicago",
    time_zone="America/Chicago",
    language="en",
    lat=41.8781,
    lon=-87.6298,
)
CATEGORY_OF_TYPE: Mapping[str, str] = {
    "water in basement complaint": "plumbing",
    "sewer cleaning inspection request": "plumbing",
    "open fire hydrant complaint": "plumbing",
    "water lead test kit request": "plumbing",
    "no water complaint": "plumbing",
    "street light out complaint": "electrical",
    "alley light out complaint": "electrical",
    "traffic signal out complaint": "electrical",
    "no heat complaint": "heating",
    "pothole in street complaint": "road",
    "sidewalk inspection request": "road",
    "alley pothole complaint": "road",
    "graffiti removal request": "cleaning",
    "rodent baiting/rat complaint": "cleaning",
    "garbage cart maintenance": "cleaning",
    "sanitation code violation": "cleaning",
    "tree debris clean-up request": "garden",
    "tree trim request": "garden",
    "tree emergency": "garden",
    "noise complaint": "patrol",
    "abandoned vehicle complaint": "patrol",
}


def _read(row: Mapping[str, str], number: int) -> Request:
    kind, address = required_type(row, "SR_TYPE"), row["STREET_ADDRESS"].strip()
    lat, lon = coordinates(row["LATITUDE"], row["LONGITUDE"])
    case = row["SR_NUMBER"].strip() or f"row {number}"
    return Request(
        row=number,
        source_id=case,
        opened_at=local_time(row, "CREATED_DATE", ZoneInfo(SITE.time_zone)),
        category=CATEGORY_OF_TYPE.get(kind.lower(), "other"),
        title=f"Chicago 311 {case}",
        language="en",
        where=Where(address=address or None, lat=lat, lon=lon),
        reporter_id=pseudonym("chi", address or case),
        answers=answers_of(type=kind, department=row["OWNER_DEPARTMENT"]),
    )


LAYOUT = Layout(
    form=portal_form(
        "Chicago 311",
        "SR_NUMBER",
        "SR_TYPE",
        "CREATED_DATE",
        "OWNER_DEPARTMENT",
        "STREET_ADDRESS",
        "LATITUDE",
        "LONGITUDE",
        opened_at="CREATED_DATE",
    ),
    site=SITE,
    read=_read,
)
