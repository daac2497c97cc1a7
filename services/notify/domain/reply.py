"""A technician's answer in the webhook's own reply."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shared.contracts.notify import Decision

_LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Answer:
    decision: Decision
    reason: str | None
    planned_arrival: datetime | None


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")

    decision: Decision
    reason: str | None = None
    planned_arrival: AwareDatetime | None = None


def answer_in(body: bytes) -> Answer | None:
    """What the body `{"decision": "accept"|"decline", "reason"?, "planned_arrival"?}` says; None for any other body."""
    try:
        reply = _Reply.model_validate_json(body)
    except ValidationError:
        return None
    reason = reply.reason.replace("\x00", "")[:_LONGEST_REASON] if reply.reason else None
    return Answer(decision=reply.decision, reason=reason, planned_arrival=reply.planned_arrival)
