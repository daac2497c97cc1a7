"""`GET /api/now`: what a phone asks when it is back where there is signal: what time it is, who is
signed in, and a token for the forms that it kept.
"""

from fastapi import Response

from services.portal.pages.page import Technician, page_router
from services.portal.pages.technician_views import person_mark

router = page_router()


@router.get("/api/now")
async def now(page: Technician) -> Response:
    """Answer with `now`, `person` and `csrf`; 401 without a session."""
    milliseconds = page.now.isoformat(timespec="milliseconds")
    members = {"now": milliseconds, "person": person_mark(page), "csrf": page.csrf}
    response = page.json(members)
    response.headers["Cache-Control"] = "no-store"
    return response
