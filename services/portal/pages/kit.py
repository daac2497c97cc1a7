"""`/kit`: every part in every state, to see what a style sheet does. In development only."""

from fastapi import Response

from services.portal.pages.kit_samples import sample_context
from services.portal.pages.page import Anyone, page_router
from shared.errors import NotFound

router = page_router()

_FACES = ("r", "w", "ops", "m")


@router.get("/kit")
async def kit(page: Anyone, face: str = "ops") -> Response:
    """Show the parts in the density of a face, `r`, `w`, `ops` or `m`."""
    if not page.state.is_development:
        raise NotFound("There is no such page.")
    return page.render(
        "kit.html",
        face=face if face in _FACES else "ops",
        zone="Asia/Shanghai",
        **sample_context(page.now, page.t),
    )
