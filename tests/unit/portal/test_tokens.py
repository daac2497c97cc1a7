"""Tokens that the portal signs."""

from pathlib import Path
from uuid import uuid4

import pytest
from pydantic_core import to_json

from services.portal.adapters.tokens import LIFETIME_S, Bearer, TokenSigner
from services.portal.domain.visitor import stranger
from shared.auth.bearer import BearerTokens
from shared.auth.caller import Grant, Role
from shared.errors import Unauthenticated
from shared.ids import PersonId, SiteId, TicketId

URL = "https://portal.example"
OLD, NEW = (
    ("old", b"a seed of 32 bytes, now retired."),
    ("new", b"another seed of 32 bytes, in use"),
)
LI = Bearer(
    person_id=PersonId("li"),
    grants=(Grant(Role.RESIDENT, SiteId("demo")),),
    units=frozenset({"3-1202"}),
)


async def _trusting(signer: TokenSigner, path: Path) -> BearerTokens:
    (path / "jwks.json").write_bytes(to_json(signer.jwks()))
    tokens = BearerTokens(str(path / "jwks.json"), issuer=URL, audience="fettle")
    await tokens.refresh()
    return tokens


def _signer(*keys: tuple[str, bytes]) -> TokenSigner:
    return TokenSigner(keys or (OLD,), issuer=URL, audience="fettle")


async def test_services_prove_a_token_with_the_keys_that_are_shown(tmp_path: Path) -> None:
    signer = _signer()

    caller = (await _trusting(signer, tmp_path)).prove(signer.token_for(LI))

    assert (caller.id, caller.units, caller.only) == ("li", frozenset({"3-1202"}), None)
    assert caller.has(Role.RESIDENT, "demo")


async def test_a_link_is_for_one_ticket_alone(tmp_path: Path) -> None:
    signer, ticket = _signer(), TicketId(uuid4())
    bearer = Bearer(person_id=PersonId("li"), grants=LI.grants, only=ticket)

    caller = (await _trusting(signer, tmp_path)).prove(signer.token_for(bearer))

    assert caller.only == ticket


async def test_the_first_key_signs_and_tokens_of_the_others_stay_good(tmp_path: Path) -> None:
    before, after = _signer(OLD), _signer(NEW, OLD)
    tokens = await _trusting(after, tmp_path)

    assert tokens.prove(before.token_for(LI)).id == tokens.prove(after.token_for(LI)).id == "li"
    with pytest.raises(Unauthenticated):
        (await _trusting(before, tmp_path)).prove(after.token_for(LI))


def test_a_token_is_the_same_until_it_is_about_to_end() -> None:
    at = [1_000_000.0]
    signer = TokenSigner((OLD,), issuer=URL, audience="fettle", now=lambda: at[0])
    first = signer.token_for(LI)

    at[0] += LIFETIME_S / 2
    assert signer.token_for(LI) == first
    at[0] += LIFETIME_S / 2 - 1
    assert signer.token_for(LI) != first


def test_other_grants_are_another_token() -> None:
    signer = _signer()
    more = Bearer(person_id=LI.person_id, grants=(*LI.grants, Grant(Role.ADMIN, SiteId("demo"))))

    assert signer.token_for(LI) != signer.token_for(more)


def test_a_stranger_shows_no_token() -> None:
    assert Bearer.of(stranger("en")) is None
