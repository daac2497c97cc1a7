"""Forms as browsers send them, read within limits before anything is done with them, and shown to
be made for the visitor who sends them.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from services.portal.api.forms_under_way import HeldForm, Sender
from services.portal.api.state import PortalState
from services.portal.api.visiting import Visit, address_prefix, visit_of
from services.portal.domain.sent_file import LostFile, SentFile
from services.portal.pages.form_parts import FormLimits, FormReader
from shared.errors import Refused, Unsupported
from shared.http.limits.limiter import LARGE_BODY_BYTES
from shared.http.pace import Pace
from shared.http.problems import TooLarge, TooSlow
from shared.http.state import state_of

_MAX_FILE_BYTES = 12 * 1024 * 1024
_MAX_FILES = 12
_NO_FILES = FormLimits(max_files=0, max_file_bytes=_MAX_FILE_BYTES)
_KEY = re.compile(r"[!-~]{8,128}")
_CSRF_FIELD, _CSRF_HEADER = "_csrf", "x-csrf"
_KEY_FIELD, _KEY_HEADER = "_key", "idempotency-key"


class NoForm(Unsupported):
    """The body is of neither type that forms are sent as."""

    code = "no_form"


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A form as it was sent. Of a field that stands in it several times `fields` has the last and
    `lists` all. `lost` are files that were not taken, too large or too many: the rest of the form
    is there all the same. `key` is what makes a repeated form the same request.
    """

    fields: Mapping[str, str]
    lists: Mapping[str, list[str]]
    files: list[SentFile]
    lost: list[LostFile]
    key: str

    def text(self, name: str) -> str:
        """Return the field without white space around it; empty where it was not sent."""
        return self.fields.get(name, "").strip()

    def files_of(self, field: str) -> list[SentFile]:
        """Return the files of that field."""
        return [file for file in self.files if file.field == field]


def submitted(*, max_files: int = _MAX_FILES, max_file_bytes: int = _MAX_FILE_BYTES) -> Any:
    """Return the declaration of a form, as a dependency that gives what was Submitted; its files
    are gone once the answer is made. It is the request's `state.form` too, as soon as it was read,
    for the page that says what went wrong.

    Raises ForeignForm for one that was not made for the visitor, BadRequest for one that cannot be
    read, TooLarge, TooSlow, TooManyForms, NoRoomForStrangers and NoForm.
    """
    limits = FormLimits(max_files=max_files, max_file_bytes=max_file_bytes)

    async def form_of(request: Request) -> AsyncIterator[Submitted]:
        visit = await visit_of(request)
        _check_origin(request, visit)
        reader, sender = FormReader(request.headers, limits), _sender(request, visit)
        forms = state_of(request, PortalState).forms_under_way
        held = forms.hold(sender)
        try:
            with forms.one_more(sender) if _is_large(request) else nullcontext():
                await _receive(
                    request, reader, held, max_bytes=min(limits.max_bytes, sender.max_bytes)
                )
            form = request.state.form = _submitted(request, reader)
            visit.check_csrf(request.headers.get(_CSRF_HEADER) or reader.last(_CSRF_FIELD))
            yield form
        finally:
            try:
                await asyncio.to_thread(reader.discard)
            finally:
                held.release()

    form_of.__dict__["is_form"] = True
    return Depends(form_of)


async def words_of(request: Request) -> Submitted | None:
    """Return what was written in a form that is not taken, whose files are `lost` unread; None for
    one that cannot be read, or is too large.
    """
    sender = _sender(request, await visit_of(request))
    reader = FormReader(request.headers, _NO_FILES)
    forms = state_of(request, PortalState).forms_under_way
    held = forms.hold(sender)
    try:
        with forms.one_more(sender) if _is_large(request) else nullcontext():
            await _receive(request, reader, held, max_bytes=sender.max_bytes)
        return _submitted(request, reader)
    except (Refused, ClientDisconnect):
        return None
    finally:
        held.release()


def _submitted(request: Request, reader: FormReader) -> Submitted:
    return Submitted(
        fields={name: values[-1] for name, values in reader.fields.items()},
        lists=reader.fields,
        files=reader.files,
        lost=reader.lost,
        key=_key_of(request.headers.get(_KEY_HEADER) or reader.last(_KEY_FIELD)),
    )


def _check_origin(request: Request, visit: Visit) -> None:
    """Raise ForeignForm where the browser says that another site sends the form."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        visit.check_csrf("")


def _sender(request: Request, visit: Visit) -> Sender:
    """Return who sends the form: of strangers their network."""
    if visit.session is None:
        return Sender(address_prefix(request), is_stranger=True)
    return Sender(visit.session.share, is_stranger=False)


def _is_large(request: Request) -> bool:
    """Return whether the form is large, or does not say how large it is."""
    length = _declared_bytes(request)
    return length is None or length > LARGE_BODY_BYTES


def _declared_bytes(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length[:20]) if length.isascii() and length.isdigit() else None


async def _receive(request: Request, reader: FormReader, held: HeldForm, *, max_bytes: int) -> None:
    if (_declared_bytes(request) or 0) > max_bytes:
        raise TooLarge("The form is too large.", limit=max_bytes)
    if not reader.is_form:
        raise NoForm("Send a form, as application/x-www-form-urlencoded or multipart/form-data.")
    loop, came = asyncio.get_running_loop(), 0
    pace, pieces = Pace(loop.time()), request.stream()
    while True:
        try:
            async with asyncio.timeout_at(pace.next_by_s(loop.time())):
                piece = await anext(pieces, b"")
        except TimeoutError as error:
            raise TooSlow("The form did not come in time.") from error
        if not piece:
            break
        came += len(piece)
        if came > max_bytes:
            raise TooLarge("The form is too large.", limit=max_bytes)
        held.add(len(piece))
        pace.came(len(piece), loop.time())
        reader.feed(piece)
        await reader.write()
    await reader.end()


def _key_of(given: str) -> str:
    """Return the key that was sent, where it can be one, else a fresh one."""
    return given if _KEY.fullmatch(given) else str(uuid4())
