"""Tokens of offers and jobs: proven without a database, and good for one offer or job of one
technician alone.
"""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.auth.caller import Credential, WorkScheme
from shared.auth.work_tokens import WorkTokenProver, WorkTokens, public_key_of
from shared.errors import Unauthenticated
from shared.ids import TechnicianId, TicketId
from tests.support.clocks import SettableClock
from tests.support.issuer import token as bearer_token

OFFER, JOB, TICKET = UUID(int=1), UUID(int=2), TicketId(UUID(int=3))
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ENDS = datetime(2026, 3, 2, 12, 30, 0, 123456, tzinfo=UTC)
OLD, NEW = ("k1", b"1" * 32), ("k2", b"2" * 32)


def signer(*keys: tuple[str, bytes], clock: SettableClock | None = None) -> WorkTokens:
    return WorkTokens(keys or [OLD], clock or SettableClock(NOW))


def prover(*keys: tuple[str, bytes], clock: SettableClock | None = None) -> WorkTokenProver:
    return WorkTokenProver(
        [(kid, public_key_of(seed)) for kid, seed in keys or [OLD]], clock or SettableClock(NOW)
    )


def test_who_has_the_public_key_alone_learns_what_a_token_is_for() -> None:
    offer_token, job_token = (
        signer().offer_token(OFFER, TICKET, "t-1", ENDS),
        signer().job_token(JOB, TICKET, "t-1"),
    )

    proven = [
        prover().prove(WorkScheme.OFFER, offer_token),
        prover().prove(WorkScheme.JOB, job_token),
    ]

    assert proven == [
        Credential(WorkScheme.OFFER, OFFER, TICKET, TechnicianId("t-1")),
        Credential(WorkScheme.JOB, JOB, TICKET, TechnicianId("t-1")),
    ]


def test_an_offers_token_is_the_same_whenever_and_however_its_end_is_written() -> None:
    shanghai = ENDS.astimezone(timezone(timedelta(hours=8)))
    later = signer(clock=SettableClock(NOW + timedelta(days=1)))

    assert signer().offer_token(OFFER, TICKET, "t-1", shanghai) == later.offer_token(
        OFFER, TICKET, "t-1", ENDS
    )


def test_a_jobs_token_is_the_same_all_day_and_lives_longer_when_it_is_made_anew() -> None:
    clock = SettableClock(NOW)
    tokens = signer(clock=clock)
    first = tokens.job_token(JOB, TICKET, "t-1")
    clock.move(hours=11)
    same_day = tokens.job_token(JOB, TICKET, "t-1")
    clock.move(days=1)
    next_day = tokens.job_token(JOB, TICKET, "t-1")
    clock.move(days=89, hours=2)

    assert first == same_day
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.prove(WorkScheme.JOB, first)
    assert tokens.prove(WorkScheme.JOB, next_day).id == JOB


def test_an_offers_token_outlives_the_offer_whose_row_says_what_was_decided() -> None:
    clock = SettableClock(NOW)
    tokens = signer(clock=clock)
    token = tokens.offer_token(OFFER, TICKET, "t-1", ENDS)

    clock.move(days=90)
    after_a_season = tokens.prove(WorkScheme.OFFER, token)
    clock.move(hours=1)

    assert after_a_season.id == OFFER
    # also where it was proven and is remembered
    with pytest.raises(Unauthenticated, match="expired"):
        tokens.prove(WorkScheme.OFFER, token)


def test_a_token_of_the_old_key_proves_after_the_rotation_and_not_after_its_end() -> None:
    token = signer(OLD).job_token(JOB, TICKET, "t-1")
    header = json.loads(
        base64.urlsafe_b64decode(
            signer(NEW, OLD).job_token(JOB, TICKET, "t-1").split(".")[0] + "=="
        )
    )

    assert header == {"alg": "Ed25519", "kid": "k2", "typ": "job+jwt"}
    assert signer(NEW, OLD).prove(WorkScheme.JOB, token) == prover(NEW, OLD).prove(
        WorkScheme.JOB, token
    )
    with pytest.raises(Unauthenticated):
        prover(NEW).prove(WorkScheme.JOB, token)


def test_an_offers_token_is_no_jobs_token_also_once_it_was_proven() -> None:
    tokens = signer()
    token = tokens.offer_token(OFFER, TICKET, "t-1", ENDS)

    for _ in range(2):
        with pytest.raises(Unauthenticated):
            tokens.prove(WorkScheme.JOB, token)
        tokens.prove(WorkScheme.OFFER, token)


def _key(seed: bytes = OLD[1]) -> OKPKey:
    return OKPKey.import_key(OKPKey.binding.from_private_bytes("Ed25519", seed))


def _signed(
    key: OKPKey | OctKey | None = None,
    algorithm: str = "Ed25519",
    kid: str = "k1",
    type: object = "job+jwt",
    **claims: object,
) -> str:
    body = {
        "job": str(JOB),
        "ticket": str(TICKET),
        "sub": "t-1",
        "exp": int(NOW.timestamp()) + 60,
        **claims,
    }
    header = {"alg": algorithm, "kid": kid, "typ": type}
    return jwt.encode(
        header,
        {k: v for k, v in body.items() if v is not None},
        key or _key(),
        algorithms=[algorithm],
    )


def test_what_the_wrong_ones_below_differ_from_is_good() -> None:
    assert prover().prove(WorkScheme.JOB, _signed()).technician_id == "t-1"


WRONG: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "dots": lambda: "..",
    "no ASCII": lambda: "é.é.é",
    "a surrogate": lambda: "\ud7ff",
    "too long": lambda: "x" * 10_000,
    "a bearer token": lambda: bearer_token("t-1", [("technician", "*")]),
    "a bearer token of the same key": lambda: _signed(type="JWT", iss="fettle", aud="fettle"),
    "no type": lambda: _signed(type=""),
    "another's signature": lambda: _signed(_key(b"3" * 32)),
    "an unknown key": lambda: _signed(_key(b"3" * 32), kid="k9"),
    "HMAC with the public key": lambda: _signed(OctKey.import_key(public_key_of(OLD[1])), "HS256"),
    "no signature": lambda: _signed().rsplit(".", 1)[0] + ".",
    "no job": lambda: _signed(job=None),
    "a job that is no id": lambda: _signed(job="1"),
    "no ticket": lambda: _signed(ticket=None),
    "no technician": lambda: _signed(sub=None),
    "no end": lambda: _signed(exp=None),
    "an end beyond every number": lambda: _signed(exp=10**400),
    "an end that is over": lambda: _signed(exp=int(NOW.timestamp())),
}


@pytest.mark.parametrize("made", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_token_proves_nothing_and_is_not_repeated(made: Callable[[], str]) -> None:
    with pytest.raises(Unauthenticated) as refused:
        prover().prove(WorkScheme.JOB, made())

    assert "t-1" not in refused.value.message


def test_without_a_key_there_are_no_tokens() -> None:
    with pytest.raises(ValueError, match="at least one"):
        WorkTokens([], SettableClock(NOW))
