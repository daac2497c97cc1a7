"""What goes wrong, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from services.portal.adapters.messages import Messages, Translate
from services.portal.adapters.service_answers import Refusal
from shared.errors import Forbidden, Unauthenticated


class SignInNeeded(Unauthenticated):
    code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__("Sign in first.")


class WrongFace(Forbidden):
    code = "wrong_face"

    def __init__(self) -> None:
        super().__init__("This page is for others.")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What went wrong, for a template: `said` is a sentence, `detail` what the service says of it
    in English. `members` are what a script gets.
    """

    status: int
    code: str
    said: str
    detail: str
    members: Mapping[str, Any]


def problem_of(refusal: Refusal, t: Translate, messages: Messages) -> Problem:
    """Return the refusal in words: the message `refusal-<code>-<reason>` or `refusal-<code>` where
    there is one, with the service's `detail`, members and `values` as its arguments, else what its
    status means.
    """
    key = f"refusal-{refusal.code}-{refusal.members.get('reason')}".replace("_", "-")
    if not messages.has(key):
        key = f"refusal-{refusal.code}".replace("_", "-")
    said = t(key, **_arguments(refusal)) if messages.has(key) else t(status_key(refusal.status))
    members = {**refusal.members, "code": refusal.code, "said": said, "status": refusal.status}
    return Problem(
        status=refusal.status,
        code=refusal.code,
        said=said,
        detail=refusal.detail,
        members=members,
    )


def status_key(status: int) -> str:
    """Return the key of the message that says what a status means."""
    if status in (403, 404, 409, 412, 413, 422, 429):
        return f"error-{status}"
    return "error-500" if status == 500 else "error-503" if status > 500 else "error-400"


def wants_json(request: Request) -> bool:
    """Return whether a script asks, which says by itself what went wrong."""
    return "application/json" in request.headers.get("accept", "")


def _arguments(refusal: Refusal) -> dict[str, Any]:
    values = refusal.members.get("values")
    given = {"detail": refusal.detail, **refusal.members}
    given |= values if isinstance(values, Mapping) else {}
    return {
        str(name).replace("-", "_"): value
        for name, value in given.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
