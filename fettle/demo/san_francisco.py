"""San Francisco's 311 columns: sewers, the Housing Authority's trades, streets and noise."""

import re
from collections.abc import Mapping
from hashlib import sha256
from zoneinfo import ZoneInfo

from fettle.demo.requests import Home, Layout, Request, Where, coordinates, moment, named

HOME = Home(
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
    kind, heading, address = (
        named(row, "complaint_type"),
        row["category"].strip(),
        row["incident_address"].strip(),
    )
    lat, lon = coordinates(row["latitude"], row["longitude"])
    case = row["unique_key"].strip() or f"row {number}"
    apartment = _APARTMENT.search(address)
    return Request(
        row=number,
        source_id=case,
        opened_at=moment(row, "created_date", ZoneInfo(HOME.time_zone)),
        category=_category(kind, heading),
        priority=_priority(heading, row["descriptor"]),
        title=f"San Francisco 311 {case}",
        language="en",
        where=Where(
            address=address or None, unit=apartment["unit"] if apartment else None, lat=lat, lon=lon
        ),
        reporter_id="sf-" + sha256((address or case).encode()).hexdigest()[:12],
        answers={
            name: value
            for name, value in (
                ("type", f"{heading}: {kind}"),
                ("detail", row["descriptor"].strip()),
            )
            if value
        },
    )


def _category(kind: str, heading: str) -> str:
    return CATEGORY_OF_TYPE.get(kind.lower()) or CATEGORY_OF_CATEGORY.get(heading.lower(), "other")


def _priority(heading: str, descriptor: str) -> str | None:
    """The Housing Authority grades its requests in the last word of the descriptor; nobody else
    does.
    """
    return (
        PRIORITY_OF_GRADE.get(descriptor.rpartition(" ")[2].strip().lower())
        if heading == HOUSING
        else None
    )


LAYOUT = Layout(
    name="San Francisco 311",
    columns=(
        "unique_key",
        "created_date",
        "category",
        "complaint_type",
        "descriptor",
        "incident_address",
        "latitude",
        "longitude",
    ),
    home=HOME,
    read=_read,
)
