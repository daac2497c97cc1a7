"""The columns of New York's 311 portal, under their former names too."""

from collections.abc import Mapping

from demo.portal import Portal
from demo.requests import SiteProfile

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

LAYOUT = Portal(
    site=SITE,
    case="Unique Key",
    type="Problem",
    detail="Problem Detail",
    detail_answer="detail",
    opened_at="Created Date",
    address="Incident Address",
    lat="Latitude",
    lon="Longitude",
    categories=CATEGORY_OF_TYPE,
    headings={
        "Problem": ("Complaint Type", "Problem (formerly Complaint Type)"),
        "Problem Detail": ("Descriptor", "Problem Detail (formerly Descriptor)"),
    },
).layout()
