"""Requests from pages of other origins: which may read the answers (CORS, Fetch standard)."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.limits.limiter import Limiter

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "Last-Event-ID",
    "traceparent",
)
_ANSWER_HEADERS = (
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "Idempotency-Replayed",
)
_PREFLIGHT_S = 600


def with_cors(app: ASGIApp, origins: Sequence[str], *, limiter: Limiter) -> ASGIApp:
    """Return the application, which pages of these origins (`*`: of any) may call. They have to
    send a token: browsers send neither cookies nor client certificates on their own. What browsers
    ask first (`OPTIONS`) is answered here, within the limits of their address.
    """
    if not origins:
        return app
    answered = CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=_METHODS,
        allow_headers=_REQUEST_HEADERS,
        expose_headers=_ANSWER_HEADERS,
        max_age=_PREFLIGHT_S,
    )

    async def ask(scope: Scope, receive: Receive, send: Send) -> None:
        is_from_page = any(name == b"origin" for name, _ in scope["headers"])
        if is_from_page and scope["method"] == "OPTIONS":
            await limiter.serve(answered, scope, receive, send, proves=False)
        else:
            await (answered if is_from_page else app)(scope, receive, send)

    return ask
