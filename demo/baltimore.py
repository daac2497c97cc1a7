"""The columns of Baltimore's 311 portal. A type begins with its department: `SW-Dirty Alley`."""

from collections.abc import Mapping

from demo.portal import Portal
from demo.requests import SiteProfile

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

LAYOUT = Portal(
    site=SITE,
    case="ServiceRequestNum",
    type="SRType",
    detail="Agency",
    detail_answer="agency",
    opened_at="CreatedDate",
    address="Address",
    lat="Latitude",
    lon="Longitude",
    categories=CATEGORY_OF_TYPE,
).layout()
