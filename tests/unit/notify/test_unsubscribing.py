"""Links that end e-mails: signed, for one message each."""

import pytest

from services.notify.domain.unsubscribing import UnsubscribeTokens
from shared.ids import new_id

KEYS = (("k2", b"2" * 32), ("k1", b"1" * 32))


def test_a_token_names_its_message_and_no_other() -> None:
    tokens, message = UnsubscribeTokens(KEYS), new_id()

    token = tokens.token_for(message)

    assert tokens.message_of(token) == message
    assert len(token) == 43


def test_tokens_of_an_older_key_hold_and_those_of_another_do_not() -> None:
    message = new_id()
    of_older = UnsubscribeTokens(KEYS[1:]).token_for(message)

    assert UnsubscribeTokens(KEYS).message_of(of_older) == message
    assert UnsubscribeTokens((("k1", b"3" * 32),)).message_of(of_older) is None


@pytest.mark.parametrize("place", range(43))
def test_a_token_that_was_changed_is_none(place: int) -> None:
    tokens, message = UnsubscribeTokens(KEYS), new_id()
    token = tokens.token_for(message)
    other = "A" if token[place] != "A" else "B"

    found = tokens.message_of(token[:place] + other + token[place + 1 :])

    # the last two bits of the last letter say nothing
    assert found is None or (place == 42 and found == message)


@pytest.mark.parametrize("token", ["", "x", "=" * 43, "é" * 43, "A" * 43, "A" * 1000])
def test_nonsense_is_none(token: str) -> None:
    assert UnsubscribeTokens(KEYS).message_of(token) is None
