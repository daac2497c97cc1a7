"""No one grants more than they have."""

from datetime import UTC, datetime

import pytest

from services.portal.domain.account import Account
from services.portal.domain.granting import (
    grants_seen,
    may_change,
    may_grant,
    may_grant_all,
    may_see,
    roles_granted,
    sites_granted,
)
from services.portal.domain.known_person import KnownAs, KnownPerson
from services.portal.domain.visitor import Visitor
from shared.auth.caller import Grant, Role
from shared.ids import PersonId, SiteId


def visitor(*grants: tuple[Role, str], id: str = "by") -> Visitor:
    return Visitor(
        person_id=PersonId(id),
        name="By",
        grants=tuple(Grant(role, SiteId(site)) for role, site in grants),
        units=frozenset(),
        only=None,
        language="en",
        session_id=None,
    )


def account(*grants: tuple[Role, str], id: str = "li") -> Account:
    return Account(
        person_id=PersonId(id),
        name="Li",
        email=None,
        phone=None,
        language="en",
        grants=tuple(Grant(role, SiteId(site)) for role, site in grants),
        units=frozenset(),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        disabled_at=None,
        version=1,
    )


R, T, D, M, A = Role.RESIDENT, Role.TECHNICIAN, Role.DISPATCHER, Role.MANAGER, Role.ADMIN


@pytest.mark.parametrize(
    ("by", "given"),
    [
        (R, set()),
        (T, set()),
        (D, {R}),
        (M, {R, T, D, M}),
        (A, {R, T, D, M, A, Role.INTEGRATION}),
        (Role.INTEGRATION, set()),
    ],
)
def test_each_role_gives_at_its_own_site_what_it_may(by: Role, given: set[Role]) -> None:
    giver = visitor((by, "here"))

    assert {role for role in Role if may_grant(giver, Grant(role, SiteId("here")))} == given
    assert not any(may_grant(giver, Grant(role, SiteId("there"))) for role in Role)
    assert not any(may_grant(giver, Grant(role, SiteId("*"))) for role in Role)


def test_who_has_a_role_everywhere_gives_it_everywhere() -> None:
    everywhere = visitor((M, "*"))

    assert may_grant(everywhere, Grant(T, SiteId("*")))
    assert may_grant(everywhere, Grant(M, SiteId("here")))
    assert not may_grant(everywhere, Grant(A, SiteId("here")))
    assert sites_granted(everywhere, T) is None
    assert roles_granted(everywhere) == (R, T, D, M)


def test_staff_see_accounts_of_their_sites_and_what_these_are_there() -> None:
    dispatcher = visitor((D, "here"))
    both = account((R, "here"), (R, "there"))

    assert may_see(dispatcher, both)
    assert grants_seen(dispatcher, both.grants) == (Grant(R, SiteId("here")),)
    assert not may_see(dispatcher, account((R, "there")))
    assert not may_see(visitor((T, "here")), both)


def test_an_account_is_changed_by_those_who_could_give_all_that_it_is() -> None:
    manager = visitor((M, "here"))

    assert may_change(manager, account((R, "here"), (T, "here")))
    assert not may_change(manager, account((A, "here")))
    assert not may_change(manager, account((R, "here"), (R, "there")))
    assert not may_change(manager, account((T, "here"), id="by"))


@pytest.mark.parametrize(
    ("by", "known", "allowed"),
    [
        ((D, "demo"), [], True),
        ((D, "demo"), [(R, "demo")], True),
        ((D, "demo"), [(None, "demo")], True),
        ((D, "demo"), [(None, "other")], False),
        ((D, "demo"), [(R, "demo"), (R, "other")], False),
        ((D, "demo"), [(T, "demo")], False),
        ((M, "demo"), [(T, "demo"), (D, "demo"), (M, "demo")], True),
        ((M, "demo"), [(A, "demo")], False),
        ((M, "demo"), [(M, "*")], False),
        ((T, "demo"), [(None, "demo")], False),
        ((M, "*"), [(M, "*"), (R, "other"), (None, "demo")], True),
        ((D, "*"), [(M, "other")], False),
        ((A, "demo"), [(Role.INTEGRATION, "demo")], True),
    ],
)
def test_all_that_a_person_is_known_as_is_given_by_who_gives_each_of_it(
    by: tuple[Role, str], known: list[tuple[Role | None, str]], allowed: bool
) -> None:
    person = KnownPerson(
        known=tuple(KnownAs(site=SiteId(site), role=role) for role, site in known), own_email=None
    )

    assert may_grant_all(visitor(by), person) is allowed
