"""Houston's 311 columns."""

from collections.abc import Mapping
from hashlib import sha256
from zoneinfo import ZoneInfo

from fettle.demo.requests import Home, Layout, Request, Where, coordinates, moment, named

HOME = Home(
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
    kind, address = named(row, "SR TYPE"), row["SR LOCATION"].strip()
    lat, lon = coordinates(row["LATITUDE"], row["LONGITUDE"])
    case = row["CASE NUMBER"].strip() or f"row {number}"
    return Request(
        row=number,
        source_id=case,
        opened_at=moment(row, "SR CREATE DATE", ZoneInfo(HOME.time_zone)),
        category=CATEGORY_OF_TYPE.get(kind.lower(), "other"),
        title=f"Houston 311 {case}",
        language="en",
        where=Where(address=address or None, lat=lat, lon=lon),
        reporter_id="hou-" + sha256((address or case).encode()).hexdigest()[:12],
        answers={
            name: value
            for name, value in (("type", kind), ("queue", row["QUEUE"].strip()))
            if value
        },
    )


LAYOUT = Layout(
    name="Houston 311",
    columns=(
        "CASE NUMBER",
        "SR LOCATION",
        "SR TYPE",
        "QUEUE",
        "SR CREATE DATE",
        "LATITUDE",
        "LONGITUDE",
    ),
    home=HOME,
    read=_read,
)
