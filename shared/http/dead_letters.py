"""Dead letters, for those who run the service: look at one, try it again, or drop it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response

from shared.auth.caller import Caller, Role
from shared.db.failures import is_transient
from shared.errors import Conflict, Forbidden
from shared.http.declared import refuses
from shared.http.fields import Reply
from shared.http.paging import Paging
from shared.http.requests import Tx, may
from shared.http.routing import action_router
from shared.http.state import AppState, state_of
from shared.messaging.dead_letters import (
    TooOld,
    claim_dead_letter,
    code_of,
    drop_dead_letter,
    list_dead_letters,
    show_dead_letter,
)


async def _operator(caller: Annotated[Caller, may(Role.ADMIN)]) -> Caller:
    """Demand an admin of every site: a dead letter may be of any."""
    if caller.sites(Role.ADMIN) is not None:
        raise Forbidden("Only an admin of every site looks after dead letters.")
    return caller


Operator = Annotated[Caller, Depends(_operator)]


class RetryFailed(Conflict):
    code = "retry_failed"


class DeadLetterOut(Reply):
    """`reason` is what went wrong, in English; `code` which kind of thing: `malformed`,
    `not_of_its_owner`, `kills_process`, or `failed` where a handler raised something else.
    """

    id: UUID
    durable: str
    fact_id: str
    type: str | None
    subject_id: str | None
    reason: str
    code: str
    attempts: int
    parked_at: datetime


class DeadLettersOut(Reply):
    items: list[DeadLetterOut]


class DeadLetterWhole(DeadLetterOut):
    headers: dict[str, Any]
    body: str
    stack: str


router = action_router("/v1/dead-letters", tag="operations")


@router.get("")
async def dead_letters(
    caller: Operator, tx: Tx, page: Paging, response: Response
) -> DeadLettersOut:
    """Return facts that could not be handled, newest first, with the reason."""
    rows = await list_dead_letters(tx, before=page.before, limit=page.limit)
    return DeadLettersOut(
        items=[
            DeadLetterOut(**row, code=code_of(str(row["reason"])))
            for row in page.cut(rows, response, lambda row: UUID(str(row["id"])))
        ]
    )


@router.get("/{dead_letter_id}")
async def dead_letter(dead_letter_id: UUID, caller: Operator, tx: Tx) -> DeadLetterWhole:
    """Return one of them with its headers, body and stack."""
    return _whole(await show_dead_letter(tx, dead_letter_id))


@router.post("/{dead_letter_id}/retry", status_code=204)
@refuses(RetryFailed, TooOld)
async def retry(dead_letter_id: UUID, caller: Operator, tx: Tx, request: Request) -> None:
    """Handle the fact again; when that fails it stays a dead letter and the answer says why."""
    durable, fact = await claim_dead_letter(tx, dead_letter_id)
    consumers = state_of(request, AppState).consumers
    if durable not in consumers:
        raise RetryFailed(
            f"This service no longer follows {durable}; drop it, or run the release that did.",
            reason="not_followed",
        )
    try:
        await consumers[durable].retry(tx, fact)
    except Exception as error:
        if is_transient(error):
            raise
        raise RetryFailed(
            f"It failed again and stays a dead letter: {type(error).__name__}: {error}",
            reason="failed_again",
        ) from error


@router.delete("/{dead_letter_id}", status_code=204)
async def drop(dead_letter_id: UUID, caller: Operator, tx: Tx) -> None:
    """Give the fact up for good."""
    await drop_dead_letter(tx, dead_letter_id)


def _whole(row: Mapping[str, Any]) -> DeadLetterWhole:
    headers = dict(row["headers"])
    named = {
        "code": code_of(str(row["reason"])),
        "type": headers.get("ce-type"),
        "subject_id": headers.get("ce-subject"),
        "body": bytes(row["body"]).decode(errors="backslashreplace"),
    }
    return DeadLetterWhole(**{**row, **named})
