"""Every error as `application/problem+json` (RFC 9457) with a stable `code`, never a stack.

The one place that knows statuses.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic_core import to_jsonable_python
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.db.failures import first_line, is_taken, is_transient, is_unstorable
from shared.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NoSuchRange,
    NotFound,
    PreconditionRequired,
    Refused,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from shared.http.fault_words import reason_of, words_of
from shared.telemetry import current_trace, get_logger

log = get_logger(__name__)


class BadRequest(Refused):
    """400: the request cannot be read at all."""

    code = "bad_request"


class NoSuchRoute(NotFound):
    """404: as a path that no route has."""

    code = "no_such_route"


class NoSuchMethod(Refused):
    """405: the path is answered, by other methods."""

    code = "method_not_allowed"

    def __init__(self, methods: Sequence[str]) -> None:
        super().__init__(f"This path has the methods {', '.join(methods)}.")
        self.fields = {"Allow": ", ".join(methods)}


class TooLarge(Refused):
    code = "body_too_large"


class TooSlow(Refused):
    code = "body_too_slow"


class UnsupportedMedia(Unsupported):
    code = "unsupported_media_type"


class Taken(Conflict):
    code = "somebody_was_faster"


_STATUS: Mapping[type[Refused], tuple[int, str]] = {
    BadRequest: (400, "The request cannot be read"),
    Unauthenticated: (401, "Who is asking?"),
    Forbidden: (403, "Not allowed"),
    NotFound: (404, "Not found"),
    NoSuchMethod: (405, "Not a method of this path"),
    TooSlow: (408, "Too slow"),
    Conflict: (409, "Not possible in this state"),
    Stale: (412, "Changed meanwhile"),
    TooLarge: (413, "Too large"),
    Unsupported: (415, "Not a type that is understood here"),
    NoSuchRange: (416, "Not a part of the file"),
    Invalid: (422, "The input is not valid"),
    PreconditionRequired: (428, "If-Match is required"),
    TooMany: (429, "Too many requests"),
    Unavailable: (503, "Not now"),
}

_TITLES = {**dict(_STATUS.values()), 431: "Too large"}
MEDIA_TYPE = "application/problem+json"
_MAX_ERRORS = 50
"""The most errors that one answer names."""
_HTTP_CODES = {404: "no_such_route", 405: "method_not_allowed"}


def problem(
    status: int,
    title: str,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """Return the answer; `members` are added beside the standard ones."""
    trace = current_trace()
    body = {
        **(members or {}),
        "type": f"urn:fettle:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        **({"trace_id": trace[3:35]} if trace else {}),
    }
    return JSONResponse(
        to_jsonable_python(body),
        status,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def install(app: FastAPI) -> None:
    for kind in (Refused, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _foreseen)
    app.add_middleware(Answered)


class Answered:
    """ASGI: any error is answered, within the trace, and not thrown at the server, which would log
    it again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:
            log.info("caller_gone", route=_route_of(scope))
        except Exception as error:
            answer = _answer_to(error, scope)
            if started:
                raise  # half an answer is out: only a broken connection tells the caller so
            await answer(scope, receive, send)


async def _foreseen(request: Request, error: Exception) -> Response:
    """Return the problem for an error that FastAPI catches itself."""
    return _answer_to(error, request.scope)


def _answer_to(error: Exception, scope: Scope) -> Response:
    if isinstance(error, Refused):
        return refusal(error)
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        code = _HTTP_CODES.get(error.status_code, f"http_{error.status_code}")
        return problem(
            error.status_code, str(error.detail), code, str(error.detail), headers=error.headers
        )
    return _unexpected(scope, error)


def status_of(kind: type[Refused]) -> int:
    """Return the status with which errors of that kind are answered."""
    return _status_and_title(kind)[0]


def title_of(status: int) -> str:
    """Return the title that problems of that status have."""
    return _TITLES[status]


def _status_and_title(kind: type[Refused]) -> tuple[int, str]:
    return next(_STATUS[base] for base in kind.__mro__ if base in _STATUS)


def refusal(error: Refused) -> Response:
    status, title = _status_and_title(type(error))
    headers = dict(error.fields)
    if isinstance(error, TooMany | Unavailable):
        headers["Retry-After"] = str(error.retry_after_s)
    return problem(status, title, error.code, error.message, headers=headers, members=error.details)


def _invalid(error: RequestValidationError) -> Response:
    faults = [_fault(fault, error.body) for fault in error.errors()[:_MAX_ERRORS]]
    detail = "; ".join(
        f"{fault['pointer'] or fault.get('parameter', 'the body')}: {fault['detail']}"
        for fault in faults[:5]
    )
    return problem(
        422, "The input is not valid", "invalid_input", detail, members={"errors": faults}
    )


def _fault(fault: Mapping[str, Any], body: object) -> dict[str, Any]:
    """Return where (a JSON pointer into the body, RFC 6901, or a parameter's name) and what; the
    input itself is not repeated.
    """
    place, *path = fault["loc"]
    said = words_of(fault)
    if place != "body":
        return {
            "pointer": "",
            "parameter": "/".join(map(str, path)),
            "detail": said,
            "code": fault["type"],
            **reason_of(fault),
        }
    return {
        "pointer": pointer(_path_in(body, path, fault["type"])),
        "detail": said,
        "code": fault["type"],
        **reason_of(fault),
    }


def _path_in(body: object, path: Sequence[Any], type: str) -> list[Any]:
    """Return the path without what pydantic puts into it beside names and indices, such as which
    type of a union was tried.
    """
    found: list[Any] = []
    value: Any = body
    for part in path:
        if (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int)
        ):
            value = value[part]
            found.append(part)
    if type == "missing":
        found.append(path[-1])
    elif type == "string_unicode" and isinstance(value, dict):
        found.append("?")  # it is the name that cannot be read
    return found


def pointer(path: Sequence[object]) -> str:
    """Return the JSON pointer: `("windows", 0, "start")` → `/windows/0/start`; half of a surrogate
    pair becomes a `?`.
    """
    named = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return named.encode(errors="replace").decode()


def _unexpected(scope: Scope, error: Exception) -> Response:
    """Return the answer to an error that no action foresaw: 503 for what passes by itself, 422 for
    what the database cannot take, 409 where another was faster; else 500, logged as a fault of
    ours.
    """
    if is_transient(error):
        log.warning("dependency_unavailable", route=_route_of(scope), error=first_line(error))
        return refusal(
            Unavailable("Something this needs does not answer right now; try again shortly.")
        )
    if is_unstorable(error):
        return refusal(Invalid("A value cannot be stored; check its length, range and characters."))
    if is_taken(error):
        log.warning("somebody_was_faster", route=_route_of(scope), error=first_line(error))
        return refusal(
            Taken(
                "Another request has just written what this would write, or removed what it "
                "needs; read again and try again."
            )
        )
    log.error("request_failed", method=scope["method"], route=_route_of(scope), exc_info=error)
    return problem(
        500,
        "Something went wrong here",
        "internal",
        "The fault is ours and has been logged under the trace id.",
    )


def _route_of(scope: Scope) -> str:
    """Return the route as it is declared. Never the path, which may be a secret: a link that opens
    something.
    """
    return str(getattr(scope.get("route"), "path", "unknown"))
