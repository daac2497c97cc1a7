"""Passwords that are compared with nothing."""

import pytest
from argon2 import PasswordHasher as Argon2
from argon2.exceptions import VerifyMismatchError

from services.portal.adapters.password_hasher import PasswordHasher, hash_of_nothing


async def test_without_a_hash_no_password_is_right() -> None:
    assert not await PasswordHasher().verify("three herons at noon", None)


def test_what_stands_for_no_hash_is_worked_out_as_any_other() -> None:
    nothing = hash_of_nothing()

    with pytest.raises(VerifyMismatchError):  # and not that it is no hash
        Argon2().verify(nothing, "three herons at noon")
    assert not PasswordHasher().is_outdated(nothing)
