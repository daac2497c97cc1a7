"""The columns of Houston's 311 portal."""

from collections.abc import Mapping

from demo.portal import Portal
from demo.requests import SiteProfile

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

LAYOUT = Portal(
    site=SITE,
    case="CASE NUMBER",
    type="SR TYPE",
    detail="QUEUE",
    detail_answer="queue",
    opened_at="SR CREATE DATE",
    address="SR LOCATION",
    lat="LATITUDE",
    lon="LONGITUDE",
    categories=CATEGORY_OF_TYPE,
).layout()
