"""Lists of how people are reached."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import Query, Request, Response

from services.notify.actions.import_recipients import import_recipients
from services.notify.actions.seeing import sites_asked
from services.notify.api.recipients import ListReader
from services.notify.api.state import NotifyState
from shared.errors import NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier
from shared.http.imports import (
    IMPORTS,
    TEMPLATES,
    Format,
    GivenList,
    ImportOut,
    TemplateFormat,
    TemplateLanguage,
    as_answer,
    takes_list,
    template_answer,
)
from shared.http.routing import action_router
from shared.http.state import state_of
from shared.ids import SiteId
from shared.importing.columns import RECIPIENTS

router = action_router("/v1/recipients", tag="recipients")

_EXAMPLE: Mapping[str, str | tuple[str, str]] = {
    "id": "W001",
    "name": ("李师傅", "Li Wei"),
    "phone": "138 0013 8000",
    "email": "li@example.com",
}


@router.post(":import", **IMPORTS)
@refuses(NotFound)
async def take(
    request: Request,
    site: Annotated[Identifier, Query()],
    given: Annotated[GivenList, takes_list(RECIPIENTS)],
    caller: ListReader,
) -> ImportOut | Response:
    """Save the names, telephone numbers and addresses of a list, whatever else it has; a blank cell
    says nothing. Who has no number is known by the site and their telephone, as tickets knows them.

    Some people are saved at a time: a list that was interrupted is sent again, and the same list
    twice changes nothing.
    """
    state = state_of(request, NotifyState)
    outcome = await import_recipients(
        partial(state.database.transaction, actor=caller.id),
        SiteId(site),
        given.read,
        country=state.phone_country,
        channels=state.couriers.channels,
        dry_run=given.dry_run,
        skip_bad=given.skip_bad,
        by=caller,
    )
    return as_answer(request, outcome)


@router.get(":template", **TEMPLATES)
@refuses(NotFound)
async def template(
    site: Annotated[Identifier, Query()],
    caller: ListReader,
    format: TemplateFormat = Format.XLSX,
    language: TemplateLanguage = "zh-CN",
) -> Response:
    """Return a list of people to fill in."""
    sites_asked(SiteId(site), by=caller)
    return template_answer(RECIPIENTS, _EXAMPLE, format=format, language=language)
