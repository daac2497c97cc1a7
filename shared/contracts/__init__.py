"""Every fact that services say to each other, as frozen models: one file per owner."""

from shared.contracts.base import Contract, SkillNeed, Snapshot, Window
from shared.contracts.comments import CommentV1
from shared.contracts.dispatch import TechnicianV1, WorkOrderV1
from shared.contracts.notify import AudienceV1, OfferAnswerV1
from shared.contracts.people import PersonV1
from shared.contracts.sla import ClocksV1
from shared.contracts.tickets import SiteV1, TicketV1

SNAPSHOTS: tuple[type[Snapshot], ...] = (
    TicketV1,
    CommentV1,
    SiteV1,
    WorkOrderV1,
    TechnicianV1,
    ClocksV1,
    OfferAnswerV1,
    PersonV1,
    AudienceV1,
)

__all__ = [
    "SNAPSHOTS",
    "AudienceV1",
    "ClocksV1",
    "CommentV1",
    "Contract",
    "OfferAnswerV1",
    "PersonV1",
    "SiteV1",
    "SkillNeed",
    "Snapshot",
    "TechnicianV1",
    "TicketV1",
    "Window",
    "WorkOrderV1",
]
