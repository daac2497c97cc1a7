"""A technician's answer in a webhook's reply: what a client plausibly sends is understood, and what
cannot be is said.
"""

import gzip
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notify.domain.reply import Answer, Reply, read_reply
from services.notify.domain.reply_body import ReplyBody, start_in_words
from services.notify.domain.reply_fault import IN_WORDS, ReplyFault, faults_in_words, faults_said
from shared.contracts.notify import Decision
from tests.unit.notify.stories import NOON

ACCEPT = b'{"decision": "accept"}'


def read(raw: bytes, content_type: str = "application/json", encoding: str = "") -> Reply:
    body = ReplyBody(raw=raw, content_type=content_type, content_encoding=encoding)
    return read_reply(body, at=NOON)


def decided(reply: Reply) -> Decision | None:
    return reply.answer.decision if reply.answer else None


def test_an_acceptance_is_understood() -> None:
    reply = read(b'{"decision": "accept", "planned_arrival": "2026-11-21T13:00:00+08:00"}')

    assert reply == Reply(
        answer=Answer(
            decision=Decision.ACCEPT,
            reason=None,
            planned_arrival=datetime(2026, 11, 21, 5, tzinfo=UTC),
        )
    )


def test_a_decline_keeps_its_reason_within_bounds() -> None:
    reply = read(b'{"decision": "decline", "reason": "' + b"x" * 9000 + b'\\u0000"}')

    assert reply.answer is not None
    assert reply.answer.reason is not None
    assert (reply.answer.decision, len(reply.answer.reason)) == (Decision.DECLINE, 500)


@pytest.mark.parametrize(
    ("value", "decision"),
    [
        ({"decision": "Accept"}, "accept"),
        ({"decision": " ACCEPTED. "}, "accept"),
        ({"Decision": "DECLINE"}, "decline"),
        ({"decision": True}, "accept"),
        ({"decision": False}, "decline"),
        ({"decision": "yes"}, "accept"),
        ({"decision": "rejected"}, "decline"),
        ({"decision": "接单"}, "accept"),
        ({"decision": "接單"}, "accept"),
        ({"decision": "拒絕"}, "decline"),
        ({"accept": True}, "accept"),
        ({"accept": False}, "decline"),
        ({"accepted": "true"}, "accept"),
        ({"declined": True, "reason": "busy"}, "decline"),
        ({"decision": "accept", "accept": True}, "accept"),
        ({"decision": "accept", "planned_arrival": None, "reason": ""}, "accept"),
        ({"code": 0, "data": {"decision": "accept"}}, "accept"),
        ([{"decision": "accept"}], "accept"),
        ([{"status": "ok"}, {"decision": "decline"}], "decline"),
        (json.dumps({"decision": "accept"}), "accept"),
        ("accept", "accept"),
    ],
)
def test_the_usual_variants_of_an_answer_are_understood(value: Any, decision: str) -> None:
    reply = read(json.dumps(value).encode())

    assert (decided(reply), reply.faults) == (decision, ())


_DEFLATED = zlib.compressobj(wbits=-zlib.MAX_WBITS)
RAW_DEFLATE = _DEFLATED.compress(ACCEPT) + _DEFLATED.flush()


@pytest.mark.parametrize(
    ("raw", "content_type", "encoding"),
    [
        (ACCEPT, "application/json; charset=utf-8", ""),
        (ACCEPT, "application/problem+json", ""),
        (ACCEPT, "text/plain", ""),
        (ACCEPT, "", ""),
        (ACCEPT, "application/json; charset=no-such", ""),
        (ACCEPT, 'application/json; charset="idna"', ""),
        (b"\xef\xbb\xbf" + ACCEPT, "application/json", ""),
        (ACCEPT.decode().encode("utf-16"), "application/json; charset=utf-8", ""),
        (ACCEPT.decode().encode("utf-16-le"), "application/json", ""),
        (b"\r\n " + ACCEPT + b"\n", "application/json", ""),
        (gzip.compress(ACCEPT, mtime=0), "application/json", "gzip"),
        (gzip.compress(ACCEPT, mtime=0), "application/json", ""),
        (ACCEPT, "application/json", "gzip"),
        (zlib.compress(ACCEPT), "application/json", "deflate"),
        (RAW_DEFLATE, "application/json", "deflate"),
        (b"decision=accept&reason=on+my+way", "application/x-www-form-urlencoded", ""),
        (b"decision=Accept", "text/plain", ""),
        (b"accept", "text/plain", ""),
    ],
)
def test_an_acceptance_is_understood_however_it_is_packed(
    raw: bytes, content_type: str, encoding: str
) -> None:
    reply = read(raw, content_type, encoding)

    assert (decided(reply), reply.faults) == (Decision.ACCEPT, ())


def test_a_charset_of_the_header_is_read() -> None:
    body = '{"decision": "decline", "reason": "在忙"}'.encode("gbk")

    reply = read(body, "application/json; charset=GB2312")

    assert reply == Reply(
        answer=Answer(decision=Decision.DECLINE, reason="在忙", planned_arrival=None)
    )


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"  \n", b"null", b"[]", b"{}", b"ok", b"OK", b'"success"', b"Received."),
        *(b'{"status": "ok"}', b'{"code": 0, "data": {}}', b'{"decision": null}', b"[{}]"),
    ],
)
def test_what_says_no_more_than_received_is_no_answer_and_no_fault(raw: bytes) -> None:
    assert read(raw) == Reply()


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b'{"decision": "maybe"}', ReplyFault.DECISION_UNKNOWN),
        (b'{"decision": 7}', ReplyFault.DECISION_UNKNOWN),
        (b'{"decision": ""}', ReplyFault.DECISION_UNKNOWN),
        (b'{"decision": {"is": "accept"}}', ReplyFault.DECISION_UNKNOWN),
        (b'{"decision": "accept"', ReplyFault.BODY_NOT_JSON),
        (b"{'decision': 'accept'}", ReplyFault.BODY_NOT_JSON),
        (b"[" * 9999, ReplyFault.BODY_NOT_JSON),
        (b"\xff\xfe\xff", ReplyFault.DECISION_MISSING),
        (b"true", ReplyFault.DECISION_MISSING),
        (b"7", ReplyFault.DECISION_MISSING),
        (b"I will take it", ReplyFault.DECISION_MISSING),
        (b'{"action": "accept"}', ReplyFault.DECISION_MISSING),
        (b'{"reason": "busy"}', ReplyFault.DECISION_MISSING),
        (b'{"planned_arrival": "2026-11-21T13:00:00+08:00"}', ReplyFault.DECISION_MISSING),
        (b'{"decision": "accept", "decline": true}', ReplyFault.DECISION_AMBIGUOUS),
        (b'[{"decision": "accept"}, {"decision": "decline"}]', ReplyFault.DECISION_AMBIGUOUS),
        (b'{"decision": "accept", "decision": "decline"}', ReplyFault.DECISION_AMBIGUOUS),
        (b'{"decision": "accept", "Decision": "decline"}', ReplyFault.DECISION_AMBIGUOUS),
        (b'{"decision": "accept", "x": "' + b"x" * 70_000 + b'"}', ReplyFault.BODY_TOO_LONG),
        (gzip.compress(b" " * 10_000_000 + ACCEPT, mtime=0), ReplyFault.BODY_TOO_LONG),
        (gzip.compress(ACCEPT, mtime=0)[:15] + b"?" * 9, ReplyFault.BODY_PACKED),
    ],
)
def test_an_answer_that_cannot_be_read_does_not_count_and_says_why(
    raw: bytes, fault: ReplyFault
) -> None:
    reply = read(raw)

    assert (reply.answer, reply.faults) == (None, (fault,))


@pytest.mark.parametrize(
    "raw",
    [
        b'{"decision": "accept", "decision": "accepted"}',
        b'{"decision": "accept", "Decision": "ACCEPT", "reason": "a", "reason": "b"}',
    ],
)
def test_the_same_decision_said_twice_is_one(raw: bytes) -> None:
    reply = read(raw)

    assert (reply.answer is not None and reply.answer.decision, reply.faults) == ("accept", ())


def test_words_that_are_no_answer_are_not_taken_for_one() -> None:
    reply = read(b"<html>Accept our cookies</html>", "text/html")

    assert (reply.answer, reply.faults) == (None, (ReplyFault.DECISION_MISSING,))


def test_a_way_to_compress_that_is_not_known_is_said() -> None:
    assert read(b"\x0b\x02\x80", encoding="br").faults == (ReplyFault.BODY_PACKED,)


@pytest.mark.parametrize(
    ("arrival", "fault"),
    [
        ("soon", ReplyFault.ARRIVAL_NOT_A_TIME),
        ("2026-11-21T12:00:00", ReplyFault.ARRIVAL_NOT_A_TIME),
        ("2026-11-21", ReplyFault.ARRIVAL_NOT_A_TIME),
        (True, ReplyFault.ARRIVAL_NOT_A_TIME),
        ([1], ReplyFault.ARRIVAL_NOT_A_TIME),
        (1e300, ReplyFault.ARRIVAL_NOT_A_TIME),
        ("0001-01-01T00:00:00+14:00", ReplyFault.ARRIVAL_OUT_OF_RANGE),
        ("9999-12-31T23:59:59-14:00", ReplyFault.ARRIVAL_OUT_OF_RANGE),
        ("2025-11-21T12:00:00Z", ReplyFault.ARRIVAL_OUT_OF_RANGE),
        ("2027-11-21T12:00:00Z", ReplyFault.ARRIVAL_OUT_OF_RANGE),
    ],
)
def test_a_decision_counts_without_an_arrival_that_cannot_be_meant(
    arrival: Any, fault: ReplyFault
) -> None:
    reply = read(json.dumps({"decision": "accept", "planned_arrival": arrival}).encode())

    assert reply == Reply(
        answer=Answer(decision=Decision.ACCEPT, reason=None, planned_arrival=None), faults=(fault,)
    )


@pytest.mark.parametrize("moment", [NOON - timedelta(minutes=3), NOON + timedelta(days=89)])
def test_an_arrival_about_now_or_far_ahead_counts(moment: datetime) -> None:
    reply = read(json.dumps({"decision": "accept", "plannedArrival": moment.isoformat()}).encode())

    assert reply.answer is not None
    assert (reply.answer.planned_arrival, reply.faults) == (moment, ())


def test_a_decision_counts_without_a_reason_that_is_no_text() -> None:
    reply = read(b'{"decision": "decline", "reason": ["busy"]}')

    assert (decided(reply), reply.faults) == (Decision.DECLINE, (ReplyFault.REASON_NOT_TEXT,))


def test_a_decision_counts_where_other_characters_cannot_be_read() -> None:
    reply = read('{"decision": "decline", "reason": "在忙"}'.encode("gbk"))

    assert (decided(reply), reply.faults) == (Decision.DECLINE, (ReplyFault.BODY_NOT_TEXT,))


def test_a_reason_has_nothing_that_cannot_be_stored() -> None:
    reply = read(b'{"decision": "decline", "reason": "\\ud83d busy \\u0000"}')

    assert reply.answer is not None
    assert reply.answer.reason == " busy "


def test_what_stays_on_record_is_the_unpacked_start() -> None:
    body = ReplyBody(raw=gzip.compress(ACCEPT, mtime=0), content_encoding="gzip")

    assert start_in_words(body, 10) == '{"decision'


def test_every_fault_is_said_in_words() -> None:
    assert IN_WORDS.keys() == set(ReplyFault)
    assert faults_in_words(()) is None
    both = faults_in_words((ReplyFault.REASON_NOT_TEXT, ReplyFault.ARRIVAL_NOT_A_TIME))
    assert both is not None
    assert "reason" in both
    assert "planned_arrival" in both
    assert faults_said(both) == [ReplyFault.REASON_NOT_TEXT, ReplyFault.ARRIVAL_NOT_A_TIME]
    assert [faults_said(faults_in_words((each,))) for each in ReplyFault] == [
        [each] for each in ReplyFault
    ]
    assert faults_said(None) == []
