"""One job as its desk reads it."""

from pydantic import TypeAdapter

from services.portal.domain.desk.views import Job, Offer
from shared.contracts.base import Contract
from shared.contracts.tickets import Place


class Skill(Contract):
    code: str
    level: int


class JobTicket(Contract):
    """What a job tells of its ticket."""

    reference: str
    title: str
    description: str
    place: Place

    @property
    def text(self) -> str:
        """What was said, in one line."""
        return " ".join((self.title or self.description).split())


class JobView(Job):
    """What `GET /v1/jobs/{id}` answers staff."""

    skills: tuple[Skill, ...]
    ticket: JobTicket | None = None


def assigned_offer(job: Job) -> Offer | None:
    """Return the offer by which a dispatcher has asked one technician; None once it is answered."""
    return next((each for each in job.offers if each.state == "open" and each.assigned_by), None)


JOB = TypeAdapter(JobView)
