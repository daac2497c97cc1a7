"""A technician's answer in the webhook's own reply."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.contracts.notify import Decision

_MAX_REASON_LENGTH = 500


@dataclass(frozen=True, kw_only=True)
class Answer:
    decision: Decision
    reason: str | None
    planned_arrival: datetime | None


def _in_our_time(moment: datetime) -> datetime:
    # At the ends of the calendar another zone is another year, which no service after
    # this one could store or read.
    if not 2000 <= moment.year < 2100:
        raise ValueError("has to lie between the years 2000 and 2099")
    return moment.astimezone(UTC)


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")

    decision: Decision
    reason: str | None = None
    planned_arrival: Annotated[AwareDatetime, AfterValidator(_in_our_time)] | None = None


def answer_in(body: bytes) -> Answer | None:
    """Return what the body `{"decision": "accept"|"decline", "reason"?, "planned_arrival"?}` says;
    None for any other body.
    """
    try:
        reply = _Reply.model_validate_json(body)
    except ValidationError:
        return None
    reason = reply.reason.replace("\x00", "")[:_MAX_REASON_LENGTH] if reply.reason else None
    return Answer(decision=reply.decision, reason=reason, planned_arrival=reply.planned_arrival)
