"""Who may see and change what: the one place that decides."""

from shared.auth.caller import Caller, Role


def may_see(caller: Caller, site_id: str) -> bool:
    """Return whether the caller sees what tickets of the site need: its staff and integrations."""
    return caller.is_staff(site_id) or caller.has(Role.INTEGRATION, site_id)


def may_act(caller: Caller, site_id: str) -> bool:
    """Return whether the caller asks for something at the site: its staff."""
    return caller.is_staff(site_id)
