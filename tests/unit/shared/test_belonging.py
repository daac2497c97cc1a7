"""What a record of a person leaves of the claims of their token."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.auth.belonging import bounded, may_be_told
from shared.auth.caller import EVERY_SITE, STAFF, Caller, Grant, Home, Role
from shared.contracts import PersonV1
from shared.contracts.people import Residency
from shared.ids import PersonId, SiteId

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DEMO = SiteId("demo")


def a_caller(*grants: tuple[Role, str], units: frozenset[str] = frozenset()) -> Caller:
    return Caller(PersonId("li"), tuple(Grant(role, SiteId(site)) for role, site in grants), units)


def a_record(
    roles: tuple[str, ...] | None = None,
    *units: tuple[str, float, float | None],
    site: str = "demo",
    removed: bool = False,
) -> PersonV1:
    """Units as (unit, days since, days until)."""
    return PersonV1(
        id=f"{site}/li",
        version=1,
        site_id=site,
        person_id="li",
        roles=roles,
        units=tuple(
            Residency(
                unit=unit,
                since=NOW + timedelta(days=since),
                until=None if until is None else NOW + timedelta(days=until),
            )
            for unit, since, until in units
        ),
        removed_at=NOW if removed else None,
    )


def test_without_a_record_the_claims_stand() -> None:
    caller = a_caller((Role.RESIDENT, "demo"), units=frozenset({"3-1"}))

    assert bounded(caller, (), now=NOW) is caller
    assert bounded(caller, [a_record((), removed=True)], now=NOW) is caller


def test_a_record_bounds_the_roles_at_its_own_site() -> None:
    caller = a_caller((Role.DISPATCHER, "demo"), (Role.RESIDENT, "demo"), (Role.DISPATCHER, "park"))

    left = bounded(caller, [a_record(("resident",))], now=NOW)

    assert left.roles == (Grant(Role.RESIDENT, DEMO), Grant(Role.DISPATCHER, SiteId("park")))


def test_a_record_grants_no_role_that_the_token_does_not() -> None:
    caller = a_caller((Role.RESIDENT, "demo"))

    assert bounded(caller, [a_record(("resident", "admin"))], now=NOW).roles == caller.roles


def test_a_grant_for_every_site_is_not_one_sites_to_take_back() -> None:
    caller = a_caller((Role.ADMIN, EVERY_SITE))

    assert bounded(caller, [a_record(())], now=NOW).has(Role.ADMIN, "demo")


@pytest.mark.parametrize(
    ("units", "resident"),
    [
        ([("3-1", -1, None)], True),
        ([("3-1", -1, 1)], True),
        ([("3-1", 0, None)], True),
        ([("3-1", -2, 0)], False),
        ([("3-1", 1, None)], False),
        ([], False),
    ],
)
def test_who_lives_in_a_unit_now_is_a_resident(
    units: list[tuple[str, float, float | None]], resident: bool
) -> None:
    caller = a_caller((Role.RESIDENT, "demo"), units=frozenset({"3-1"}))

    left = bounded(caller, [a_record((), *units)], now=NOW)

    assert left.has(Role.RESIDENT, "demo") is resident
    assert (left.lives_since("demo", "3-1") is not None) is resident


def test_homes_are_what_both_token_and_record_name() -> None:
    caller = a_caller((Role.RESIDENT, "demo"), units=frozenset({"3-1", "3-2"}))

    left = bounded(caller, [a_record(None, ("3-2", -1, None), ("3-3", -1, None))], now=NOW)

    assert left.homes == {Home(DEMO, "3-2", NOW - timedelta(days=1))}
    assert left.recorded == {DEMO}


def test_a_record_without_units_leaves_these_to_the_token() -> None:
    caller = a_caller((Role.RESIDENT, "demo"), units=frozenset({"3-1"}))
    record = a_record(("resident",)).model_copy(update={"units": None})

    assert bounded(caller, [record], now=NOW).recorded == frozenset()


def test_what_was_left_is_what_was_lived_in_and_is_not_now() -> None:
    caller = a_caller((Role.RESIDENT, "demo"))
    homes = [("3-1", -9, -5), ("3-2", -1, None), ("3-3", 1, None), ("3-4", -9, -5)]
    record = a_record(None, *homes, ("3-4", -1, None)).model_copy(
        update={"units_left": ("3-5", "3-2")}
    )

    left = bounded(caller, [record], now=NOW).left

    assert left == {(DEMO, "3-1"), (DEMO, "3-5")}


def test_of_two_stays_in_a_unit_the_present_one_counts() -> None:
    caller = a_caller((Role.RESIDENT, "demo"), units=frozenset({"3-1"}))

    left = bounded(caller, [a_record(None, ("3-1", -9, -5), ("3-1", -1, None))], now=NOW)

    assert left.lives_since("demo", "3-1") == NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("record", "staff", "resident"),
    [
        (None, True, True),
        (a_record(("resident",)), False, True),
        (a_record(("dispatcher",)), True, False),
        (a_record(None), True, True),
        (a_record(()), False, False),
        (a_record((), ("3-1", -1, None)), False, True),
        (a_record((), removed=True), True, True),
    ],
)
def test_who_is_told_what_follows_the_record(
    record: PersonV1 | None, staff: bool, resident: bool
) -> None:
    assert may_be_told(record, STAFF, now=NOW) is staff
    assert may_be_told(record, [Role.RESIDENT], now=NOW) is resident
