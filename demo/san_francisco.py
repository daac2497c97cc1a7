"""The columns of San Francisco's 311 portal: sewers, the Housing Authority, streets and noise."""

import re
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
    code="SF",
    name="San Francisco",
    time_zone="America/Los_Angeles",
    language="en",
    lat=37.7749,
    lon=-122.4194,
)
HOUSING = "SFHA Requests"
CATEGORY_OF_TYPE: Mapping[str, str] = {
    # the Housing Authority's trades
    "glazier": "door_window",
    "laborer": "cleaning",
    "plumber": "plumbing",
    "electrician": "electrical",
    "locksmith": "lock",
    "elevator": "lift",
    "gardener": "garden",
    "carpenter": "door_window",
    # the city's own
    "flooding": "plumbing",
    "odor": "plumbing",
    "traffic": "patrol",
    "sirens": "patrol",
}
CATEGORY_OF_CATEGORY: Mapping[str, str] = {
    # where the type says as little as "other"
    "sewer issues": "plumbing",
    "street defects": "road",
    "noise report": "patrol",
}
PRIORITY_OF_GRADE: Mapping[str, str] = {
    "emergency": "emergency",
    "urgent": "urgent",
    "routine": "normal",
    "preventive": "low",
}

_APARTMENT = re.compile(r",\s*(?:Apt|Apartment|Unit)\.?\s*#?\s*(?P<unit>[\w-]+)", re.IGNORECASE)


def _read(row: Mapping[str, str], number: int) -> Request:
    kind, heading = required_type(row, "complaint_type"), row["category"].strip()
    address = row["incident_address"].strip()
    lat, lon = coordinates(row["latitude"], row["longitude"])
    case = row["unique_key"].strip() or f"row {number}"
    apartment = _APARTMENT.search(address)
    return Request(
        row=number,
        source_id=case,
        opened_at=local_time(row, "created_date", ZoneInfo(SITE.time_zone)),
        category=_category(kind, heading),
        priority=_priority(heading, row["descriptor"]),
        title=f"San Francisco 311 {case}",
        language="en",
        where=Where(
            address=address or None, unit=apartment["unit"] if apartment else None, lat=lat, lon=lon
        ),
        reporter_id=pseudonym("sf", address or case),
        answers=answers_of(type=f"{heading}: {kind}", detail=row["descriptor"]),
    )


def _category(kind: str, heading: str) -> str:
    return CATEGORY_OF_TYPE.get(kind.lower()) or CATEGORY_OF_CATEGORY.get(heading.lower(), "other")


def _priority(heading: str, descriptor: str) -> str | None:
    """Return the grade that ends the descriptor of a Housing Authority request, as a priority."""
    if heading != HOUSING:
        return None
    return PRIORITY_OF_GRADE.get(descriptor.rpartition(" ")[2].strip().lower())


LAYOUT = Layout(
    form=portal_form(
        "San Francisco 311",
        "unique_key",
        "created_date",
        "category",
        "complaint_type",
        "descriptor",
        "incident_address",
        "latitude",
        "longitude",
        opened_at="created_date",
    ),
    site=SITE,
    read=_read,
)
