"""What goes wrong, in words: on the page that was asked for, or on one of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.requests import ClientDisconnect

from services.portal.adapters.messages import Messages, Translate
from services.portal.adapters.rendering import html_response
from services.portal.adapters.service_answers import Away, Refusal
from services.portal.api.state import PortalState
from services.portal.api.visiting import Visit, visit_of
from services.portal.domain.language import choose_language
from services.portal.domain.visitor import Visitor, stranger
from shared.db.failures import first_line, is_transient
from shared.errors import Forbidden, Refused, Unauthenticated
from shared.http.problems import status_of
from shared.http.state import state_of
from shared.telemetry import current_trace, get_logger

log = get_logger(__name__)


class SignInNeeded(Unauthenticated):
    code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__("Sign in first.")


class WrongFace(Forbidden):
    code = "wrong_face"

    def __init__(self) -> None:
        super().__init__("This page is for others.")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What went wrong, for a template: `said` is a sentence. `members` are what a script gets."""

    status: int
    code: str
    said: str
    members: Mapping[str, Any]


def problem_of(refusal: Refusal, t: Translate, messages: Messages) -> Problem:
    """Return the refusal in words: the message `refusal-<code>` where there is one (with the
    service's members as its arguments), else the sentence of the service.
    """
    key = f"refusal-{refusal.code.replace('_', '-')}"
    if messages.has(key):
        said = t(key, **_arguments(refusal.members))
    else:
        said = refusal.detail or t(_key_for(refusal.status))
    members = {**refusal.members, "code": refusal.code, "said": said, "status": refusal.status}
    return Problem(status=refusal.status, code=refusal.code, said=said, members=members)


async def error_page(request: Request, error: Exception) -> Response:
    """Return the page that says what went wrong, never a stack; the way to the sign-in where that
    is what is missing. Logs what is a fault of ours.
    """
    if isinstance(error, ClientDisconnect):
        log.info("caller_gone")
        return Response(status_code=400)
    if isinstance(error, SignInNeeded) and not _wants_json(request):
        return _to_sign_in(request)
    status, code, members = _outcome_of(error)
    if status == 500:
        log.error("page_failed", method=request.method, exc_info=error)
    state, visit = state_of(request, PortalState), await _visit(request)
    visitor = _visitor(request, visit)
    t = state.messages.translate(visitor.language)
    if isinstance(error, Refusal):
        said = problem_of(error, t, state.messages).said
    elif isinstance(error, Away):
        said = t("error-away", service=t(f"service-{error.service}"))
    else:
        said = t(_specific_key(code, state.messages) or _key_for(status))
    if _wants_json(request):
        return JSONResponse({**members, "code": code, "said": said, "status": status}, status)
    return error_response(request, visitor, visit, status=status, code=code, said=said)


def error_response(
    request: Request, visitor: Visitor, visit: Visit | None, *, status: int, code: str, said: str
) -> Response:
    """Return the page of an error, in the visitor's language."""
    state, trace = state_of(request, PortalState), current_trace()
    html = state.templates.html(
        "errors/error.html",
        {
            "page": None,
            "visitor": visitor,
            "t": state.messages.translate(visitor.language),
            "csrf": "" if visit is None else visit.csrf_token(),
            "now": state.database.clock.now(),
            "language": visitor.language,
            "zone": None,
            "said": None,
            "problem": None,
            "status": status,
            "code": code,
            "sentence": said,
            "trace": trace[3:35] if trace else "",
        },
    )
    encoding = request.headers.get("accept-encoding", "")
    response = html_response(html, status, accept_encoding=encoding)
    if visit is not None:
        visit.write_cookies(response)
    if status in (429, 503):
        response.headers["Retry-After"] = "3"
    return response


def _outcome_of(error: Exception) -> tuple[int, str, Mapping[str, Any]]:
    """Return status, code and what else is told."""
    match error:
        case Refusal():
            return error.status, error.code, error.members
        case Away():
            return 503, "service_away", {"service": error.service}
        case Refused():
            return status_of(type(error)), error.code, error.details
        case RequestValidationError():
            in_path = any(fault["loc"][:1] == ("path",) for fault in error.errors())
            return (404, "not_found", {}) if in_path else (422, "invalid_input", {})
    if is_transient(error):
        log.warning("database_unreachable", error=first_line(error))
        return 503, "unavailable", {}
    return 500, "internal", {}


async def _visit(request: Request) -> Visit | None:
    """Return who asks; None where that cannot be found out right now."""
    try:
        return await visit_of(request)
    except Refused:
        return None
    except Exception as error:
        if not is_transient(error):
            raise
        return None


def _visitor(request: Request, visit: Visit | None) -> Visitor:
    if visit is not None:
        return visit.visitor
    asked = request.query_params.get("lang")
    accepted = request.headers.get("accept-language")
    return stranger(choose_language(asked=asked, cookie=None, account=None, accepted=accepted))


def _to_sign_in(request: Request) -> Response:
    """Return the way to the sign-in, and from there back to the page, where it is one to look
    at.
    """
    url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(url, safe='/')}" if request.method in ("GET", "HEAD") else ""
    return RedirectResponse(f"/login{back}", 303)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _specific_key(code: str, messages: Messages) -> str | None:
    key = f"error-{code.replace('_', '-')}"
    return key if messages.has(key) else None


def _key_for(status: int) -> str:
    if status in (403, 404, 409, 412, 413, 429):
        return f"error-{status}"
    return "error-500" if status == 500 else "error-503" if status >= 500 else "error-400"


def _arguments(members: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.replace("-", "_"): value
        for name, value in members.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
