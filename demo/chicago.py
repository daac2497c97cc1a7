"""The columns of Chicago's 311 portal."""

from collections.abc import Mapping

from demo.portal import Portal
from demo.requests import SiteProfile

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

LAYOUT = Portal(
    site=SITE,
    case="SR_NUMBER",
    type="SR_TYPE",
    detail="OWNER_DEPARTMENT",
    detail_answer="department",
    opened_at="CREATED_DATE",
    address="STREET_ADDRESS",
    lat="LATITUDE",
    lon="LONGITUDE",
    categories=CATEGORY_OF_TYPE,
).layout()
