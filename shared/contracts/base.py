"""What every snapshot has in common.

Contracts are plain data: they import nothing that does anything.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Contract(BaseModel):
    """Part of a fact. Frozen; unknown fields are ignored, so that an older reader
    understands a newer writer.

    A field that equals its default is left out of facts (`Snapshot.fact_json`) and read as its
    default. So **a default never changes**: what was left out under it would come to mean
    something else. Another default needs another field. A field that readers of the raw JSON walk
    through gets a `field_serializer` that returns it as it is: such a field is always written.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True, defer_build=True)


class Snapshot(Contract):
    """The whole public state of one entity at one version.

    `OWNER` and `ENTITY` name it on the wire (`tickets.ticket`), `FACTS` are the past tenses in its
    catalogue, each with a sentence; `FORMER_FACTS` are those of them that its owner publishes no
    more. `ABOUT` says what else it is about: (kind, the field with its id), itself where nothing is
    said. In a service, facts about the same thing are handled one after the other,
    whichever service told them.
    """

    OWNER: ClassVar[str]
    ENTITY: ClassVar[str]
    ABOUT: ClassVar[tuple[str, str] | None] = None
    CONTRACT_VERSION: ClassVar[int] = 1
    FACTS: ClassVar[dict[str, str]]
    FORMER_FACTS: ClassVar[frozenset[str]] = frozenset()

    id: UUID | str
    version: Annotated[int, Field(ge=1)]
    site_id: str

    @classmethod
    def fact_type(cls, past_tense: str) -> str:
        """Return the fact's type on the wire, `tickets.ticket.opened.v1`; raises KeyError for a
        fact that the catalogue does not have.
        """
        cls.FACTS[past_tense]
        return f"{cls.OWNER}.{cls.ENTITY}.{past_tense}.v{cls.CONTRACT_VERSION}"

    def fact_json(self) -> bytes:
        """Return the snapshot as facts carry it: JSON, without the fields that
        equal their defaults.
        """
        return self.model_dump_json(exclude_defaults=True).encode()

    def about(self) -> tuple[str, str]:
        """("ticket", its id)."""
        kind, field = self.ABOUT or (self.ENTITY, "id")
        return kind, str(getattr(self, field))


class Window(Contract):
    """From `start` to `end`, for instance a visit that was agreed."""

    start: AwareDatetime
    end: AwareDatetime


class SkillNeed(Contract):
    """A skill with the least level that will do (1 is the lowest)."""

    code: str
    level: Annotated[int, Field(ge=1, le=5)] = 1
