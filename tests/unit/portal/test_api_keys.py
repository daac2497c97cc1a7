"""API keys as texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.api_keys import (
    SECRET_BYTES,
    is_secret,
    key_text,
    read_key,
    secret_hash,
    subject_for,
)
from shared.ids import is_subject, new_id


@given(st.uuids(), st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES))
def test_a_key_is_read_as_it_was_written(id: object, secret: bytes) -> None:
    assert read_key(key_text(id, secret)) == (id, secret)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "fettle_", "fettle_x_y", "sk_live_123", "fettle_" + "A" * 66, "é" * 73, "\ud800"]
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert read_key(text) is None


def test_a_cut_key_is_none() -> None:
    text = key_text(new_id(), b"s" * SECRET_BYTES)

    assert read_key(text[:-1]) is None
    assert read_key(text + "A") is None
    assert read_key(text[1:]) is None


def test_a_secret_is_known_by_its_hash() -> None:
    stored = secret_hash(b"s" * SECRET_BYTES)

    assert is_secret(b"s" * SECRET_BYTES, stored)
    assert not is_secret(b"t" * SECRET_BYTES, stored)


def test_the_subject_of_a_key_is_one() -> None:
    assert is_subject(subject_for(new_id()))
