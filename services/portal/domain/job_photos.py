"""Photos of a job: which of a ticket's attachments show it before the work and which after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.portal.domain.own_job import OwnJob
from shared.contracts.attachments import Attachment, AttachmentKind


@dataclass(frozen=True, kw_only=True)
class JobPhotos:
    """`reported` are the residents' and the desk's, the others the technician's own."""

    reported: tuple[Attachment, ...] = ()
    before: tuple[Attachment, ...] = ()
    after: tuple[Attachment, ...] = ()

    @property
    def own(self) -> tuple[Attachment, ...]:
        return (*self.before, *self.after)


def photos_of(attachments: Iterable[Attachment], job: OwnJob) -> JobPhotos:
    """Return the ticket's photos sorted: by what the technician said of them, and until they have
    said it by whether the work had begun.
    """
    said = _said(job.report or {})
    began = next((step.at for step in job.steps if step.state == "working"), None)
    reported, before, after = [], [], []
    for each in attachments:
        if each.kind is not AttachmentKind.PHOTO:
            continue
        if each.by != f"job:{job.id}":
            reported.append(each)
        elif not each.public:
            continue  # a signature
        elif said.get(each.id, began is None or each.at < began):
            before.append(each)
        else:
            after.append(each)
    return JobPhotos(reported=tuple(reported), before=tuple(before), after=tuple(after))


def _said(report: Mapping[str, Any]) -> dict[UUID, bool]:
    return {
        **{UUID(id): True for id in report.get("photos_before") or ()},
        **{UUID(id): False for id in report.get("photos") or ()},
    }
