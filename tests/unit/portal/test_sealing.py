"""What the portal hands to browsers, and takes back as it was alone."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain.sealing import NONCE_BYTES, Sealer

OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)
NONCE = b"nonce-of-12-"


def test_what_was_sealed_opens() -> None:
    sealer = Sealer([NEW], "tests")

    assert sealer.open(sealer.seal(b"something", nonce=NONCE)) == b"something"


def test_nothing_of_it_can_be_read() -> None:
    sealed = Sealer([NEW], "tests").seal(b"resident-1", nonce=NONCE)

    assert b"resident" not in base64.urlsafe_b64decode(sealed + "==")


def test_it_opens_while_one_of_the_keys_is_there() -> None:
    sealed = Sealer([OLD], "tests").seal(b"x", nonce=NONCE)

    assert Sealer([NEW, OLD], "tests").open(sealed) == b"x"
    assert Sealer([NEW], "tests").open(sealed) is None


def test_it_opens_for_no_other_purpose() -> None:
    sealed = Sealer([NEW], "tests").seal(b"x", nonce=NONCE)

    assert Sealer([NEW], "other tests").open(sealed) is None


@given(st.data())
def test_what_was_cut_or_changed_does_not_open(data: st.DataObject) -> None:
    sealer = Sealer([NEW], "tests")
    sealed = sealer.seal(b"something of some length", nonce=NONCE)
    place = data.draw(st.integers(0, len(sealed) - 2))
    sign = data.draw(st.sampled_from("abcXYZ019-_"))

    assert sealer.open(sealed[:place]) is None
    if sign != sealed[place]:
        assert sealer.open(sealed[:place] + sign + sealed[place + 1 :]) is None


@given(st.text(max_size=300))
def test_nonsense_does_not_open(text: str) -> None:
    assert Sealer([NEW], "tests").open(text) is None


def test_a_book_is_not_even_looked_at() -> None:
    assert Sealer([NEW], "tests").open("A" * 10_000_000) is None
    assert len(NONCE) == NONCE_BYTES
