"""The facts of notify: what came back from those we told."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from shared.contracts.base import Snapshot


class Decision(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"


class AudienceV1(Snapshot):
    """How many people hear of the work at a site: of broken promises, and of jobs that no
    technician can take.

    Its id is the site's, or `*` for those who hear of every site besides.
    """

    OWNER: ClassVar[str] = "notify"
    ENTITY: ClassVar[str] = "audience"
    FACTS: ClassVar[dict[str, str]] = {
        "changed": "More or fewer people hear of the site.",
        "restated": "Nothing changed; said again for listeners that missed it.",
    }

    id: str
    listeners: int = 0


class OfferAnswerV1(Snapshot):
    """A technician's client answered an offer in the webhook's own reply.

    Its id is the offer's; the first answer is version 1.
    """

    OWNER: ClassVar[str] = "notify"
    ENTITY: ClassVar[str] = "offer"
    FACTS: ClassVar[dict[str, str]] = {
        "answered": "A technician's client answered an offer in the webhook's own reply."
    }

    id: UUID
    job_id: UUID
    ticket_id: UUID
    technician_id: str
    decision: Decision
    reason: str | None = None
    planned_arrival: AwareDatetime | None = None
    answered_at: AwareDatetime
