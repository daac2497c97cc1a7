"""The facts of tickets: what people asked for, and where."""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.attachments import Attachment
from shared.contracts.base import Contract, Latitude, Longitude, SkillNeed, Snapshot, Window


class Priority(StrEnum):
    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class TicketState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """How a report came in."""

    APP = "app"
    PHONE = "phone"
    PAGE = "page"
    OPEN311 = "open311"
    QR = "qr"
    IOT = "iot"
    INSPECTION = "inspection"
    IMPORT = "import"


class HoldReason(StrEnum):
    WAITING_RESIDENT = "waiting_resident"
    WAITING_PARTS = "waiting_parts"
    NO_ACCESS = "no_access"
    WAITING_CONTRACTOR = "waiting_contractor"
    INTERRUPTED = "interrupted"


class Place(Contract):
    """Where, inside a site: a unit of a building, a public spot, or plain words; coordinates (WGS
    84) where they are known.
    """

    building: str | None = None
    entrance: str | None = None
    """The unit's entrance (单元), in buildings whose units are told apart by it."""
    unit: str | None = None
    spot: str | None = None
    address: str | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    unit_said: str | None = None
    """What was said of the unit, where the site knows none such, or several, or less; the address
    has it too.
    """
    spot_said: str | None = None
    """What was said of the spot, likewise, and beside a unit."""
    candidates: tuple[str, ...] = ()
    """The units (`3-1202`) and spots that may have been meant; shown to staff."""


class TicketStep(Contract):
    """One change of state. Clocks anywhere are computed from these alone.

    `cause` is the person's id, `job:ID`, `dispatch` or `system`; `reason` is a hold reason or words
    of the person.
    """

    at: AwareDatetime
    state: TicketState
    cycle: int
    reason: str | None = None
    cause: str
    merged_into: str | None = None
    """The reference of the ticket that goes on instead, where this step cancelled a duplicate."""


class Classing(Contract):
    """Which category and priority the ticket had from `at` on."""

    at: AwareDatetime
    category: str
    priority: Priority


class Appointment(Contract):
    """A visit agreed with the resident at `at`; the newest counts.

    `by` is the person who entered it, empty for one of an earlier release. One that staff alone
    entered is `proposed`: it is agreed from `stands_at` on, or never without the resident's word
    (None). One that is `cancelled` ends the agreement before it.
    """

    at: AwareDatetime
    start: AwareDatetime
    end: AwareDatetime
    by: str = ""
    by_staff: bool = False
    proposed: bool = False
    stands_at: AwareDatetime | None = None
    cancelled: bool = False


class Deed(StrEnum):
    """What a person did on a ticket that other people should hear of."""

    URGED = "urged"
    AMENDED = "amended"
    REOPENED = "reopened"
    RATED = "rated"
    CANCELLED = "cancelled"
    CANCEL_REQUESTED = "cancel_requested"
    CANCEL_REFUSED = "cancel_refused"


class Activity(Contract):
    """What the person `by` did at `at`; `changed` names the fields of an amendment."""

    at: AwareDatetime
    deed: Deed
    by: str
    by_staff: bool = False
    changed: tuple[str, ...] = ()


class Note(Contract):
    """What a person wrote with the step or activity of `at`, whole; a step has its beginning."""

    at: AwareDatetime
    text: str


class Rating(Contract):
    """What a resident thought of one resolution, 1 (bad) to 5 (good)."""

    at: AwareDatetime
    cycle: int
    speed: Annotated[int, Field(ge=1, le=5)]
    quality: Annotated[int, Field(ge=1, le=5)]
    manner: Annotated[int, Field(ge=1, le=5)]
    text: str = ""
    by: str | None = None
    """Whose duplicate was merged into the ticket; None: the ticket's reporter."""


class Danger(Contract):
    """Words of danger that stood on the ticket for the first time at `at`; `cause` is the id of the
    person who wrote them, `job:ID` where that is the job's technician.
    """

    at: AwareDatetime
    words: tuple[str, ...]
    cause: str


class TicketV1(Snapshot):
    """What was asked for, with every dated step that clocks and messages are computed from."""

    OWNER: ClassVar[str] = "tickets"
    ENTITY: ClassVar[str] = "ticket"
    FACTS: ClassVar[dict[str, str]] = {
        "opened": "A person or a machine asked for something.",
        "assigned": "A technician accepted the work.",
        "started": "The technician is travelling, on site or working.",
        "unassigned": "The technician returned the work or was lost; it looks for another.",
        "held": "Work waits for something; the step's reason says what.",
        "released": "The hold is over; the ticket is where it was.",
        "resolved": "The work is done.",
        "closed": "The resident confirmed it, or no objection came in time.",
        "reopened": "It was not fixed after all; a new cycle begins.",
        "cancelled": "It is no longer wanted, or is a duplicate of another.",
        "unmerged": "It is no duplicate after all; a new cycle begins.",
        "reclassified": "Its category or priority changed, by staff or by words of danger.",
        "amended": "Its text, place or preferred windows changed.",
        "cancel_requested": "The resident asks to cancel it though work has begun.",
        "cancel_refused": "Staff go on with the work that the resident asked to cancel.",
        "answered": "Staff told the resident something for the first time.",
        "appointed": "A visit was agreed, offered or cancelled.",
        "attached": "A photo or a document was put on it.",
        "urged": "The resident asked again (催单).",
        "rated": "The reporter, or one whose duplicate was merged, rated the resolution.",
        "restated": "Nothing changed; said again for listeners that missed it.",
    }

    # What changes comes first, what stays last: PostgreSQL logs what lies between differing bytes.
    id: UUID
    state: TicketState
    cycle: int = 1
    hold: str | None = None
    """Whose hold it is: `staff` or `job:ID`; None when not on hold."""
    before: TicketState | None = None
    """Where a hold returns to; None when not on hold."""
    observed: int = 0
    """The version of the work order that this ticket has taken into account."""
    steps: tuple[TicketStep, ...]
    answered_at: AwareDatetime | None = None
    told: tuple[AwareDatetime, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    urges: tuple[AwareDatetime, ...] = ()
    ratings: tuple[Rating, ...] = ()
    activities: tuple[Activity, ...] = ()
    """The newest of what people did beside comments and visits, in order."""
    note: Note | None = None
    """The newest words that came with a step or an activity."""
    cancel_requested_at: AwareDatetime | None = None
    """Since when the resident asks staff to cancel it though work has begun; None: they do not."""
    danger: tuple[Danger, ...] = ()
    """What was found of danger in people's words; the same do not raise the priority again."""
    attachments: tuple[Attachment, ...] = ()
    """The files on it, in the order in which they came."""
    followers: tuple[str, ...] = ()
    needs_info: bool = False
    duplicate_of: UUID | None = None
    reference: str
    category: str
    priority: Priority
    title: str = ""
    description: str = ""
    language: str = "zh-CN"
    language_chosen: bool = False
    """Whether the report named its language; otherwise `language` is the site's."""
    channel: str = "app"
    reporter_id: str
    entered_by: str
    place: Place = Place()
    skills: tuple[SkillNeed, ...] = ()
    answers: dict[str, str] = {}
    preferred_windows: tuple[Window, ...] = ()
    opened_at: AwareDatetime
    classes: tuple[Classing, ...]


class CategoryV1(Contract):
    """What kind of fault: the skills it needs and its usual priority.

    `names` and `questions` are keyed by language.
    """

    code: str
    names: dict[str, str] = {}
    skills: tuple[SkillNeed, ...] = ()
    priority: Priority = Priority.NORMAL
    expected_minutes: int = 60


class SiteV1(Snapshot):
    """A managed community, its zone and its categories.

    Buildings, units and spots are not facts: a ticket carries its place resolved.
    """

    OWNER: ClassVar[str] = "tickets"
    ENTITY: ClassVar[str] = "site"
    FACTS: ClassVar[dict[str, str]] = {
        "changed": "The site, its categories or its zone changed.",
        "restated": "Nothing changed; said again for listeners that missed it.",
    }

    id: str
    code: str
    """Short and upper case, the first part of every reference."""
    name: str
    time_zone: str
    """An IANA zone, such as Asia/Shanghai."""
    language: str = "zh-CN"
    lat: Latitude | None = None
    lon: Longitude | None = None
    categories: tuple[CategoryV1, ...] = ()
    removed_at: AwareDatetime | None = None
    close_after_working_days: int | None = None
    """So many working days a resident may object to a resolution; None: 72 hours."""
