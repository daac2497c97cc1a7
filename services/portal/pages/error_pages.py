"""A page of its own for what goes wrong, never a stack; the same as JSON for a script."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from services.portal.adapters.service_answers import Away, Refusal
from services.portal.api.visiting import ForeignForm, Visit, unknown_visit, visit_of
from services.portal.domain.sent_file import LostFile, SentFile
from services.portal.pages.answering import Page
from services.portal.pages.forms import Submitted, words_of
from services.portal.pages.problems import (
    SignInNeeded,
    WrongFace,
    problem_of,
    status_key,
    wants_json,
)
from shared.db.failures import first_line, is_taken, is_transient, is_unstorable
from shared.errors import Refused
from shared.http.problems import status_of
from shared.telemetry import current_trace, get_logger

log = get_logger(__name__)

_CALLER_GONE = 499
"""As nginx counts it; nothing is sent any more."""
_TOO_MANY = 429
_WRITTEN = frozenset(
    (
        *("checklist", "danger_words", "days", "description", "link", "map"),
        *("note", "overrule", "reason", "text", "words"),
    )
)
"""Fields of many lines, which a page that gives a form back shows; answers to questions too."""
_SECRET = ("password", "new", "again", "current")
"""A form that has one of these is filled in again: no page holds it."""
_TITLES = (403, 404, 429, 503)
_WHY_UNSENT = {SignInNeeded: "signed-out", WrongFace: "other-role", ForeignForm: "foreign"}


async def error_page(request: Request, error: Exception) -> Response:
    """Return the answer to an error: the way to the sign-in where that is what is missing. Logs
    what is a fault of ours.
    """
    if isinstance(error, ClientDisconnect):
        log.info("caller_gone")
        return Response(status_code=_CALLER_GONE)
    if not wants_json(request):
        form = await _to_give_back(request, error)
        if form is not None:
            return _unsent(Page(request, await visit_of(request)), form, error)
        if isinstance(error, SignInNeeded):
            return _to_sign_in(request)
    status, code, members = _outcome_of(error)
    if status == 500:
        log.error("page_failed", method=request.method, exc_info=error)
    return await error_answer(request, status=status, code=code, members=members, error=error)


async def error_answer(
    request: Request,
    *,
    status: int,
    code: str,
    members: Mapping[str, Any],
    error: Exception | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the page, or the JSON, that says what the status means, or the code where there is a
    message `error-<code>`.
    """
    # in a flood of requests no database is asked for each
    visit = unknown_visit(request) if status == _TOO_MANY else await _visit(request)
    page = Page(request, visit)
    said = _said(page, status, code, error)
    response: Response
    if wants_json(request):
        response = JSONResponse({**members, "code": code, "said": said, "status": status}, status)
    else:
        trace = current_trace() if status >= 500 else None
        response = page.render(
            "errors/error.html",
            status,
            heading_key=f"error-title-{status if status in _TITLES else 'other'}",
            sentence=said,
            comes_back=status == 503 and _is_looking(request),
            trace=trace[3:35] if trace else "",
        )
    if status in (_TOO_MANY, 503):
        response.headers["Retry-After"] = "3"
    response.headers.update(headers or {})
    return response


def _said(page: Page, status: int, code: str, error: Exception | None) -> str:
    messages, t = page.state.messages, page.t
    if isinstance(error, Refusal):
        return problem_of(error, t, messages).said
    if isinstance(error, Away):
        means = f"away-{error.service}-means" if _is_looking(page.request) else "away-unknown"
        return f"{t(f'away-{error.service}')} {t(means)}"
    key = f"error-{code.replace('_', '-')}"
    return t(key if messages.has(key) else status_key(status))


def _outcome_of(error: Exception) -> tuple[int, str, Mapping[str, Any]]:
    """Return status, code and what else is told."""
    match error:
        case Refusal():
            return error.status, error.code, error.members
        case Away():
            return 503, "service_away", {"service": error.service}
        case Refused():
            return status_of(type(error)), error.code, error.details
        case HTTPException():
            return error.status_code, f"http_{error.status_code}", {}
        case RequestValidationError():
            in_path = any(fault["loc"][:1] == ("path",) for fault in error.errors())
            return (404, "not_found", {}) if in_path else (422, "invalid_input", {})
    if is_transient(error):
        log.warning("database_unreachable", error=first_line(error))
        return 503, "unavailable", {}
    if is_unstorable(error):
        return 422, "invalid_input", {}
    if is_taken(error):
        return 409, "somebody_was_faster", {}
    return 500, "internal", {}


async def _visit(request: Request) -> Visit:
    """Return who asks; a stranger's where that cannot be found out right now."""
    try:
        return await visit_of(request)
    except Refused:
        return unknown_visit(request)
    except Exception as error:
        if not is_transient(error):
            raise
        return unknown_visit(request)


async def _to_give_back(request: Request, error: Exception) -> Submitted | None:
    """Return the form whose words would be lost: that a service is away for, or that was sent after
    its session had ended, or another had begun, of another person or role. None without one, for
    one that has a secret in it, and where a page of another site may have sent it, whose words ours
    do not show.
    """
    form: Submitted | None = None
    is_ours = request.headers.get("sec-fetch-site") == "same-origin"
    if isinstance(error, Away) or (isinstance(error, ForeignForm) and is_ours):
        form = getattr(request.state, "form", None)
    elif isinstance(error, SignInNeeded | WrongFace) and is_ours and not _is_looking(request):
        form = await words_of(request)
        if form is None or not any(is_written(name) and form.text(name) for name in form.fields):
            return None
    return None if form is None or any(name in form.fields for name in _SECRET) else form


def is_written(name: str) -> bool:
    """Return whether the field is one in which people write, and no code or choice."""
    return name in _WRITTEN or name.startswith("q-")


def _unsent(page: Page, form: Submitted, error: Exception) -> Response:
    """Return a page that holds what was written and sends it again, as the same form. It is made of
    the request alone: nothing is kept, so no one reads it but who has just sent it.
    """
    fields = [
        (name, value, is_written(name))
        for name, values in form.lists.items()
        for value in values
        if not name.startswith("_") and value
    ]
    url = page.request.url
    files: list[SentFile | LostFile] = [*form.files, *form.lost]
    return page.render(
        "errors/unsent.html",
        _outcome_of(error)[0],
        why=_WHY_UNSENT.get(type(error), "away"),
        action=f"{url.path}?{url.query}" if url.query else url.path,
        fields=fields,
        photos=sorted({each.field for each in files if each.size_bytes}),
        key=form.key,
    )


def _is_looking(request: Request) -> bool:
    """Return whether the request changes nothing, so that it may be sent again at will."""
    return request.method in ("GET", "HEAD")


def _to_sign_in(request: Request) -> Response:
    """Return the way to the sign-in, and from there back to the page, where it is one to look
    at.
    """
    url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = f"?next={quote(url, safe='/')}" if _is_looking(request) else ""
    return RedirectResponse(f"/login{back}", 303)
