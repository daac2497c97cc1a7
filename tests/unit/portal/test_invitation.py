"""Invitations as they are written into the form."""

import pytest

from services.portal.domain.invitation import read_invitation
from services.portal.domain.names import email_address, in_one_form, telephone_number
from shared.auth.caller import Grant, Role
from shared.ids import SiteId

GOOD = {
    "name": "李娜",
    "email": "Li.Na@Example.com",
    "phone": "138 0013 8000",
    "language": "en",
    "role": "resident",
    "site": "demo",
    "unit": "3-1202",
}


def test_a_good_one_is_read_in_one_form() -> None:
    invitation, wrong = read_invitation(GOOD, portal="portal")

    assert wrong == {}
    assert invitation is not None
    assert invitation.grant == Grant(Role.RESIDENT, SiteId("demo"))
    assert invitation.contacts.email == "li.na@example.com"
    assert invitation.contacts.phone == "+8613800138000"
    assert invitation.contacts.language == "en"
    assert (invitation.unit, invitation.person_id, invitation.listens) == ("3-1202", None, False)


def test_staff_have_no_flat() -> None:
    fields = {**GOOD, "role": "manager", "unit": "3-1202"}

    invitation, wrong = read_invitation(fields, portal="portal")

    assert wrong == {}
    assert invitation is not None
    assert invitation.unit is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("name", "a\nb"),
        ("name", "👩" * 5000),
        ("email", "li"),
        ("email", "li@example"),
        ("email", "l i@example.com"),
        ("email", f"{'x' * 250}@example.com"),
        ("phone", "12"),
        ("phone", "call me"),
        ("role", "integration"),
        ("role", "king"),
        ("role", ""),
        ("site", ""),
        ("site", "*"),
        ("site", "a/b"),
        ("site", "x" * 65),
        ("person_id", "integration-0123456789ab"),
        ("person_id", "guest-0123456789ab"),
        ("person_id", "Guest-0123456789ab"),
        ("person_id", "portal"),
        ("person_id", "system"),
        ("person_id", "Dispatch"),
        ("unit", ""),
        ("unit", "x" * 101),
        ("person_id", "x" * 256),
    ],
)
def test_each_field_says_what_is_wrong_with_it(field: str, value: str) -> None:
    invitation, wrong = read_invitation({**GOOD, field: value}, portal="portal")

    assert invitation is None
    assert [*wrong] == [field]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    _, wrong = read_invitation({"role": "resident", "site": "demo", "email": "x"}, portal="portal")

    assert {*wrong} == {"name", "email", "unit"}


def test_names_have_one_form() -> None:
    assert in_one_form(" 138-0013-8000 ") == in_one_form("+86 13800138000")
    assert in_one_form("Li@Example.com") == in_one_form("li@example.COM ")
    assert telephone_number("li") is None
    assert email_address("Li@example.com") == "li@example.com"
