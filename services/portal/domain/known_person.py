"""What the services know of a person whom the portal is to let in."""

from dataclasses import dataclass

from shared.auth.caller import Role
from shared.ids import SiteId


@dataclass(frozen=True, kw_only=True)
class KnownAs:
    """What a person is at a site; `role` is None where they were only told something of it."""

    site: SiteId
    role: Role | None


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """All that a person is known as anywhere, and the e-mail address that they gave themself."""

    known: tuple[KnownAs, ...]
    own_email: str | None
