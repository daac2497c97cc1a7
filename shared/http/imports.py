"""A route that takes a list over: `takes_list(FORM)` gives the list that came, `as_answer` says
what became of it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from pydantic import Field, StringConstraints

from shared.auth.caller import subject_of
from shared.errors import Invalid
from shared.http.declared import refuses
from shared.http.fields import Reply, Storable
from shared.http.inputs import Language
from shared.http.remarks import RemarkOut
from shared.http.requests import identity_of
from shared.http.state import AppState, state_of
from shared.http.uploads import Upload, discard_after, takes_file
from shared.importing.form import ImportForm
from shared.importing.outcome import Outcome
from shared.importing.process import ReadersBusy, UnreadableSheet
from shared.importing.sheet import Sheet
from shared.importing.writing import Example, problems_csv, template_csv, template_xlsx

MAX_LIST_BYTES = 50_000_000
_MAX_MAPPED = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CSV = "text/csv"
_Text = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]
_Mapped = Annotated[list[_Text], Field(max_length=_MAX_MAPPED)]


class OnError(StrEnum):
    """What happens where rows are bad: nothing is taken, or only the good ones are."""

    REFUSE = "refuse"
    SKIP = "skip"


class Format(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


TemplateFormat = Annotated[Format, Query(alias="format")]
TemplateLanguage = Annotated[Language, Query(alias="language")]
"""What a route that gives a template is asked for."""


@dataclass(frozen=True, kw_only=True)
class GivenList:
    """A list that came with a request, and what is to be done with it. `read` reads it, once for
    the request and when it is first asked: refuse who may not before that.
    """

    read: Callable[[], Awaitable[Sheet]]
    dry_run: bool
    skip_bad: bool


class ProblemOut(Reply):
    """What is wrong with a row, numbered as spreadsheets do; `column` is the file's own heading.
    `why` says it in English, `code` with its `values` to programs.
    """

    row: int
    column: str
    value: str
    why: str
    code: str
    values: dict[str, str]


class ImportOut(Reply):
    """What became of a list. `created`, `changed` and `unchanged` count what was taken, or would be
    (`taken` is false, as it is where bad rows were refused); what is `ignored` are columns.
    `problems` are the first thousand, `unlisted` says how many there are beyond; `notes` what was
    guessed of the file, and `remarks` the same for programs.
    """

    rows: int
    created: int
    changed: int
    unchanged: int
    bad: int
    taken: bool
    problems: tuple[ProblemOut, ...]
    unlisted: int
    ignored: tuple[str, ...]
    notes: tuple[str, ...]
    remarks: tuple[RemarkOut, ...]


IMPORTS: Mapping[str, Any] = {
    "response_model": ImportOut,
    "responses": {
        200: {
            "description": "What became of the list; with `Accept: text/csv`, its problems alone.",
            "content": {_CSV: {"schema": {"type": "string"}}},
        }
    },
}
"""What a route that takes a list says of itself: `@router.post(path, **IMPORTS)`."""

TEMPLATES: Mapping[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {
            "description": "A list with headings and one example.",
            "content": {
                _XLSX: {"schema": {"type": "string", "format": "binary"}},
                _CSV: {"schema": {"type": "string"}},
            },
        }
    },
}
"""What a route that gives a template says of itself: `@router.get(path, **TEMPLATES)`."""


def takes_list(form: ImportForm) -> Any:
    """Return the route's declaration that its body is a list of that form, as a dependency that
    gives the GivenList.
    """
    file = takes_file(max_bytes=MAX_LIST_BYTES)

    @refuses(UnreadableSheet, ReadersBusy)
    async def list_of(
        request: Request,
        upload: Annotated[Upload, file],
        dry_run: Annotated[bool, Query()] = False,
        on_error: Annotated[OnError, Query()] = OnError.REFUSE,
        sheet: Annotated[_Text | None, Query()] = None,
        map: Annotated[_Mapped, Query()] = [],  # noqa: B006 - FastAPI copies it
    ) -> GivenList:
        mapping, identity = _mapping(map), identity_of(request)
        caller = "" if identity is None else subject_of(identity)

        async def read() -> Sheet:
            found: Sheet | None = getattr(request.state, "sheet", None)
            if found is None:
                found = request.state.sheet = await state_of(request, AppState).sheet_readers.read(
                    upload.path,
                    form,
                    caller=caller,
                    name=upload.name,
                    mapping=mapping,
                    sheet=sheet,
                )
                discard_after(request, found.close)
            return found

        return GivenList(read=read, dry_run=dry_run, skip_bad=on_error is OnError.SKIP)

    return Depends(list_of)


def as_answer(request: Request, outcome: Outcome) -> ImportOut | Response:
    """Return what became of a list, or its problems alone as CSV for those who accept no JSON."""
    accepted = request.headers.get("accept", "")
    if _CSV in accepted and "json" not in accepted:
        return Response(problems_csv(outcome.problems), media_type=_CSV)
    return ImportOut.model_validate(outcome)


def template_answer(
    form: ImportForm, example: Example, *, format: Format, language: Language
) -> Response:
    """Return the form's template as a file to save."""
    write, media_type = (template_csv, _CSV) if format is Format.CSV else (template_xlsx, _XLSX)
    return Response(
        write(form, example, language=language),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{form.name}.{format}"'},
    )


def _mapping(given: list[str]) -> dict[str, str]:
    """Return FIELD=COLUMN as they were given. Raises Invalid."""
    found = {}
    for each in given:
        name, _, heading = each.partition("=")
        if not (name.strip() and heading.strip()):
            raise Invalid(f"map={each}: expected FIELD=COLUMN, such as room=房号.")
        found[name.strip()] = heading.strip()
    return found
