"""Who may look after whose messages."""

from services.notify.domain.endpoint import Endpoint
from services.notify.domain.recipient import Recipient
from shared.auth.caller import STAFF, Caller, Role
from shared.errors import Forbidden
from shared.ids import SiteId

EVERYBODY = tuple(Role)
KEEPERS = (*STAFF, Role.INTEGRATION)
"""May register endpoints and languages for others, within their sites."""


def scope_over(caller: Caller, owner: str) -> frozenset[SiteId] | None:
    """Of which sites the caller may have the owner's messages sent somewhere; None: of all.

    Raises Forbidden.
    """
    if caller.id == owner:
        return None
    sites = caller.sites(*KEEPERS)
    if sites is None:
        return None
    if not sites:
        raise Forbidden("Only the owner, staff and integrations may do this.")
    return frozenset(SiteId(site) for site in sites)


def keeps(caller: Caller, endpoint: Endpoint) -> bool:
    """The owner, and whoever could have registered it."""
    if caller.id == endpoint.owner:
        return True
    sites = caller.sites(*KEEPERS)
    return sites is None or (endpoint.sites is not None and endpoint.sites <= sites)


def check_audience(
    caller: Caller, before: Recipient | None, wanted: frozenset[tuple[str, SiteId]]
) -> None:
    """To listen to a site, or to stop somebody listening, is for its staff to decide.

    Raises Forbidden.
    """
    had = frozenset((each.role, each.site) for each in before.audience) if before else frozenset()
    for role, site in had ^ wanted:
        if not caller.is_staff(site) and not caller.has(Role.INTEGRATION, site):
            raise Forbidden(
                f"Who hears of {site} as {role} is for the staff of that site to say.", site=site
            )
