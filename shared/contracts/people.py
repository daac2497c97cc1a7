"""The facts of tickets about people: who belongs to a site, as what, and where since when."""

from typing import ClassVar

from pydantic import AwareDatetime

from shared.contracts.base import Contract, Snapshot


class Residency(Contract):
    """A person lives in a unit (`3-1202`) from `since` until `until`; None: still."""

    unit: str
    since: AwareDatetime
    until: AwareDatetime | None = None


class PersonV1(Snapshot):
    """Who belongs to a site, as what, and where since when: it bounds what a token claims there.

    Ids alone; `id` is `SITE/PERSON`. The site `*` is every one that has no record of where the
    person lives: there, `units_left` are what tokens claimed and the newest does not.
    """

    OWNER: ClassVar[str] = "tickets"
    ENTITY: ClassVar[str] = "person"
    FACTS: ClassVar[dict[str, str]] = {
        "changed": "A person's roles or units at a site changed, or the record of them ended.",
        "restated": "Nothing changed; said again for listeners that missed it.",
    }

    id: str
    person_id: str
    roles: tuple[str, ...] | None = None
    """What they are there at most; None: what their token says."""
    units: tuple[Residency, ...] | None = None
    """Where they live there, and lived; None: where their token says."""
    units_left: tuple[str, ...] = ()
    """Units that they lived in, by a record or by their tokens, and do not any more."""
    removed_at: AwareDatetime | None = None
