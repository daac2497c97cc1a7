"""What there may be in a webhook's reply that cannot be read."""

from collections.abc import Mapping
from enum import StrEnum


class ReplyFault(StrEnum):
    BODY_TOO_LONG = "body_too_long"
    BODY_PACKED = "body_packed"
    BODY_NOT_TEXT = "body_not_text"
    BODY_NOT_JSON = "body_not_json"
    DECISION_MISSING = "decision_missing"
    DECISION_UNKNOWN = "decision_unknown"
    DECISION_AMBIGUOUS = "decision_ambiguous"
    REASON_NOT_TEXT = "reason_not_text"
    ARRIVAL_NOT_A_TIME = "arrival_not_a_time"
    ARRIVAL_OUT_OF_RANGE = "arrival_out_of_range"


IN_WORDS: Mapping[ReplyFault, str] = {
    ReplyFault.BODY_TOO_LONG: "the body is longer than 64 KB",
    ReplyFault.BODY_PACKED: "the body is compressed in a way that cannot be unpacked; send it as "
    "it is, or with gzip",
    ReplyFault.BODY_NOT_TEXT: "the body has characters that its charset does not have; send UTF-8",
    ReplyFault.BODY_NOT_JSON: "the body is not JSON",
    ReplyFault.DECISION_MISSING: 'there is no "decision"; send {"decision": "accept"} or '
    '{"decision": "decline"}',
    ReplyFault.DECISION_UNKNOWN: 'the decision has to be "accept" or "decline"',
    ReplyFault.DECISION_AMBIGUOUS: "there are several decisions that differ; send one",
    ReplyFault.REASON_NOT_TEXT: "the reason has to be text",
    ReplyFault.ARRIVAL_NOT_A_TIME: "planned_arrival has to be a time with its zone in RFC 3339, "
    "such as 2026-11-21T08:00:00+08:00",
    ReplyFault.ARRIVAL_OUT_OF_RANGE: "planned_arrival has to lie ahead, by 90 days at most",
}
"""For the record of an attempt, each with what to do."""


def faults_said(words: str | None) -> list[ReplyFault]:
    """Return the faults that a record's words were made of."""
    return [fault for fault, said in IN_WORDS.items() if said in (words or "")]


def faults_in_words(faults: tuple[ReplyFault, ...]) -> str | None:
    """Return what could not be read of a reply; None for nothing."""
    return "; ".join(IN_WORDS[fault] for fault in faults) or None
