"""Who may see and change what."""

import pytest

from services.__service__.domain.access import may_act, may_see
from shared.auth.caller import Caller, Grant, Role
from shared.ids import PersonId, SiteId


def a_caller(role: Role, site: str = "demo") -> Caller:
    return Caller(PersonId("wang"), (Grant(role, SiteId(site)),))


@pytest.mark.parametrize(
    ("role", "sees", "acts"),
    [
        (Role.RESIDENT, False, False),
        (Role.TECHNICIAN, False, False),
        (Role.INTEGRATION, True, False),
        (Role.DISPATCHER, True, True),
        (Role.MANAGER, True, True),
        (Role.ADMIN, True, True),
    ],
)
def test_staff_ask_for_something_and_integrations_look_on(
    role: Role, sees: bool, acts: bool
) -> None:
    caller = a_caller(role)

    allowed = may_see(caller, "demo"), may_act(caller, "demo")

    assert allowed == (sees, acts)


@pytest.mark.parametrize("role", Role)
def test_another_site_is_closed_to_every_role(role: Role) -> None:
    caller = a_caller(role, site="elsewhere")

    allowed = may_see(caller, "demo"), may_act(caller, "demo")

    assert allowed == (False, False)
