"""The body of a webhook: `{"type", "timestamp", "data"}`, at most 20 KB."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from pydantic_core import to_json

from services.notify.domain.kinds import DATA_ALONE, Kind
from services.notify.domain.known import stamp
from services.notify.domain.work_data import accepted_in, offered_in, pooled_in
from shared.auth.work_tokens import WorkTokens

MAX_BODY_BYTES = 20 * 1024


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message as it was put down: what it is about, and its words in the recipient's language."""

    id: UUID
    kind: Kind
    at: datetime
    data: Mapping[str, JsonValue]
    title: str
    text: str
    language: str


def work_secrets(
    said: Said, ticket_id: UUID | None, technician_id: str, tokens: WorkTokens, dispatch_url: str
) -> dict[str, JsonValue]:
    """Return what a technician's client needs to answer an offer or to report on a job; made anew
    for each attempt.
    """
    if ticket_id is None:
        return {}
    if said.kind is Kind.JOB_OFFERED:
        offer = offered_in(said.data)
        offer_url = f"{dispatch_url}/v1/offers/{offer.offer_id}"
        return {
            "accept_url": f"{offer_url}/accept",
            "decline_url": f"{offer_url}/decline",
            "token": tokens.offer_token(offer.offer_id, ticket_id, technician_id, offer.expires_at),
        }
    if said.kind is Kind.JOB_POOLED:
        return {"grab_url": f"{dispatch_url}/v1/jobs/{pooled_in(said.data).job_id}/grab"}
    if said.kind in (Kind.JOB_ACCEPTED, Kind.JOB_CHANGED):
        job_id = accepted_in(said.data).job_id
        return {
            "job_url": f"{dispatch_url}/v1/jobs/{job_id}",
            "job_token": tokens.job_token(job_id, ticket_id, technician_id),
        }
    return {}


def envelope(said: Said, secrets: Mapping[str, JsonValue]) -> bytes:
    """Return the body as JSON. `secrets` (tokens, and the addresses they are for) join the data
    here and are kept nowhere.
    """
    words: dict[str, JsonValue] = (
        {}
        if said.kind in DATA_ALONE
        else {"title": said.title, "text": said.text, "language": said.language}
    )
    return to_json(
        {"type": said.kind, "timestamp": stamp(said.at), "data": {**said.data, **words, **secrets}}
    )
