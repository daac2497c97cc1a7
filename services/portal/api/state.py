"""What the portal's routes find under `app.state`."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from starlette.datastructures import Headers
from starlette.types import Scope

from services.portal.actions.sessions import Sessions
from services.portal.adapters.apis import Apis
from services.portal.adapters.cookies import session_token
from services.portal.adapters.found_callers import FoundCallers
from services.portal.adapters.kept_lists import KeptLists
from services.portal.adapters.live_hub import LiveHub
from services.portal.adapters.messages import Messages
from services.portal.adapters.newest import Newest
from services.portal.adapters.rendering import Templates
from services.portal.adapters.service_links import ServiceLinks
from services.portal.adapters.site_cache import SiteCache
from services.portal.adapters.static_files import StaticFiles
from services.portal.adapters.tokens import Bearer, TokenSigner
from services.portal.api.forms_under_way import FormsUnderWay
from services.portal.api.ways_in import WaysIn
from services.portal.domain.visitor import Visitor
from shared.auth.caller import EVERY_SITE, Grant, Role
from shared.http.state import AppState
from shared.ids import PersonId, SiteId

_MAX_BOARDS = 1000


@dataclass(kw_only=True)
class PortalState(AppState):
    is_development: bool
    has_demo_logins: bool
    """Whether all who ask are signed in as people of the site demo."""
    goal_percent: float
    """How many of a hundred promises are to be kept."""
    public_url: str
    """Where browsers reach the portal, without a `/` at the end."""
    subject: PersonId
    """Who the portal is where it speaks for itself."""
    sessions: Sessions
    links: ServiceLinks
    signer: TokenSigner
    messages: Messages
    templates: Templates
    static: StaticFiles
    hub: LiveHub
    ways_in: WaysIn
    kept_lists: KeptLists
    found_callers: FoundCallers
    site_cache: SiteCache = field(default_factory=SiteCache)
    forms_under_way: FormsUnderWay = field(default_factory=FormsUnderWay)
    boards: Newest[Hashable, Sequence[UUID]] = field(default_factory=lambda: Newest(_MAX_BOARDS))
    """The tickets that each board showed last: most of them stand there when it is looked at
    again.
    """

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by https."""
        return self.public_url.startswith("https:")

    def account_of(self, scope: Scope) -> str | None:
        """Return whose the session of the request's cookie is, where it was found before: people
        behind one address do not count for each other, and one who signs in again has no more.
        """
        token = session_token(Headers(scope=scope), is_secure=self.is_secure)
        known = None if token is None else self.sessions.known(token)
        return None if known is None else known.share

    def apis_of(self, visitor: Visitor) -> Apis:
        """Return the services as the visitor; a stranger shows them no token."""
        bearer = Bearer.of(visitor)
        if bearer is None:
            return Apis(self.links, lambda: None)
        by = f"{bearer.person_id} {bearer.only or ''}"
        return Apis(self.links, lambda: self.signer.token_for(bearer), by=by)

    def apis_of_portal(self, role: Role = Role.INTEGRATION, site: str = EVERY_SITE) -> Apis:
        """Return the services as the portal itself: for what no person asks for."""
        bearer = Bearer(person_id=self.subject, grants=(Grant(role, SiteId(site)),))
        return Apis(self.links, lambda: self.signer.token_for(bearer))
