"""Tokens of forms."""

import pytest

from services.portal.domain.csrf import MASK_BYTES, csrf_token, is_csrf_token

SECRET = b"a secret of a session"


def _token(mask: int, secret: bytes = SECRET) -> str:
    return csrf_token(secret, bytes([mask]) * MASK_BYTES)


def test_a_token_is_good_for_the_secret_it_was_made_with() -> None:
    assert is_csrf_token(_token(7), SECRET)
    assert not is_csrf_token(_token(7), b"the secret of another")


def test_two_answers_have_nothing_of_their_tokens_in_common() -> None:
    assert _token(1)[:20] != _token(2)[:20]
    assert _token(1)[24:] != _token(2)[24:]


@pytest.mark.parametrize("token", ["", "x", "é" * 44, "A" * 44, _token(1)[:-4], _token(1) + "AAAA"])
def test_what_is_no_token_is_not_good(token: str) -> None:
    assert not is_csrf_token(token, SECRET)
