"""The HTTP face that every service has: its routes, problems, health, metrics and documents."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache, cached_property
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric as Family
from pydantic import JsonValue
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http import problems
from shared.http.action_table import ActionTable
from shared.http.cors import with_cors
from shared.http.docs_page import docs_page, policy
from shared.http.exposure import Exposure
from shared.http.front import Front
from shared.http.head import with_head
from shared.http.limits.limiter import Limiter
from shared.http.metrics import Measured
from shared.http.openapi import describe
from shared.http.operations import Operations, one_look, router
from shared.http.problems import Answered, NoSuchMethod, refusal
from shared.http.state import AppState

Around = Callable[[ASGIApp], ASGIApp]


class Application(FastAPI):
    """Actions are found and served here; FastAPI describes them, and serves everything else.

    `HEAD` answers wherever `GET` does.
    """

    def __init__(
        self,
        operations: Operations,
        limiter: Limiter,
        *,
        cors_origins: Sequence[str] = (),
        around: Around | None = None,
        **described: Any,
    ) -> None:
        exposure = operations.exposure
        url = exposure.public_url
        super().__init__(
            openapi_url="/openapi.json" if exposure.docs else None,
            docs_url=None,  # FastAPI's loads its script from elsewhere; ours is `_docs`
            redoc_url=None,
            servers=[{"url": url}] if url else None,
            **described,
        )
        self.operations = operations
        self._limiter = limiter
        self._answered = Answered(self._serve)
        self._others = super().__call__
        inner = self._find if around is None else around(self._find)
        face = with_cors(
            with_head(Measured(inner, operations.registry)), cors_origins, limiter=limiter
        )
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
    app = Application(
        Operations(
            registry=registry,
            readings=one_look(readings),
            not_ready=one_look(not_ready),
            details=one_look(details),
            exposure=exposure,
        ),
        limiter,
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
    app.include(router)
    if exposure.docs:
        app.add_route("/docs", _docs(app), include_in_schema=False)
    for each in routers:
        app.include(each)
    return app


def _docs(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    """Return what answers with the contract as a page, which is made once."""
    fields = {"Content-Security-Policy": policy(), "Cache-Control": "no-cache"}

    @cache
    def page() -> str:
        return docs_page(app.openapi())

    async def docs(_: Request) -> Response:
        return HTMLResponse(page(), headers=fields)

    return docs
