"""`fettle import`: lists of places, residents, technicians and rotas, taken over by services."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import quote
from uuid import uuid4

import httpx
import typer

from fettle.asking import AdminToken, url_of
from fettle.importing.kinds import STEPS, Kind, Step
from fettle.importing.outcome import Outcome, lines_of, merged
from fettle.issuer import NotInProduction

FAILED, UNUSABLE, REFUSED, PARTLY = 1, 2, 3, 4
"""Exit codes: a service could not be asked; wrong usage or a file that cannot be read; bad rows and
nothing taken; the good rows taken.
"""
_TIMEOUT = httpx.Timeout(30, read=900, write=900)
_RETRYABLE = frozenset({429, 503})
_MAX_TRIES = 6
_MAX_PAUSE_S = 15.0


def import_list(
    kind: Annotated[Kind, typer.Argument(help="What the list is of.")],
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV of any usual encoding, .xlsx, .xls or .ods.", exists=True, dir_okay=False
        ),
    ],
    site: Annotated[str, typer.Option(help="Whose list it is.")],
    sheet: Annotated[
        str | None,
        typer.Option(
            help="The sheet of a workbook, by name or number; its first one if none is given."
        ),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Under which heading a field stands that is called otherwise; may be repeated.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing, and say what would be.")
    ] = False,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Take the good rows where some are bad.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object as the last line.")
    ] = False,
) -> None:
    """Take a list over: nothing is taken away by it, and the same list twice changes nothing.

    Ends with 0 where all rows are good, 3 where some are bad and nothing was taken, 4 where the
    good ones were, 2 for a file that cannot be read.
    """
    query = {"on_error": "skip" if skip_bad else "refuse", "map": columns or []}
    if sheet is not None:
        query["sheet"] = sheet
    if not file.stat().st_size:
        _fail(f"{file.name} is empty", UNUSABLE)
    try:
        outcome = _Import(file, site, STEPS[kind], query).run(dry_run=dry_run, skip_bad=skip_bad)
    except NotInProduction as error:
        _fail(f"set FETTLE_TOKEN to an admin's token: {error}", FAILED)
    title = f"{file.name}, {kind} of {site}"
    typer.echo("\n".join(lines_of(outcome, title=title, dry_run=dry_run)), err=as_json)
    if as_json:
        encoding = (sys.stdout.encoding or "").lower()
        typer.echo(json.dumps(outcome, ensure_ascii=not encoding.startswith("utf")))
    sys.exit(0 if not outcome["bad"] else PARTLY if outcome["taken"] else REFUSED)


class _Import:
    """A list on its way to the services that take it."""

    def __init__(
        self, file: Path, site: str, steps: tuple[Step, ...], query: dict[str, str | list[str]]
    ) -> None:
        self._file, self._site, self._steps, self._query = file, site, steps, query
        self._token = AdminToken()

    def run(self, *, dry_run: bool, skip_bad: bool) -> Outcome:
        """Return what became of the list. Several services are asked what would be before the first
        of them takes it, so that none takes what another refuses.
        """
        self._demand_site()
        if dry_run or len(self._steps) > 1:
            outcome = merged([self._send(step, dry_run=True) for step in self._steps])
            if dry_run or (outcome["bad"] and not skip_bad):
                return outcome
        return merged([self._send(step, dry_run=False) for step in self._steps])

    def _demand_site(self) -> None:
        """End the command where there is no such site: a misspelt one would get technicians."""
        url = f"{url_of('tickets')}/v1/sites/{quote(self._site, safe='')}"
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
            answer = self._answered(client, "tickets", client.build_request("GET", url))
        if answer.status_code == 404:
            _fail(f"there is no site {self._site!r}", UNUSABLE)
        self._demand_good("tickets", answer)

    def _send(self, step: Step, *, dry_run: bool) -> Outcome:
        url = f"{url_of(step.service)}{step.path_at(self._site)}"
        params = httpx.QueryParams({**self._query, "dry_run": str(dry_run).lower()})
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(self._file.name)}",
            "Idempotency-Key": str(uuid4()),
        }
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
            for tries_left in reversed(range(_MAX_TRIES)):
                with self._file.open("rb") as content:
                    request = client.build_request(
                        "POST",
                        httpx.URL(url).copy_merge_params(params),
                        content=content,
                        headers={**headers, "Content-Length": str(self._file.stat().st_size)},
                    )
                    answer = self._answered(client, step.service, request)
                if answer.status_code not in _RETRYABLE or not tries_left:
                    break
                time.sleep(_pause_s(answer))
        self._demand_good(step.service, answer)
        outcome: Outcome = answer.json()
        return outcome

    def _answered(
        self, client: httpx.Client, service: str, request: httpx.Request
    ) -> httpx.Response:
        request.headers["Authorization"] = f"Bearer {self._token()}"
        try:
            return client.send(request)
        except httpx.TransportError as error:
            _fail(
                f"{service} at {url_of(service)} does not answer ({error}): start it, or set "
                f"FETTLE_{service.upper()}_URL",
                FAILED,
            )

    def _demand_good(self, service: str, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        try:
            said = answer.json()
        except ValueError:
            said = {}
        code, detail = said.get("code", ""), said.get("detail", answer.text[:500])
        is_ours = answer.status_code in (400, 413, 422)
        where = "" if is_ours else f"{service} at {url_of(service)}: {answer.status_code} {code}: "
        _fail(f"{where}{detail}", UNUSABLE if is_ours else FAILED)


def _pause_s(answer: httpx.Response) -> float:
    given = answer.headers.get("retry-after", "")
    return min(float(given), _MAX_PAUSE_S) if given.isdecimal() else 1.0


def _fail(message: str, status: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(status)
