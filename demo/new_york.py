"""The columns of New York's 311 portal, under their former names too."""

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
    code="NYC",
    name="New York",
    time_zone="America/New_York",
    language="en",
    lat=40.7128,
    lon=-74.006,
)
CATEGORY_OF_TYPE: Mapping[str, str] = {
    "heat/hot water": "heating",
    "plumbing": "plumbing",
    "water leak": "plumbing",
    "water system": "plumbing",
    "sewer": "plumbing",
    "electric": "electrical",
    "street light condition": "electrical",
    "traffic signal condition": "electrical",
    "elevator": "lift",
    "door/window": "door_window",
    "appliance": "appliance",
    "unsanitary condition": "cleaning",
    "dirty condition": "cleaning",
    "missed collection": "cleaning",
    "street condition": "road",
    "sidewalk condition": "road",
    "damaged tree": "garden",
    "overgrown tree/branches": "garden",
    "noise - residential": "patrol",
    "noise - street/sidewalk": "patrol",
    "illegal parking": "patrol",
    "blocked driveway": "patrol",
}


def _read(row: Mapping[str, str], number: int) -> Request:
    kind, address = required_type(row, "Problem"), row["Incident Address"].strip()
    lat, lon = coordinates(row["Latitude"], row["Longitude"])
    case = row["Unique Key"].strip() or f"row {number}"
    return Request(
        row=number,
        source_id=case,
        opened_at=local_time(row, "Created Date", ZoneInfo(SITE.time_zone)),
        category=CATEGORY_OF_TYPE.get(kind.lower(), "other"),
        title=f"New York 311 {case}",
        language="en",
        where=Where(address=address or None, lat=lat, lon=lon),
        reporter_id=pseudonym("nyc", address or case),
        answers=answers_of(type=kind, detail=row["Problem Detail"]),
    )


LAYOUT = Layout(
    form=portal_form(
        "New York 311",
        "Unique Key",
        "Created Date",
        "Problem",
        "Problem Detail",
        "Incident Address",
        "Latitude",
        "Longitude",
        opened_at="Created Date",
        headings={
            "Problem": ("Complaint Type", "Problem (formerly Complaint Type)"),
            "Problem Detail": ("Descriptor", "Problem Detail (formerly Descriptor)"),
        },
    ),
    site=SITE,
    read=_read,
)
