"""Answers that show a secret once: no cache keeps them, and no idempotency key."""

from collections.abc import Callable
from datetime import datetime
from typing import Self

from fastapi import Response
from pydantic import Field

from shared.http.fields import Reply


class SecretReply(Reply):
    """Base of every answer with a secret in it, such as a signing secret or a token. It is sent
    `Cache-Control: no-store`, and is kept nowhere.
    """

    def kept(self, *, shown_at: datetime) -> Self | None:
        """Return what an `Idempotency-Key` keeps in its place, to answer a repeat; None when a
        repeat runs the action again, which then has to be harmless.
        """
        return None


def _is_none(value: object) -> bool:
    return value is None


class ShownOnce(SecretReply):
    """An answer whose `secret` is shown once. A repeat under the same `Idempotency-Key` has
    `secret_shown_at` in its place.
    """

    secret: str | None = Field(None, exclude_if=_is_none)
    secret_shown_at: datetime | None = Field(None, exclude_if=_is_none)
    """In a repeat alone: when the secret was shown. An answer that was lost cannot be had again."""

    def kept(self, *, shown_at: datetime) -> Self:
        return self.model_copy(update={"secret": None, "secret_shown_at": shown_at})


class SecretResponse(Response):
    """A SecretReply, written. `kept(at)` writes what is kept of it, None for nothing."""

    def __init__(
        self, content: bytes, status: int, *, kept: Callable[[datetime], bytes | None]
    ) -> None:
        super().__init__(
            content, status, {"Cache-Control": "no-store"}, media_type="application/json"
        )
        self.kept = kept
