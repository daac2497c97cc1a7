"""What several routes ask for."""

from typing import Annotated

from fastapi import Depends, Request

from services.dispatch.domain.access import MAY_MANAGE_TECHNICIANS, Bearer
from shared.auth.caller import STAFF, Caller, Role, WorkScheme
from shared.auth.work_tokens import WorkTokens
from shared.http.requests import may, may_with


async def _work_tokens(request: Request) -> WorkTokens:
    tokens: WorkTokens = request.app.state.work_tokens
    return tokens


Tokens = Annotated[WorkTokens, Depends(_work_tokens)]
StaffCaller = Annotated[Caller, may(*STAFF)]
TechnicianManager = Annotated[Caller, may(*MAY_MANAGE_TECHNICIANS)]
TechnicianCaller = Annotated[Caller, may(Role.TECHNICIAN)]
StaffOrTechnician = Annotated[Caller, may(*STAFF, Role.TECHNICIAN)]
OfferBearer = Annotated[Bearer, may_with(WorkScheme.OFFER, "offer_id", Role.TECHNICIAN)]
JobBearer = Annotated[Bearer, may_with(WorkScheme.JOB, "job_id", Role.TECHNICIAN)]

AdminCaller = Annotated[Caller, may(Role.ADMIN)]
