"""Forms as browsers send them, read within limits before anything is done with them, and shown to
be made for the visitor who sends them.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import Depends, Request

from services.portal.api.state import PortalState
from services.portal.api.visiting import Visit, address_prefix, visit_of
from services.portal.domain.sent_file import LostFile, SentFile
from services.portal.pages.form_parts import FormLimits, FormReader
from shared.errors import TooMany, Unsupported
from shared.http.limits.limiter import LARGE_BODY_BYTES
from shared.http.problems import TooLarge, TooSlow
from shared.http.state import state_of

_MAX_FILE_BYTES = 12 * 1024 * 1024
_MAX_FILES = 12
_MAX_UNDER_WAY = 8
"""Large forms that one visitor may be sending at once."""
_PAUSE_TIMEOUT_S = 30.0
"""How long the next piece may take,"""
_SLOWEST_BYTES_PER_S = 16 * 1024
"""and how slow all of them may be, after as long a pause."""
_KEY = re.compile(r"[!-~]{8,128}")
_CSRF_FIELD, _CSRF_HEADER = "_csrf", "x-csrf"
_KEY_FIELD, _KEY_HEADER = "_key", "idempotency-key"


class NoForm(Unsupported):
    """The body is of neither type that forms are sent as."""

    code = "no_form"


class TooManyForms(TooMany):
    code = "too_many_forms"


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
    are gone once the answer is made.

    Raises ForeignForm for one that was not made for the visitor, BadRequest for one that cannot be
    read, TooLarge, TooSlow and NoForm.
    """
    limits = FormLimits(max_files=max_files, max_file_bytes=max_file_bytes)

    async def form_of(request: Request) -> AsyncIterator[Submitted]:
        visit = await visit_of(request)
        _check_origin(request, visit)
        reader = FormReader(request.headers, limits)
        try:
            with _place(request, visit):
                await _receive(request, reader, limits)
            token = request.headers.get(_CSRF_HEADER) or reader.last(_CSRF_FIELD)
            visit.check_csrf(token)
            form = request.state.form = Submitted(
                fields={name: values[-1] for name, values in reader.fields.items()},
                lists=reader.fields,
                files=reader.files,
                lost=reader.lost,
                key=_key_of(request.headers.get(_KEY_HEADER) or reader.last(_KEY_FIELD)),
            )
            yield form
        finally:
            await asyncio.to_thread(reader.discard)

    form_of.__dict__["is_form"] = True
    return Depends(form_of)


def _check_origin(request: Request, visit: Visit) -> None:
    """Raise ForeignForm where the browser says that another site sends the form."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        visit.check_csrf("")


@contextmanager
def _place(request: Request, visit: Visit) -> Iterator[None]:
    """Count a large form of the visitor, of strangers one of their network, while it comes. Raises
    TooManyForms.
    """
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) <= LARGE_BODY_BYTES:
        yield
        return
    under_way = state_of(request, PortalState).forms_under_way
    session = visit.visitor.session_id
    name = f"session {session}" if session is not None else address_prefix(request)
    if under_way[name] >= _MAX_UNDER_WAY:
        raise TooManyForms("Other forms of yours are still coming; send this one when they have.")
    under_way[name] += 1
    try:
        yield
    finally:
        under_way[name] -= 1
        if not under_way[name]:
            del under_way[name]


async def _receive(request: Request, reader: FormReader, limits: FormLimits) -> None:
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limits.max_bytes:
        raise TooLarge("The form is too large.", limit=limits.max_bytes)
    if not reader.is_form:
        raise NoForm("Send a form, as application/x-www-form-urlencoded or multipart/form-data.")
    loop, came = asyncio.get_running_loop(), 0
    latest = loop.time() + _PAUSE_TIMEOUT_S
    pieces = request.stream()
    while True:
        try:
            async with asyncio.timeout_at(min(latest, loop.time() + _PAUSE_TIMEOUT_S)):
                piece = await anext(pieces, b"")
        except TimeoutError as error:
            raise TooSlow("The form did not come in time.") from error
        if not piece:
            break
        came += len(piece)
        if came > limits.max_bytes:
            raise TooLarge("The form is too large.", limit=limits.max_bytes)
        latest += len(piece) / _SLOWEST_BYTES_PER_S
        reader.feed(piece)
        await reader.write()
    await reader.end()


def _key_of(given: str) -> str:
    """Return the key that was sent, where it can be one, else a fresh one."""
    return given if _KEY.fullmatch(given) else str(uuid4())
