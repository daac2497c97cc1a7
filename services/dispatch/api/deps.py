"""What several routes ask for."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Request

from services.dispatch.api.state import DispatchState
from services.dispatch.domain.technician import Technician
from shared.auth.caller import STAFF, Caller, Credential, Role, WorkScheme
from shared.auth.work_tokens import WorkTokens
from shared.errors import Forbidden, NotFound
from shared.http.requests import may, may_with
from shared.http.state import state_of
from shared.ids import TechnicianId


async def _work_tokens(request: Request) -> WorkTokens:
    return state_of(request, DispatchState).work_tokens


Tokens = Annotated[WorkTokens, Depends(_work_tokens)]
StaffCaller = Annotated[Caller, may(*STAFF)]
KeeperCaller = Annotated[Caller, may(*STAFF, Role.INTEGRATION)]
"""Who may keep the list of technicians: staff, or the system that keeps it for them."""
TechnicianCaller = Annotated[Caller, may(Role.TECHNICIAN)]
StaffOrTechnician = Annotated[Caller, may(*STAFF, Role.TECHNICIAN)]
OfferBearer = Annotated[
    Caller | Credential, may_with(WorkScheme.OFFER, "offer_id", Role.TECHNICIAN)
]
JobBearer = Annotated[Caller | Credential, may_with(WorkScheme.JOB, "job_id", Role.TECHNICIAN)]

AdminCaller = Annotated[Caller, may(Role.ADMIN)]

_KEEPERS = (*STAFF, Role.INTEGRATION)


def demand_staff(caller: Caller, site_id: str) -> None:
    """Raises NotFound: what one may not see is not there."""
    if not caller.is_staff(site_id):
        raise NotFound(f"There is nothing at {site_id} for you.")


def demand_keeper(caller: Caller, sites: Collection[str]) -> None:
    """Raises Forbidden."""
    foreign = sorted(site for site in sites if not any(caller.has(role, site) for role in _KEEPERS))
    if foreign:
        raise Forbidden(f"You keep no technicians at {', '.join(foreign)}.", sites=list(foreign))


def kept_sites(caller: Caller, site_id: str | None) -> list[str] | None:
    """Where the caller keeps technicians, `site_id` alone if given; None means everywhere."""
    sites = caller.sites(*_KEEPERS)
    if site_id is None:
        return None if sites is None else sorted(sites)
    return [site_id] if sites is None or site_id in sites else []


def may_read(caller: Caller, technician: Technician) -> bool:
    """They themselves, and staff of one of their sites."""
    return TechnicianId(caller.id) == technician.id or any(
        caller.is_staff(site) for site in technician.sites
    )
