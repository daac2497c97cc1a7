"""A technician's answer in a webhook's reply."""

import pytest

from services.notify.domain.reply import answer_in
from shared.contracts.notify import Decision


def test_an_acceptance_is_understood() -> None:
    answer = answer_in(b'{"decision": "accept", "planned_arrival": "2026-11-21T12:00:00+08:00"}')

    assert answer is not None
    assert answer.decision is Decision.ACCEPT
    assert answer.planned_arrival is not None


def test_a_decline_keeps_its_reason_within_bounds() -> None:
    answer = answer_in(b'{"decision": "decline", "reason": "' + b"x" * 9000 + b'\\u0000"}')

    assert answer is not None
    assert answer.reason is not None
    assert (answer.decision, len(answer.reason)) == (Decision.DECLINE, 500)
    assert "\x00" not in answer.reason


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok",
        b"null",
        b"[]",
        b"{}",
        b'{"decision": "maybe"}',
        b'{"decision": 1}',
        b"\xff\xfe",
        b'{"decision": "accept"',
        b"[" * 9999,
    ],
)
def test_anything_else_is_no_answer(body: bytes) -> None:
    assert answer_in(body) is None


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
    ],
)
def test_an_arrival_outside_our_time_is_no_answer(moment: str) -> None:
    body = f'{{"decision": "accept", "planned_arrival": "{moment}"}}'.encode()

    assert answer_in(body) is None
