"""`/ops/import`: lists that a company keeps, looked at before they are taken over."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Response

from services.portal.adapters.kept_lists import KeptList
from services.portal.domain.list_kinds import (
    TAKERS,
    Outcome,
    Taker,
    outcome_of,
    read_mapping,
)
from services.portal.domain.sent_file import SentFile
from services.portal.pages.code_words import said_by_code
from services.portal.pages.desk_sites import desk_sites
from services.portal.pages.forms import submitted
from services.portal.pages.page import (
    Away,
    Desk,
    Form,
    Missing,
    Page,
    Refusal,
    Submitted,
    page_router,
    path_of,
)
from shared.importing.outcome import WHOLE_ROW

router = page_router()

PATH = "/ops/import"
MAX_LIST_BYTES = 50_000_000
_ListForm = Annotated[Submitted, submitted(max_files=1, max_file_bytes=MAX_LIST_BYTES)]


@router.get(PATH)
async def form(page: Desk) -> Response:
    """Show the form that takes a list."""
    return await _show(page)


@router.get(PATH + "/template")
async def template(page: Desk) -> Response:
    """Send an empty list of that kind, with an example row."""
    query = page.request.query_params
    taker = _takers(page, query.get("kind", ""))[0]
    return await page.apis.of(taker.service).pass_on(
        path_of(taker.path.replace(":import", ":template"), query.get("site", "")),
        page.request.headers,
        format="csv" if query.get("format") == "csv" else "xlsx",
        language=page.language,
    )


@router.post(PATH)
async def preview(page: Desk, form: _ListForm) -> Response:
    """Say what would become of the list, and keep it for an hour."""
    site, kind = form.text("site"), form.text("kind")
    filled = {"kind": kind, "sheet": form.text("sheet"), "map": form.text("map")}
    files = form.files_of("file")
    if not files:
        wrong = "desk-import-too-large" if form.lost else "desk-import-no-file"
        return await _show(page, 422, filled=filled, wrong=page.t(wrong))
    kept = await asyncio.to_thread(
        page.state.kept_lists.keep,
        _session(page),
        files[0],
        site=site,
        kind=kind,
        sheet=filled["sheet"],
        mapping=filled["map"],
    )
    try:
        outcome = await _send(page, kept, dry_run=True, skip_bad=False, key=form.key)
    except Refusal as refusal:
        return await _show(page, filled=filled, refusal=refusal)
    except Away as away:
        return await _show(page, 503, filled=filled, missing=Missing(away.service))
    return await _show(page, filled=filled, kept=kept, outcome=outcome)


@router.post(PATH + "/apply")
async def apply(page: Desk, form: Form) -> Response:
    """Take the list over that was looked at."""
    kept = await asyncio.to_thread(page.state.kept_lists.find, _session(page), form.text("list"))
    if kept is None:
        return await _show(page, 410, wrong=page.t("desk-import-gone"))
    filled = {"kind": kept.kind, "sheet": kept.sheet, "map": kept.mapping}
    skip_bad = form.text("skip_bad") == "1"
    try:
        outcome = await _send(page, kept, dry_run=False, skip_bad=skip_bad, key=form.key)
    except Refusal as refusal:
        return await _show(page, filled=filled, kept=kept, refusal=refusal)
    except Away as away:
        missing = Missing(away.service)
        return await _show(page, 503, filled=filled, kept=kept, missing=missing, key=form.key)
    if outcome.is_taken:
        await asyncio.to_thread(page.state.kept_lists.discard_all, _session(page))
    return await _show(page, filled=filled, kept=kept, outcome=outcome)


async def _show(
    page: Page,
    status: int = 200,
    *,
    filled: dict[str, str] | None = None,
    kept: KeptList | None = None,
    outcome: Outcome | None = None,
    wrong: str | None = None,
    missing: Missing | None = None,
    refusal: Refusal | None = None,
    key: str | None = None,
) -> Response:
    sites = await desk_sites(page, one=True)
    site_id = sites.chosen if kept is None else kept.site
    context: dict[str, Any] = {
        "sites": sites,
        "site_id": site_id,
        "site_name": sites.name_of(site_id),
        "kinds": tuple(TAKERS),
        "filled": {"kind": "places", "sheet": "", "map": "", **(filled or {})},
        "kept": kept,
        "outcome": outcome,
        "column_word": lambda column: _column(page, column),
        "problem_word": lambda each: _word(page, each, each["why"]),
        "remark_word": lambda each: _word(page, each, each["text"]),
        "wrong": wrong,
        "missing": missing,
        "again_key": key,
    }
    if refusal is not None:
        return page.refused(refusal, "ops/import.html", **context)
    return page.render("ops/import.html", status, **context)


async def _send(page: Page, kept: KeptList, *, dry_run: bool, skip_bad: bool, key: str) -> Outcome:
    """Have every service look at the list, and then take it unless one of them finds bad rows."""
    takers = _takers(page, kept.kind)
    if dry_run or len(takers) > 1:
        seen = outcome_of(
            [await _send_to(page, taker, kept, dry_run=True, skip_bad=skip_bad) for taker in takers]
        )
        if dry_run or (seen.bad and not skip_bad):
            return seen
    return outcome_of(
        [
            await _send_to(page, taker, kept, dry_run=False, skip_bad=skip_bad, key=key)
            for taker in takers
        ]
    )


async def _send_to(
    page: Page,
    taker: Taker,
    kept: KeptList,
    *,
    dry_run: bool,
    skip_bad: bool,
    key: str | None = None,
) -> Any:
    site = {"site": kept.site} if taker.has_site_in_query else {}
    path = taker.path if taker.has_site_in_query else path_of(taker.path, kept.site)
    answer = await page.apis.of(taker.service).upload(
        path,
        _nameless_type(kept.file),
        key=key,
        dry_run=dry_run,
        on_error="skip" if skip_bad else "refuse",
        sheet=kept.sheet or None,
        map=read_mapping(kept.mapping),
        **site,
    )
    return answer.json


def _word(page: Page, each: Mapping[str, Any], otherwise: str) -> str:
    """Return what is wrong with a row, or was guessed of a file, in words."""
    return said_by_code(page, "desk-import-said-", each["code"], each["values"], otherwise)


def _column(page: Page, column: str) -> str:
    """Return the file's own heading; in words a column that is not in the file, which the services
    call by their field.
    """
    if column == WHOLE_ROW:
        return page.t("desk-import-whole-row")
    return said_by_code(page, "desk-import-column-", column, {}, column)


def _nameless_type(file: SentFile) -> SentFile:
    """Return the file as bytes of no type: the service tells what it is."""
    return SentFile(
        name=file.name,
        field=file.field,
        media_type="application/octet-stream",
        size_bytes=file.size_bytes,
        path=file.path,
    )


def _takers(page: Page, kind: str) -> tuple[Taker, ...]:
    """Return the services that take such a list. Raises Refusal for a kind that is none."""
    if kind not in TAKERS:
        raise Refusal("portal", 404, "not_found", page.t("error-404"), {})
    return TAKERS[kind]


def _session(page: Page) -> UUID:
    """Return the visitor's session: pages of the desk have one."""
    return page.visitor.session_id or UUID(int=0)
