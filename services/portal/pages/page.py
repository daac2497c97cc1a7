"""What every page file imports: who may see a page, what it is given, and how it answers."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from services.portal.adapters.apis import Api, Apis, path_of
from services.portal.adapters.service_answers import Answer, Away, Missing, Refusal, parts
from services.portal.api.visiting import visit_of
from services.portal.pages.answering import Page
from services.portal.pages.error_pages import error_page
from services.portal.pages.forms import Submitted, submitted
from services.portal.pages.problems import Problem, SignInNeeded, WrongFace
from shared.auth.caller import Role
from shared.http.limits.admission import turn

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
    "SignedInOrLink",
    "Submitted",
    "Technician",
    "for_roles",
    "page_router",
    "parts",
    "path_of",
]


class PageRoute(APIRoute):
    """Answers in words, as a page or as JSON, whatever its function raises. One visitor's burst of
    pages stands in its own queue.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        super().__init__(path, _in_turn(endpoint), **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def serve(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:  # noqa: BLE001 - what is a fault of ours is logged there
                return await error_page(request, error)

        return serve


def _in_turn(make: Callable[..., Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
    """Return what makes the page when it is its visitor's turn: of a form once all of it has come,
    for one that comes slowly has no use for it.
    """

    @wraps(make)
    async def made(**given: Any) -> Response:
        page = next(each for each in given.values() if isinstance(each, Page))
        async with turn(page.request):
            return await make(**given)

    return made


def page_router() -> APIRouter:
    """Return a router for the pages of a file: GET shows, POST takes a form."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def for_roles(*roles: Role, strangers: bool = False, links: bool = False) -> Any:
    """Return the declaration of who may see a page, as a dependency that gives the Page. Without
    roles everyone who is signed in may; with `links` also the bearer of a link to one ticket, with
    `strangers` all.
    """

    async def page_of(request: Request) -> Page:
        visit = await visit_of(request)
        visitor = visit.visitor
        if not (strangers or (visitor.is_signed_in and (links or visitor.only is None))):
            raise SignInNeeded
        if roles and not visitor.has(*roles):
            raise WrongFace
        return Page(request, visit)

    page_of.__dict__["page_roles"] = roles
    page_of.__dict__["strangers"] = strangers
    page_of.__dict__["links"] = links
    return Depends(page_of)


Resident = Annotated[Page, for_roles(Role.RESIDENT)]
Technician = Annotated[Page, for_roles(Role.TECHNICIAN)]
Desk = Annotated[Page, for_roles(Role.DISPATCHER, Role.MANAGER, Role.ADMIN)]
Manager = Annotated[Page, for_roles(Role.MANAGER, Role.ADMIN)]
Admin = Annotated[Page, for_roles(Role.ADMIN)]
SignedIn = Annotated[Page, for_roles()]
SignedInOrLink = Annotated[Page, for_roles(links=True)]
Anyone = Annotated[Page, for_roles(strangers=True)]
Form = Annotated[Submitted, submitted()]
