"""What services say in codes has words in the pages' languages."""

from collections.abc import Collection, Mapping

import pytest

from services.notify.domain.reply_fault import ReplyFault
from services.portal.pages.code_words import DEAD_LETTERS, REPLY_FAULTS
from shared.messaging.dead_letters import CODES


@pytest.mark.parametrize(("words", "codes"), [(DEAD_LETTERS, CODES), (REPLY_FAULTS, [*ReplyFault])])
def test_every_code_has_words(words: Mapping[str, str], codes: Collection[str]) -> None:
    assert words.keys() == set(codes)
