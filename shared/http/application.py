"""The HTTP face that every service has: its routes, problems, health, metrics and documents."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from typing import Any, TypeVar

from fastapi import APIRouter, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry
from prometheus_client.core import Metric as Family
from pydantic import JsonValue
from pydantic_core import to_json
from starlette.types import Receive, Scope, Send

from shared.http import problems
from shared.http.action_table import ActionTable
from shared.http.cors import with_cors
from shared.http.dead_letters import dead_letters_router
from shared.http.docs_page import docs_page, policy
from shared.http.exposition import exposition
from shared.http.exposure import Exposure
from shared.http.front import Front
from shared.http.head import with_head
from shared.http.metrics import Measured
from shared.http.problems import Answered, problem
from shared.http.state import AppState

T = TypeVar("T")


class Application(FastAPI):
    """Actions are found and served here; FastAPI describes them, and serves everything else.

    `HEAD` answers wherever `GET` does.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        exposure: Exposure,
        *,
        cors_origins: Sequence[str] = (),
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
        self._answered = Answered(self._serve)
        face = with_cors(with_head(Measured(self._find, registry)), cors_origins)
        self._face = Front(face, proxies=exposure.proxies, https_only=exposure.https_only)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._face(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    @cached_property
    def _actions(self) -> ActionTable:
        return ActionTable(self.routes)

    async def _find(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._actions.find(scope):
            await self._answered(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"], action = self, scope["route"]
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
    exposure: Exposure,
    cors_origins: Sequence[str] = (),
) -> FastAPI:
    """Return the application; `state` is what its routes find under `app.state`, and pages of
    `cors_origins` may call it.
    """
    readings, not_ready, details = _shared(readings), _shared(not_ready), _shared(details)
    app = Application(
        registry,
        exposure,
        cors_origins=cors_origins,
        title=f"Fettle {name}",
        version="1",
        lifespan=lifespan,
        redirect_slashes=False,  # it would name the host that the caller says we are
        telemetry={"tracing": False, "metrics": False, "logs": False},
        responses={"4XX": {"description": "application/problem+json with a `code` (RFC 9457)"}},
    )
    app.state = state  # type: ignore[assignment] # Starlette's own is a bag of any names
    problems.install(app)
    app.include_router(_operations(registry, readings, not_ready, details, exposure))
    if exposure.docs:
        app.include_router(_docs(app))
    app.include_router(dead_letters_router())
    for router in routers:
        app.include_router(router)
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

    @router.get("/readyz")
    async def readyz() -> Response:
        """Return 200 when everything the service needs is there; else 503, naming what is missing,
        and why where it is known. `details`, where there are any, are for an operator to see to.
        """
        missing = await not_ready()
        if missing:
            reasons = {name: reason for name, reason in missing.items() if reason}
            said = "".join(f" {reason}" for reason in reasons.values())
            members = {"missing": list(missing), **({"reasons": reasons} if reasons else {})}
            return problem(
                503,
                "Not ready",
                "not_ready",
                f"Missing: {', '.join(missing)}.{said}",
                members=members,
            )
        found = await details()
        ready: dict[str, JsonValue] = {"status": "ready"}
        if found:
            ready["details"] = dict(found)
        return Response(to_json(ready), media_type="application/json")

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Return the metrics in Prometheus' text format; 404 where FETTLE_METRICS shuts them."""
        if not exposure.shows_metrics(request.scope):
            raise HTTPException(404)
        text = []
        for lines in exposition(registry, await readings()):
            text.append(lines)
            await asyncio.sleep(0)  # requests go before the next metric
        return Response("".join(text), media_type=CONTENT_TYPE_LATEST)

    return router


def _docs(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    fields = {"Content-Security-Policy": policy(), "Cache-Control": "no-cache"}

    @router.get("/docs")
    async def docs() -> Response:
        """Return the contract as a page."""
        return HTMLResponse(docs_page(app.openapi()), headers=fields)

    return router
