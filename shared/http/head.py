"""`HEAD`: what `GET` answers, without its body (RFC 9110, 9.3.2)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_IS_HEAD = "fettle.head"


def with_head(app: ASGIApp) -> ASGIApp:
    """Return the application, which answers `HEAD` as `GET`, body apart."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "HEAD":
            await app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await app({**scope, "method": "GET", _IS_HEAD: True}, receive, send_head)

    return answer


def is_head(scope: Scope) -> bool:
    """Return whether the request, a `GET` by its scope, asked for the head alone."""
    return _IS_HEAD in scope
