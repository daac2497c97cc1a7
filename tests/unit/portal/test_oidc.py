"""What of an issuer's answer is believed."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from services.portal.domain.oidc import (
    Asked,
    NotBelieved,
    authenticates_by_header,
    authorization_query,
    code_in,
    subject_in,
    verified_email,
)

ASKED = Asked(state="s" * 32, nonce="n" * 32, verifier="v" * 64, next="/ops")
ISSUER, CLIENT = "https://issuer.example", "portal"
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "dora",
    "exp": 1_000,
    "iat": 400,
    "nonce": ASKED.nonce,
}


def _subject(**changed: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return subject_in(claims, ASKED, issuer=ISSUER, client_id=CLIENT, now=500)


def test_the_question_is_bound_to_the_browser_that_asks() -> None:
    query = parse_qs(
        authorization_query(
            ASKED, client_id=CLIENT, redirect_uri="https://p.example/back", language="en"
        )
    )

    assert query["code_challenge_method"] == ["S256"]
    assert query["state"] == [ASKED.state]
    assert query["nonce"] == [ASKED.nonce]
    assert ASKED.verifier not in str(query)


def test_a_good_answer_is_believed() -> None:
    assert code_in({"state": ASKED.state, "code": "c", "iss": ISSUER}, ASKED, issuer=ISSUER) == "c"
    assert _subject() == "dora"
    assert _subject(aud=["portal", "other"], azp="portal") == "dora"


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "c"},
        {"state": "another", "code": "c"},
        {"state": ASKED.state},
        {"state": ASKED.state, "code": ""},
        {"state": ASKED.state, "code": "c", "iss": "https://evil.example"},
        {"state": ASKED.state, "error": "access_denied"},
        {"state": "é", "code": "c"},
    ],
)
def test_an_answer_to_another_question_is_not(answer: dict[str, str]) -> None:
    with pytest.raises(NotBelieved):
        code_in(answer, ASKED, issuer=ISSUER)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": ["portal", "other"]},
        {"azp": "another"},
        {"exp": 400},
        {"exp": "soon"},
        {"exp": True},
        {"exp": None},
        {"iat": 600},
        {"iat": None},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 7},
        {"sub": ""},
        {"sub": None},
        {"sub": "a\nb"},
    ],
)
def test_a_token_that_was_not_made_for_this_is_not_believed(changed: dict[str, Any]) -> None:
    with pytest.raises(NotBelieved):
        _subject(**changed)


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "Dora@Example.com", "email_verified": True}, "dora@example.com"),
        ({"email": "dora@example.com"}, None),
        ({"email": "dora@example.com", "email_verified": False}, None),
        ({"email": "dora@example.com", "email_verified": "true"}, None),
        ({"email": "dora", "email_verified": True}, None),
        ({"email": 7, "email_verified": True}, None),
        ({}, None),
    ],
)
def test_an_address_counts_where_the_issuer_has_verified_it(
    claims: dict[str, Any], email: str | None
) -> None:
    assert verified_email(claims) == email


def test_the_secret_goes_where_the_issuer_wants_it() -> None:
    assert authenticates_by_header(None)
    assert authenticates_by_header(["client_secret_post", "client_secret_basic"])
    assert not authenticates_by_header(["client_secret_post"])
