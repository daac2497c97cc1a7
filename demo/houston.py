"""The columns of Houston's 311 portal."""

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
    code="HOU",
    name="Houston",
    time_zone="America/Chicago",
    language="en",
    lat=29.7604,
    lon=-95.3698,
)
CATEGORY_OF_TYPE: Mapping[str, str] = {
    "pothole": "road",
    "street hazard": "road",
    "street condition": "road",
    "sidewalk": "road",
    "traffic signal maintenance": "electrical",
    "street light": "electrical",
    "water leak": "plumbing",
    "sewer wastewater": "plumbing",
    "storm drainage": "plumbing",
    "drainage": "plumbing",
    "flooding": "plumbing",
    "missed garbage pickup": "cleaning",
    "missed recycling pickup": "cleaning",
    "trash dumping or illegal dumpsite": "cleaning",
    "nuisance on property": "cleaning",
    "tree removal": "garden",
    "noise": "patrol",
}


def _read(row: Mapping[str, str], number: int) -> Request:
    kind, address = required_type(row, "SR TYPE"), row["SR LOCATION"].strip()
    lat, lon = coordinates(row["LATITUDE"], row["LONGITUDE"])
    case = row["CASE NUMBER"].strip() or f"row {number}"
    return Request(
        row=number,
        source_id=case,
        opened_at=local_time(row, "SR CREATE DATE", ZoneInfo(SITE.time_zone)),
        category=CATEGORY_OF_TYPE.get(kind.lower(), "other"),
        title=f"Houston 311 {case}",
        language="en",
        where=Where(address=address or None, lat=lat, lon=lon),
        reporter_id=pseudonym("hou", address or case),
        answers=answers_of(type=kind, queue=row["QUEUE"]),
    )


LAYOUT = Layout(
    form=portal_form(
        "Houston 311",
        "CASE NUMBER",
        "SR LOCATION",
        "SR TYPE",
        "QUEUE",
        "SR CREATE DATE",
        "LATITUDE",
        "LONGITUDE",
        opened_at="SR CREATE DATE",
    ),
    site=SITE,
    read=_read,
)
