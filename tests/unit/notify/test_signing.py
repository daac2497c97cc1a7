"""Our signatures against the reference library."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.notify.domain.signing import SECRET_BYTES, secret_from, signed_headers
from shared.ids import new_id

OLD, NEW = secret_from(b"o" * SECRET_BYTES), secret_from(b"n" * SECRET_BYTES)


@given(words=st.text(), epoch=st.floats(1.5e9, 2.1e9))
def test_the_reference_library_signs_the_same(words: str, epoch: float) -> None:
    body, message_id, at = json.dumps(words), new_id(), datetime.fromtimestamp(epoch, UTC)

    headers = signed_headers([NEW], message_id, at, body.encode())

    assert headers["webhook-signature"] == Webhook(NEW).sign(str(message_id), at, body)


def test_the_reference_library_verifies_our_headers() -> None:
    body = '{"type":"job.offered","data":{"summary":"厨房水管爆裂"}}'.encode()

    headers = signed_headers([NEW], new_id(), datetime.now(UTC), body)

    assert Webhook(NEW).verify(body, dict(headers))["type"] == "job.offered"


def test_an_instant_signs_the_same_in_every_zone() -> None:
    message_id, noon = new_id(), datetime(2026, 11, 21, 12, 0, 0, 700_000, tzinfo=UTC)

    here = signed_headers([NEW], message_id, noon, b"{}")
    there = signed_headers([NEW], message_id, noon.astimezone(timezone(timedelta(hours=8))), b"{}")

    assert here == there


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_during_rotation_both_secrets_verify(secret: str) -> None:
    headers = signed_headers([NEW, OLD], new_id(), datetime.now(UTC), b'{"a":1}')

    assert Webhook(secret).verify(b'{"a":1}', dict(headers)) == {"a": 1}


def test_a_changed_body_does_not_verify() -> None:
    headers = signed_headers([NEW], new_id(), datetime.now(UTC), b'{"a":1}')

    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(b'{"a":2}', dict(headers))
