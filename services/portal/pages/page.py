"""What every page stands on: who looks, in which language, and how it answers."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute

from services.portal.adapters.apis import (
    Answer,
    Api,
    Apis,
    Away,
    Missing,
    Refusal,
    parts,
    path_of,
)
from services.portal.adapters.messages import Translate
from services.portal.adapters.rendering import html_response
from services.portal.api.state import PortalState
from services.portal.api.visiting import Visit, visit_of
from services.portal.domain.addresses import local_address
from services.portal.domain.visitor import Language, Visitor
from services.portal.pages.forms import Submitted, submitted
from services.portal.pages.problems import Problem, SignInNeeded, WrongFace, error_page, problem_of
from shared.auth.caller import Role
from shared.db.transaction import Transaction
from shared.http.state import state_of

__all__ = [
    "Admin",
    "Answer",
    "Anyone",
    "Api",
    "Apis",
    "Away",
    "Desk",
    "Form",
    "Manager",
    "Missing",
    "Page",
    "Problem",
    "Refusal",
    "Resident",
    "SignedIn",
    "Submitted",
    "Technician",
    "for_roles",
    "page_router",
    "parts",
    "path_of",
]

_SAID_COOKIE = "fettle_said"
_SAID_S = 60


@dataclass
class Page:
    """One request of a visitor."""

    request: Request
    visit: Visit

    @property
    def visitor(self) -> Visitor:
        return self.visit.visitor

    @property
    def language(self) -> Language:
        return self.visitor.language

    @property
    def state(self) -> PortalState:
        return state_of(self.request, PortalState)

    @cached_property
    def apis(self) -> Apis:
        """The other services, as the visitor."""
        return self.state.apis_of(self.visitor)

    @cached_property
    def t(self) -> Translate:
        """Say a message in the visitor's language: `page.t("resident-greeting", name=name)`."""
        return self.state.messages.translate(self.language)

    @cached_property
    def now(self) -> datetime:
        return self.state.database.clock.now()

    @cached_property
    def csrf(self) -> str:
        """The token of this answer's forms."""
        return self.visit.csrf_token()

    @property
    def wants_json(self) -> bool:
        """Whether a script asks, which shows the answer itself."""
        return "application/json" in self.request.headers.get("accept", "")

    def transaction(self) -> Transaction:
        """Return a transaction on the portal's own database, as the visitor."""
        return self.state.database.transaction(actor=self.visitor.person_id or "stranger")

    async def site(self, site_id: str) -> Mapping[str, Any]:
        """Return the site as tickets tells of it, a few seconds old at most, and also while tickets
        is away where it is known. Raises Refusal and Away.
        """
        return await self.state.site_cache.get(
            self.apis, self.visitor.person_id or "", str(site_id)
        )

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """Return the page. Templates find `page visitor t csrf now language zone said problem` in
        every context; pass `zone=` where times are a site's.
        """
        said = self.request.cookies.get(_SAID_COOKIE)
        whole: dict[str, Any] = {
            "page": self,
            "visitor": self.visitor,
            "t": self.t,
            "csrf": self.csrf,
            "now": self.now,
            "language": self.language,
            "zone": None,
            "said": self.t(said) if said and self.state.messages.has(said) else None,
            "problem": None,
            **context,
        }
        if said:
            self.visit.cookies.setdefault(_SAID_COOKIE, ("", 0))
        html = self.state.templates.html(template, whole)
        response = html_response(
            html, status, accept_encoding=self.request.headers.get("accept-encoding", "")
        )
        self.visit.write_cookies(response)
        return response

    def see_other(self, url: str, said: str | None = None) -> Response:
        """Return the way to another page of ours (303), on which the message `said` is shown once;
        a script is told the way as JSON.
        """
        url = local_address(url)
        if said is not None:
            self.visit.cookies[_SAID_COOKIE] = said, _SAID_S
        response: Response
        if self.wants_json:
            members = {"location": url} | ({} if said is None else {"said": self.t(said)})
            response = JSONResponse(members)
        else:
            response = RedirectResponse(url, 303)
        self.visit.write_cookies(response)
        return response

    def refused(self, refusal: Refusal, template: str, **context: Any) -> Response:
        """Return the page once more with the `problem` in words, and the status of the refusal; a
        script is told the words as JSON.
        """
        problem = problem_of(refusal, self.t, self.state.messages)
        if self.wants_json:
            response: Response = JSONResponse(problem.members, problem.status)
            self.visit.write_cookies(response)
            return response
        return self.render(template, problem.status, problem=problem, **context)


class PageRoute(APIRoute):
    """Answers in words, as a page or as JSON, whatever its function raises."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def serve(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:  # noqa: BLE001 - what is a fault of ours is logged there
                return await error_page(request, error)

        return serve


def page_router() -> APIRouter:
    """Return a router for the pages of a file: GET shows, POST takes a form."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def for_roles(*roles: Role, strangers: bool = False) -> Any:
    """Return the declaration of who may see a page, as a dependency that gives the Page. Without
    roles everyone who is signed in may, and with `strangers` all.
    """

    async def page_of(request: Request) -> Page:
        visit = await visit_of(request)
        visitor = visit.visitor
        if not strangers and (not visitor.is_signed_in or visitor.only is not None):
            raise SignInNeeded
        if roles and not visitor.has(*roles):
            raise WrongFace
        return Page(request, visit)

    page_of.__dict__["page_roles"] = roles
    page_of.__dict__["strangers"] = strangers
    return Depends(page_of)


Resident = Annotated[Page, for_roles(Role.RESIDENT)]
Technician = Annotated[Page, for_roles(Role.TECHNICIAN)]
Desk = Annotated[Page, for_roles(Role.DISPATCHER, Role.MANAGER, Role.ADMIN)]
Manager = Annotated[Page, for_roles(Role.MANAGER, Role.ADMIN)]
Admin = Annotated[Page, for_roles(Role.ADMIN)]
SignedIn = Annotated[Page, for_roles()]
Anyone = Annotated[Page, for_roles(strangers=True)]
Form = Annotated[Submitted, submitted()]
