"""Tokens of offers and jobs: the same for the same offer however it is written, and for nothing else."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from shared.auth.work_tokens import WorkTokens

OFFER, JOB = UUID(int=1), UUID(int=2)
ENDS = datetime(2026, 3, 2, 12, 30, 0, 123456, tzinfo=UTC)
OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)


def test_an_instant_signs_the_same_in_every_zone() -> None:
    tokens = WorkTokens([OLD])
    shanghai = ENDS.astimezone(timezone(timedelta(hours=8)))

    token = tokens.offer_token(OFFER, "t-1", shanghai)

    assert token == tokens.offer_token(OFFER, "t-1", ENDS)
    assert tokens.proves_offer(token, OFFER, "t-1", ENDS)


def test_a_token_of_the_old_key_proves_after_the_rotation_and_not_after_its_end() -> None:
    token = WorkTokens([OLD]).job_token(JOB, "t-1")

    assert WorkTokens([NEW, OLD]).proves_job(token, JOB, "t-1")
    assert WorkTokens([NEW, OLD]).job_token(JOB, "t-1").startswith("k2.")
    assert not WorkTokens([NEW]).proves_job(token, JOB, "t-1")


def test_a_token_proves_one_offer_of_one_technician_with_one_end() -> None:
    tokens = WorkTokens([OLD])
    token = tokens.offer_token(OFFER, "t-1", ENDS)

    assert not tokens.proves_offer(token, JOB, "t-1", ENDS)
    assert not tokens.proves_offer(token, OFFER, "t-2", ENDS)
    assert not tokens.proves_offer(token, OFFER, "t-1", ENDS + timedelta(microseconds=1))
    assert not tokens.proves_job(token, OFFER, "t-1")


@pytest.mark.parametrize("token", ["", ".", "k1.", "k1", "é", "k9.AAAA", "\ud7ff", "x" * 10_000])
def test_nonsense_proves_nothing(token: str) -> None:
    assert not WorkTokens([OLD]).proves_job(token, JOB, "t-1")


def test_without_a_key_there_are_no_tokens() -> None:
    with pytest.raises(ValueError, match="at least one"):
        WorkTokens([])
