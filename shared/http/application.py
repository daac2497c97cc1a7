"""The HTTP face that every service has: its routes, problems, health, metrics and documents."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache, cached_property
from typing import Any, Literal, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry
from prometheus_client.core import Metric as Family
from pydantic import BaseModel, JsonValue
from pydantic_core import to_json
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import Unavailable
from shared.http import problems
from shared.http.action_table import ActionTable
from shared.http.cors import with_cors
from shared.http.declared import refuses
from shared.http.docs_page import docs_page, policy
from shared.http.exposition import exposition
from shared.http.exposure import Exposure
from shared.http.front import Front
from shared.http.head import with_head
from shared.http.limits.limiter import Limiter
from shared.http.metrics import Measured
from shared.http.openapi import describe
from shared.http.problems import Answered, NoSuchMethod, NoSuchRoute, refusal
from shared.http.state import AppState

T = TypeVar("T")
Around = Callable[[ASGIApp], ASGIApp]


class NotReady(Unavailable):
    code = "not_ready"


class Readiness(BaseModel):
    """`details`, where there are any, are for an operator to see to."""

    status: Literal["ready"]
    details: dict[str, JsonValue] = {}


class Application(FastAPI):
    """Actions are found and served here; FastAPI describes them, and serves everything else.

    `HEAD` answers wherever `GET` does.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        limiter: Limiter,
        exposure: Exposure,
        *,
        cors_origins: Sequence[str] = (),
        around: Around | None = None,
        **described: Any,
    ) -> None:
        url = exposure.public_url
        super().__init__(
            openapi_url="/openapi.json" if exposure.docs else None,
            docs_url=None,  # FastAPI's loads its script from elsewhere; ours is `_docs`
            redoc_url=None,
            servers=[{"url": url}] if url else None,
            **described,
        )
        self._limiter = limiter
        self._answered = Answered(self._serve)
        self._others = super().__call__
        inner = self._find if around is None else around(self._find)
        face = with_cors(with_head(Measured(inner, registry)), cors_origins, limiter=limiter)
        self._face = Front(face, proxies=exposure.proxies, https_only=exposure.https_only)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = describe(super().openapi(), self.routes)
        return self.openapi_schema

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["app"] = self
            await self._face(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def include(self, router: APIRouter) -> None:
        """Serve the router's routes as the router has them; with `include_router`, FastAPI works
        each out anew for every application.
        """
        self.router.routes.extend(router.routes)

    @cached_property
    def _actions(self) -> ActionTable:
        return ActionTable(self.routes)

    async def _find(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_action = self._actions.find(scope)
        app: ASGIApp = self._answered if is_action else self._others
        if not is_action and "route" not in scope and (ways := self._actions.methods_of(scope)):
            app = refusal(NoSuchMethod(ways))
        await self._limiter.serve(app, scope, receive, send, proves=is_action)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        action = scope["route"]
        response = await action.serve(Request(scope, receive))
        await response(scope, receive, send)


def build_app(
    name: str,
    *,
    routers: Iterable[APIRouter],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]],
    registry: CollectorRegistry,
    readings: Callable[[], Awaitable[Iterable[Family]]],
    not_ready: Callable[[], Awaitable[Mapping[str, str]]],
    details: Callable[[], Awaitable[Mapping[str, JsonValue]]],
    state: AppState,
    limiter: Limiter,
    exposure: Exposure,
    cors_origins: Sequence[str] = (),
    around: Around | None = None,
) -> FastAPI:
    """Return the application; `state` is what its routes find under `app.state`, and pages of
    `cors_origins` may call it. `around` stands between each request and its answer, the kernel's
    own refusals among them.
    """
    readings, not_ready, details = _shared(readings), _shared(not_ready), _shared(details)
    app = Application(
        registry,
        limiter,
        exposure,
        cors_origins=cors_origins,
        around=around,
        title=f"Fettle {name}",
        version="1",
        lifespan=lifespan,
        redirect_slashes=False,  # it would name the host that the caller says we are
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state = state  # type: ignore[assignment] # Starlette's own is a bag of any names
    problems.install(app)
    app.include(_operations(registry, readings, not_ready, details, exposure))
    if exposure.docs:
        app.add_route("/docs", _docs(app), include_in_schema=False)
    for router in routers:
        app.include(router)
    return app


def _shared(look: Callable[[], Awaitable[T]]) -> Callable[[], Awaitable[T]]:
    """Share one look among all requests that ask while it is under way: these routes are open, and
    a look costs the database.
    """
    under_way: asyncio.Future[T] | None = None

    async def shared() -> T:
        nonlocal under_way
        if under_way is None or under_way.done():
            under_way = asyncio.ensure_future(look())
        return await asyncio.shield(under_way)

    return shared


def _operations(
    registry: CollectorRegistry,
    readings: Callable[[], Awaitable[Iterable[Family]]],
    not_ready: Callable[[], Awaitable[Mapping[str, str]]],
    details: Callable[[], Awaitable[Mapping[str, JsonValue]]],
    exposure: Exposure,
) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        """Answer while the process runs."""
        return {"status": "alive"}

    @router.get("/readyz", response_model=Readiness)
    @refuses(NotReady)
    async def readyz() -> Response:
        """Return 200 when everything the service needs is there; else 503, naming what is missing,
        and why where it is known. `details`, where there are any, are for an operator to see to.
        """
        missing = await not_ready()
        if missing:
            reasons: dict[str, JsonValue] = {
                name: reason for name, reason in missing.items() if reason
            }
            said = "".join(f" {reason}" for reason in reasons.values())
            members: dict[str, JsonValue] = {"missing": list(missing)}
            if reasons:
                members["reasons"] = reasons
            raise NotReady(f"Missing: {', '.join(missing)}.{said}", **members)
        found = await details()
        ready: dict[str, JsonValue] = {"status": "ready"}
        if found:
            ready["details"] = dict(found)
        return Response(to_json(ready), media_type="application/json")

    @router.get("/metrics", response_class=PlainTextResponse)
    @refuses(NoSuchRoute)
    async def metrics(request: Request) -> Response:
        """Return the metrics in Prometheus' text format; 404 where FETTLE_METRICS shuts them."""
        if not exposure.shows_metrics(request.scope):
            raise NoSuchRoute("Not Found")
        text = []
        for lines in exposition(registry, await readings()):
            text.append(lines)
            await asyncio.sleep(0)  # requests go before the next metric
        return Response("".join(text), media_type=CONTENT_TYPE_LATEST)

    return router


def _docs(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with the contract as a page, which is made once."""
    fields = {"Content-Security-Policy": policy(), "Cache-Control": "no-cache"}

    @cache
    def page() -> str:
        return docs_page(app.openapi())

    async def docs(_: Request) -> Response:
        return HTMLResponse(page(), headers=fields)

    return docs
