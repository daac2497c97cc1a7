"""Sites with their buildings, units, spots and categories."""

from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import Field, StringConstraints

from services.tickets.actions.seeing import see_site
from services.tickets.actions.sites import list_sites, put_site, republish_sites
from services.tickets.api.building_schemas import BuildingIn, BuildingOut
from services.tickets.api.tickets import Reader
from services.tickets.domain.access import MANAGERS
from services.tickets.domain.danger.words import USUAL_DANGER_WORDS
from services.tickets.domain.intake import MAX_ANSWERS
from services.tickets.domain.questions import Option, Question, QuestionKind
from services.tickets.domain.site import Category, ChecklistItem, CodeTaken, Site, Spot
from shared.auth.caller import Caller, Role
from shared.contracts.categories import Nature, Road
from shared.contracts.tickets import Priority
from shared.http.declared import refuses
from shared.http.fields import (
    Body,
    Code,
    Flag,
    Identifier,
    Latitude,
    Longitude,
    Number,
    Reply,
    ShortWords,
    SiteCode,
    Storable,
    Whole,
)
from shared.http.inputs import Language, SkillIn
from shared.http.paging import IDENTIFIERS, Page, paged_by
from shared.http.requests import IfMatchMaybe, Tx, etag, may
from shared.http.routing import action_router

router = action_router("/v1", tag="sites")

_Keeper = Annotated[Caller, may(*MANAGERS)]
_Admin = Annotated[Caller, may(Role.ADMIN)]
_Names = Annotated[
    dict[Annotated[str, StringConstraints(max_length=20), Storable], ShortWords],
    Field(max_length=10),
]
_Key = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), Storable
]
_Word = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), Storable
]

_Phone = Annotated[str, StringConstraints(max_length=40, pattern=r"^\+?[0-9][0-9 ()/-]{2,39}$")]


class OptionIn(Body):
    code: Code
    names: _Names = {}

    def option(self) -> Option:
        return Option(code=self.code, names=self.names)


class QuestionIn(Body):
    """A question about a report. `min`, `max` (inclusive) and `unit` are a `number`'s, `options` a
    `choice`'s, which is answered by a code or a name of one; a `photo` by an attachment's id.
    """

    code: Code
    names: _Names = {}
    required: Flag = True
    kind: QuestionKind = QuestionKind.TEXT
    min: Number | None = None
    max: Number | None = None
    unit: _Key | None = Field(None, examples=["m²"])
    options: Annotated[list[OptionIn], Field(max_length=30)] = []

    def question(self) -> Question:
        options = tuple(option.option() for option in self.options)
        return Question(**{**dict(self), "options": options})


class ChecklistItemIn(Body):
    code: Code
    names: _Names = {}

    def item(self) -> ChecklistItem:
        return ChecklistItem(code=self.code, names=self.names)


class CategoryIn(Body):
    """What may be reported. Tickets of one whose `road` is `desk` get no job: staff answer and
    resolve them, unless words of danger send them to technicians. The `checklist` is what its
    technician is shown, to be ticked with a completion.
    """

    code: Code
    names: _Names = {}
    skills: Annotated[list[SkillIn], Field(max_length=10)] = []
    priority: Priority = Priority.NORMAL
    expected_minutes: Annotated[Whole, Field(ge=1, le=10_000)] = 60
    questions: Annotated[list[QuestionIn], Field(max_length=MAX_ANSWERS)] = []
    nature: Nature = Nature.FAULT
    road: Road = Road.DISPATCH
    checklist: Annotated[list[ChecklistItemIn], Field(max_length=20)] = []


class SpotIn(Body):
    code: _Key
    name: ShortWords = ""
    building: _Key | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class SiteIn(Body):
    """A site as it is to be, whole; what is left out is at its default."""

    code: SiteCode = Field(examples=["DEMO"])
    name: Annotated[ShortWords, StringConstraints(min_length=1)]
    time_zone: Annotated[str, StringConstraints(max_length=60), Storable] = Field(
        examples=["Asia/Shanghai"]
    )
    language: Language = "zh-CN"
    lat: Latitude | None = None
    lon: Longitude | None = None
    categories: Annotated[list[CategoryIn], Field(max_length=100)] = []
    buildings: Annotated[list[BuildingIn], Field(max_length=500)] = []
    spots: Annotated[list[SpotIn], Field(max_length=1000)] = []
    danger_words: Annotated[list[_Word], Field(max_length=200)] = list(USUAL_DANGER_WORDS)
    residents_see_unit: Flag = False
    close_after_working_days: Annotated[Whole, Field(ge=1, le=60)] | None = None
    """Working days in which a resident may object to a resolution; left out, it is 72 hours."""
    visits_stand_after_hours: Annotated[Whole, Field(ge=0, le=720)] | None = 24
    """When a visit that staff set counts as agreed with a resident who does not object; null: when
    they confirm it, 0: at once.
    """
    phone: _Phone | None = Field(None, examples=["021-5555 0110"])
    """Where residents call, as it is to be read."""

    def site(self, site_id: str) -> Site:
        return Site(
            id=site_id,
            version=1,
            code=self.code,
            name=self.name,
            time_zone=self.time_zone,
            language=self.language,
            lat=self.lat,
            lon=self.lon,
            categories=tuple(_category(category) for category in self.categories),
            buildings=tuple(building.building() for building in self.buildings),
            spots=tuple(Spot(**dict(spot)) for spot in self.spots),
            danger_words=tuple(self.danger_words),
            residents_see_unit=self.residents_see_unit,
            close_after_working_days=self.close_after_working_days,
            visits_stand_after_hours=self.visits_stand_after_hours,
            phone=self.phone,
        )


class SiteOut(Reply):
    id: str
    version: int
    code: str
    name: str
    time_zone: str
    language: str
    lat: float | None
    lon: float | None
    categories: tuple[Category, ...]
    removed_at: datetime | None
    buildings: tuple[BuildingOut, ...]
    spots: tuple[Spot, ...]
    danger_words: tuple[str, ...]
    residents_see_unit: bool
    close_after_working_days: int | None
    visits_stand_after_hours: int | None
    phone: str | None

    @classmethod
    def of(cls, site: Site) -> "SiteOut":
        own = {name: getattr(site, name) for name in cls.model_fields}
        return cls(**{**own, "buildings": tuple(map(BuildingOut.of, site.buildings))})


class SiteLineOut(Reply):
    """A site in a list; `GET /v1/sites/{site_id}` has its places and categories."""

    id: str
    version: int
    code: str
    name: str
    time_zone: str
    language: str


class SitesOut(Reply):
    items: tuple[SiteLineOut, ...]


class RepublishedOut(Reply):
    republished: int


class SitesRepublishedOut(RepublishedOut):
    """How many sites, and how many buildings are going to be within moments."""

    buildings: int


@router.get("/sites")
async def list_all(
    caller: Reader,
    tx: Tx,
    page: Annotated[Page[str], paged_by(IDENTIFIERS)],
    response: Response,
) -> SitesOut:
    """Return the sites at which you have a role, by id."""
    found = await list_sites(tx, by=caller, after=page.last or "", limit=page.limit)
    shown = page.cut(found, response, lambda site: site.id)
    return SitesOut(items=tuple(SiteLineOut.model_validate(site) for site in shown))


@router.get("/sites/{site_id}")
async def read(site_id: Identifier, response: Response, caller: Reader, tx: Tx) -> SiteOut:
    site = await see_site(tx, site_id, by=caller)
    etag(response, site.version)
    return SiteOut.of(site)


@router.put(
    "/sites/{site_id}", responses={201: {"model": SiteOut, "description": "The site is new."}}
)
@refuses(CodeTaken)
async def put(
    site_id: Identifier,
    response: Response,
    body: SiteIn,
    version: IfMatchMaybe,
    caller: _Keeper,
    tx: Tx,
) -> SiteOut:
    """Create the site, or replace it; `If-Match` is demanded where it exists."""
    site, created = await put_site(tx, body.site(site_id), version=version, by=caller)
    response.status_code = 201 if created else 200
    etag(response, site.version)
    return SiteOut.of(site)


@router.post("/sites:republish")
async def republish(caller: _Admin, tx: Tx) -> SitesRepublishedOut:
    """Republish every site and, some at a time, every building, for listeners that may have missed
    them.
    """
    sites, buildings = await republish_sites(tx, by=caller)
    return SitesRepublishedOut(republished=sites, buildings=buildings)


def _category(category: CategoryIn) -> Category:
    return Category(
        code=category.code,
        names=category.names,
        skills=tuple(skill.skill() for skill in category.skills),
        priority=category.priority,
        expected_minutes=category.expected_minutes,
        questions=tuple(question.question() for question in category.questions),
        nature=category.nature,
        road=category.road,
        checklist=tuple(item.item() for item in category.checklist),
    )
