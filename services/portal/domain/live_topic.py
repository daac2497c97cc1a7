"""What a page may be told of as it changes."""

import re
from dataclasses import dataclass
from enum import StrEnum

MAX_TOPICS = 20
"""Of one stream."""
_SUBJECT = re.compile(r"[^\s/?#]{1,64}")


class TopicKind(StrEnum):
    TICKET = "ticket"
    JOB = "job"
    BOARD = "board"
    QUEUE = "queue"
    INBOX = "inbox"
    OFFERS = "offers"


_OF_THE_READER = (TopicKind.INBOX, TopicKind.OFFERS)


@dataclass(frozen=True)
class LiveTopic:
    """`ticket:ID`, `job:ID`, `board:SITE`, `queue:SITE`, `inbox`, `offers`."""

    kind: TopicKind
    subject: str = ""

    @classmethod
    def read(cls, text: str) -> "LiveTopic":
        """Return the topic that the text names. Raises ValueError."""
        name, colon, subject = text.partition(":")
        kind = TopicKind(name)
        if kind in _OF_THE_READER:
            if colon:
                raise ValueError(f"the topic {kind} is the reader's own")
        elif not _SUBJECT.fullmatch(subject):
            raise ValueError(f"the topic {kind} needs what it is about")
        return cls(kind, subject)
