"""Problems that are answered before any page is found, in words: as pages for browsers, which show
what they get, and with `said` for scripts, which show that.
"""

from collections.abc import Iterable

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic_core import from_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.pages.error_pages import error_answer
from services.portal.pages.problems import wants_json
from shared.http.problems import MEDIA_TYPE
from shared.telemetry import get_logger

log = get_logger(__name__)

_OF_THE_BODY = frozenset(("content-length", "content-type"))
_MAX_PROBLEM_BYTES = 64 * 1024


class InWords:
    """ASGI: what a browser would see as `application/problem+json` becomes a page, and what a
    script would gets `said`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _wants_words(scope["headers"]):
            await self._app(scope, receive, send)
            return
        problem: list[Message] = []

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_problem(message):
                problem.append(message)
            elif not problem:
                await send(message)
            elif message.get("more_body", False):
                problem.append(message)
            else:
                await self._say([*problem, message], scope, receive, send)

        await self._app(scope, receive, watch)

    async def _say(
        self, messages: Iterable[Message], scope: Scope, receive: Receive, send: Send
    ) -> None:
        start, *bodies = messages = list(messages)
        body = b"".join(each.get("body", b"") for each in bodies)[:_MAX_PROBLEM_BYTES]
        members = from_json(body)
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in start["headers"]
            if name.decode("latin-1").lower() not in _OF_THE_BODY
        }
        try:
            request = Request(scope, receive)
            answer: Response = await error_answer(
                request,
                status=start["status"],
                code=str(members.get("code", "")),
                members={},
                headers=headers,
            )
            if wants_json(request):
                told = {**members, "said": from_json(bytes(answer.body))["said"]}
                answer = JSONResponse(told, start["status"], headers, MEDIA_TYPE)
        except Exception as error:
            log.error("error_page_failed", exc_info=error)
            for message in messages:
                await send(message)
            return
        await answer(scope, receive, send)


def _wants_words(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(
        name == b"accept" and (b"text/html" in value or b"application/json" in value)
        for name, value in headers
    )


def _is_problem(start: Message) -> bool:
    return any(
        name.lower() == b"content-type" and value.decode("latin-1") == MEDIA_TYPE
        for name, value in start["headers"]
    )
