"""Secrets at rest: what is stored says nothing without its key, and keys are changed."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notify.domain.endpoint import Secret
from services.notify.domain.sealing import CannotOpen, Sealer
from shared.ids import new_id

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)
NONCE = b"n" * 12
ENDPOINT = new_id()
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_what_is_stored_hides_the_secret_and_opens_with_its_key() -> None:
    sealer = Sealer([OLD])

    stored = sealer.seal(SECRET, ENDPOINT, nonce=NONCE)

    assert SECRET not in stored
    assert SECRET.removeprefix("whsec_") not in stored
    assert sealer.open(stored, ENDPOINT) == SECRET


def test_the_newest_key_seals_and_all_open() -> None:
    by_old = Sealer([OLD]).seal(SECRET, ENDPOINT, nonce=NONCE)
    both = Sealer([NEW, OLD])

    by_new = both.seal(SECRET, ENDPOINT, nonce=NONCE)

    assert both.open(by_old, ENDPOINT) == both.open(by_new, ENDPOINT) == SECRET
    assert by_old.startswith(both.older)
    assert not by_new.startswith(both.older)
    assert Sealer([NEW]).open(by_new, ENDPOINT) == SECRET


@pytest.mark.parametrize("keys", [[NEW], [("k1", b"3" * 32)]], ids=["gone", "same id, another key"])
def test_a_key_that_is_not_given_is_named(keys: list[tuple[str, bytes]]) -> None:
    stored = Sealer([OLD]).seal(SECRET, ENDPOINT, nonce=NONCE)

    with pytest.raises(CannotOpen, match=r"k1/.*FETTLE_SECRETS_KEYS"):
        Sealer(keys).open(stored, ENDPOINT)


def test_a_secret_opens_for_no_other_endpoint_and_not_when_it_was_changed() -> None:
    sealer = Sealer([OLD])
    stored = sealer.seal(SECRET, ENDPOINT, nonce=NONCE)
    changed = stored[:-4] + ("AAAA" if stored[-4:] != "AAAA" else "BBBB")

    for text, endpoint in ((stored, new_id()), (changed, ENDPOINT), (stored + "!", ENDPOINT)):
        with pytest.raises(CannotOpen, match="changed"):
            sealer.open(text, endpoint)


def test_a_secret_of_a_release_that_sealed_none_is_read_and_to_be_sealed() -> None:
    sealer = Sealer([OLD])

    assert sealer.open(SECRET, ENDPOINT) == SECRET
    assert SECRET.startswith(sealer.older)


def test_of_two_valid_secrets_one_that_opens_is_enough_to_sign() -> None:
    sealer = Sealer([NEW])
    lost = Secret(value=Sealer([OLD]).seal(SECRET, ENDPOINT, nonce=NONCE), until=NOON)
    new = Secret(value=sealer.seal(SECRET, ENDPOINT, nonce=NONCE))
    before = NOON - timedelta(hours=1)

    assert sealer.open_valid([new, lost], ENDPOINT, at=before) == [SECRET]
    with pytest.raises(CannotOpen):
        sealer.open_valid([lost], ENDPOINT, at=before)
    assert sealer.open_valid([lost], ENDPOINT, at=NOON) == []
