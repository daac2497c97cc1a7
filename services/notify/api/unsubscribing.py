"""Links in mails that end mails like them, without a login: the link itself is the permission.

No action: a mail program posts a form (RFC 8058), and a person wants a page.
"""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.notify.actions.choose_channels import see_unsubscribing, unsubscribe
from services.notify.adapters.unsubscribe_page import unsubscribe_page
from services.notify.api.state import NotifyState
from shared.errors import NotFound
from shared.http.fields import Text
from shared.http.state import state_of
from shared.http.strict_json import read_body

router = APIRouter(prefix="/v1/unsubscribe", tags=["recipients"], include_in_schema=False)

_MAX_FORM_BYTES = 1024
_FORM_TIMEOUT_S = 10.0
_FIELDS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'"
}


@router.get("/{token}")
async def show(request: Request, token: Text) -> HTMLResponse:
    """Return a page with buttons. It changes nothing: mail programs look at links by themselves."""
    message = _message_of(request, token)
    async with state_of(request, NotifyState).database.transaction() as tx:
        language = await see_unsubscribing(tx, message)
    return HTMLResponse(unsubscribe_page(language, is_done=False), headers=_FIELDS)


@router.post("/{token}")
async def stop(request: Request, token: Text) -> HTMLResponse:
    """Switch off e-mails like the one that the link is from; with `scope=all` every one."""
    message = _message_of(request, token)
    body = await read_body(request, _MAX_FORM_BYTES, timeout_s=_FORM_TIMEOUT_S)
    form: dict[str, Any] = parse_qs(body.decode("ascii", errors="replace"))
    async with state_of(request, NotifyState).database.transaction(actor="unsubscribe") as tx:
        language = await unsubscribe(tx, message, all_kinds=form.get("scope") == ["all"])
    return HTMLResponse(unsubscribe_page(language, is_done=True), headers=_FIELDS)


def _message_of(request: Request, token: str) -> UUID:
    message = state_of(request, NotifyState).unsubscribe_tokens.message_of(token)
    if message is None:
        raise NotFound("There is nothing behind this link.")
    return message
