"""What several routes ask for."""

from typing import Annotated

from fastapi import Depends, Request

from services.dispatch.api.state import DispatchState
from services.dispatch.domain.access import MAY_MANAGE_TECHNICIANS, Bearer
from services.dispatch.domain.language import Language
from shared.auth.caller import STAFF, Caller, Role, WorkScheme
from shared.auth.work_tokens import WorkTokens
from shared.http.declared import HeaderField, reads
from shared.http.requests import may, may_with
from shared.http.state import state_of


async def _work_tokens(request: Request) -> WorkTokens:
    return state_of(request, DispatchState).work_tokens


@reads(
    HeaderField(
        name="Accept-Language",
        description="The languages that the caller reads, the best first.",
        schema={"type": "string", "examples": ["zh-CN, en;q=0.5"]},
    )
)
async def _preferred_language(request: Request) -> Language | None:
    return Language.accepted(request.headers.get("accept-language", ""))


Tokens = Annotated[WorkTokens, Depends(_work_tokens)]
StaffCaller = Annotated[Caller, may(*STAFF)]
TechnicianManager = Annotated[Caller, may(*MAY_MANAGE_TECHNICIANS)]
TechnicianCaller = Annotated[Caller, may(Role.TECHNICIAN)]
StaffOrTechnician = Annotated[Caller, may(*STAFF, Role.TECHNICIAN)]
OfferBearer = Annotated[Bearer, may_with(WorkScheme.OFFER, "offer_id", Role.TECHNICIAN)]
JobBearer = Annotated[Bearer, may_with(WorkScheme.JOB, "job_id", Role.TECHNICIAN)]

PreferredLanguage = Annotated[Language | None, Depends(_preferred_language)]
AdminCaller = Annotated[Caller, may(Role.ADMIN)]
