"""What a page may be told of."""

import pytest

from services.portal.domain.live_topic import LiveTopic, TopicKind


def test_a_topic_is_read_from_its_text() -> None:
    assert LiveTopic.read("ticket:123") == LiveTopic(TopicKind.TICKET, "123")
    assert LiveTopic.read("board:demo") == LiveTopic(TopicKind.BOARD, "demo")
    assert LiveTopic.read("inbox") == LiveTopic(TopicKind.INBOX)


@pytest.mark.parametrize(
    "text", ["", "x", "ticket", "ticket:", "board:a/b", "board:a?b", "inbox:li", "job:" + "x" * 99]
)
def test_what_is_no_topic_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"topic|valid"):
        LiveTopic.read(text)
