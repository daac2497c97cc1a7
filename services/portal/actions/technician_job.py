"""A job with all that its technician wants to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from services.portal.actions.technician_day import or_none, see_job
from services.portal.actions.timeline import Timeline, read_timeline
from services.portal.adapters.apis import Apis, Missing, parts, path_of
from services.portal.domain.job_photos import JobPhotos, photos_of
from services.portal.domain.own_job import OwnJob
from shared.contracts.attachments import Attachment

_ATTACHMENTS = TypeAdapter(list[Attachment])


@dataclass(frozen=True, kw_only=True)
class JobSeen:
    """`ticket` is what tickets says of it, None where the technician does not see it any more;
    `clocks` what was promised, `comments` what was written; `has_earlier_comments` where there may
    be more before them.
    """

    job: OwnJob
    ticket: Mapping[str, Any] | Missing | None
    clocks: list[Mapping[str, Any]] | Missing
    comments: list[Mapping[str, Any]] | Missing
    has_earlier_comments: bool
    photos: JobPhotos


async def see_whole_job(apis: Apis, job_id: str) -> JobSeen:
    """Return the job, and of its ticket what there is. Raises Refusal, and Away for dispatch."""
    job = await see_job(apis, job_id)
    ticket, clocks, timeline = await parts(
        or_none(apis.tickets.get(path_of("/v1/tickets/{}", job.ticket_id))),
        or_none(apis.sla.get("/v1/clocks", ticket_id=job.ticket_id)),
        or_none(read_timeline(apis.tickets, path_of("/v1/tickets/{}", job.ticket_id))),
    )
    known = ticket if isinstance(ticket, Mapping) else {}
    attachments = _ATTACHMENTS.validate_python(known.get("attachments") or [])
    return JobSeen(
        job=job,
        ticket=ticket,
        clocks=clocks if isinstance(clocks, Missing) else (clocks or {}).get("items", []),
        comments=timeline if isinstance(timeline, Missing) else _comments(timeline),
        has_earlier_comments=isinstance(timeline, Timeline) and timeline.has_earlier,
        photos=photos_of(attachments, job),
    )


def _comments(timeline: Timeline | None) -> list[Mapping[str, Any]]:
    """Return what people wrote, the newest first."""
    lines = [] if timeline is None else timeline.lines
    return [each for each in reversed(lines) if each.get("text")]
