"""The people of the demo are those of whom `fettle up` makes records at the services."""

from datetime import UTC, datetime

from fettle.up import demo_people as records
from fettle.up.listener import LISTENER
from fettle.up.seed import SITE
from services.portal.actions.demo_people import demo_account, demo_roles
from shared.auth.caller import Grant, Role

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_who_is_signed_in_has_the_records_that_were_made() -> None:
    accounts = {role: demo_account(Role(role), at=NOON) for role in demo_roles()}

    assert accounts["resident"].person_id == records.RESIDENT
    assert accounts["resident"].units == {records.HOME}
    assert accounts["technician"].person_id == records.TECHNICIAN
    assert accounts["technician"].name == records.TECHNICIAN_NAME
    assert accounts["dispatcher"].person_id == LISTENER
    assert {grant.site for account in accounts.values() for grant in account.grants} <= {SITE, "*"}


def test_each_has_one_role() -> None:
    for role in demo_roles():
        (grant,) = demo_account(Role(role), at=NOON).grants

        assert isinstance(grant, Grant)
        assert grant.role == role
