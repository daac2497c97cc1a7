"""Who looks at a page."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.auth.caller import EVERY_SITE, Grant, Role
from shared.ids import PersonId, TicketId

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")

_FIRST_PAGES = (
    ("/ops", Role.DISPATCHER),
    ("/m", Role.MANAGER),
    ("/ops", Role.ADMIN),
    ("/w", Role.TECHNICIAN),
    ("/r", Role.RESIDENT),
)


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A person who is signed in, the bearer of a link to one ticket (`only`), or a stranger, who
    has neither `person_id` nor grants.

    `units` are the flats of a resident, `BUILDING-UNIT`.
    """

    person_id: PersonId | None
    name: str
    grants: tuple[Grant, ...]
    units: frozenset[str]
    only: TicketId | None
    language: Language
    session_id: UUID | None

    def has(self, *roles: Role, site: str | None = None) -> bool:
        """Return whether the visitor has one of the roles, at that site or at any."""
        return any(
            grant.role in roles and (site is None or grant.site in (site, EVERY_SITE))
            for grant in self.grants
        )

    def sites(self, *roles: Role) -> frozenset[str] | None:
        """Return the sites at which the visitor has one of the roles; None means every site."""
        sites = frozenset(grant.site for grant in self.grants if grant.role in roles)
        return None if EVERY_SITE in sites else sites

    @property
    def is_signed_in(self) -> bool:
        return self.session_id is not None

    @property
    def first_page(self) -> str:
        """Return the page that the visitor's work begins on."""
        return first_page_for(self.grants) if self.only is None else "/login"


def first_page_for(grants: tuple[Grant, ...]) -> str:
    """Return the page that work begins on for people with these grants; `/login` without any."""
    held = {grant.role for grant in grants}
    return next((page for page, role in _FIRST_PAGES if role in held), "/login")


def stranger(language: Language) -> Visitor:
    """Return a visitor of whom nothing is known."""
    return Visitor(
        person_id=None,
        name="",
        grants=(),
        units=frozenset(),
        only=None,
        language=language,
        session_id=None,
    )
