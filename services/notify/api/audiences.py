"""Who hears of the work at sites: of broken promises, and of jobs that no technician can take."""

from typing import Annotated

from fastapi import Query, Response

from services.notify.actions.read_audiences import read_audiences
from services.notify.api.schemas import AudienceOut, AudiencesOut
from services.notify.domain.access import MAY_MANAGE
from shared.auth.caller import Caller
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier
from shared.http.paging import IDENTIFIERS, Page, paged_by
from shared.http.requests import Tx, may
from shared.http.routing import action_router

router = action_router("/v1/audiences", tag="recipients")


@router.get("")
@refuses(NotFound)
async def list_(
    response: Response,
    page: Annotated[Page[str], paged_by(IDENTIFIERS)],
    caller: Annotated[Caller, may(*MAY_MANAGE)],
    tx: Tx,
    site: Annotated[Identifier | None, Query()] = None,
    unheard: Annotated[bool, Query()] = False,
) -> AudiencesOut:
    """Return the caller's sites, each with those who hear of its work; `unheard`: only sites of
    which no one does.
    """
    found = await read_audiences(
        tx, by=caller, site=site, unheard=unheard, after=page.last, limit=page.limit
    )
    cut = page.cut(found, response, lambda each: each.site)
    return AudiencesOut(items=[AudienceOut.model_validate(each) for each in cut])
