"""`GET /v1/compliance`: which promises were kept, and `GET /v1/compliance/promises`: one by one."""

import datetime as dt
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import StringConstraints

from services.sla.actions.read_compliance import Period, list_promises, read_compliance
from services.sla.api.board import Staff
from services.sla.domain.compliance import (
    MAX_DAYS,
    MAX_SITES,
    Compliance,
    CountedPromise,
    Figures,
    GroupBy,
)
from services.sla.domain.definitions import DEFINITIONS, Language
from services.sla.domain.outcomes import Cause, Outcome
from services.sla.store.compliance import PromisePlace
from shared.contracts.sla import ClockKind
from shared.contracts.tickets import Priority, TicketState
from shared.errors import Invalid, NotFound
from shared.http.declared import refuses
from shared.http.fields import Identifier, Reply, Text
from shared.http.paging import Keys, Page, paged_by
from shared.http.requests import Tx
from shared.http.routing import action_router
from shared.sheets.writing import Format, Writing

router = action_router("/v1/compliance", tag="compliance")

_DAY = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_Day = Annotated[str, StringConstraints(pattern=_DAY)]
_Short = Annotated[Text | None, Query(max_length=200)]
_Sites = Annotated[
    list[Identifier] | None,
    Query(max_length=MAX_SITES, description="Left out, all whose staff you are."),
]
_DAY_BYTES, _ID_BYTES = 4, 16


class AnswerFormat(StrEnum):
    JSON = "json"
    CSV = "csv"


class FiguresOut(Reply):
    """The figures of one kind of clock; `site`, `category`, `priority` and `month` are null where
    they are not told apart. `causes` counts what was broken.
    """

    site: str | None
    category: str | None
    priority: Priority | None
    month: dt.date | None
    kind: ClockKind
    kept: int
    broken: int
    running: int
    paused: int
    cancelled: int
    unknown: int
    kept_percent: float | None
    minutes: float | None
    late_minutes: float | None
    paused_percent: float | None
    causes: dict[Cause, int]


class ComplianceOut(Reply):
    """`since` is the first day, `until` the one behind the last; `imported` are figures of tickets
    that had ended in a former system. `definitions` says what each figure means.
    """

    at: dt.datetime
    since: dt.date
    until: dt.date
    sites: tuple[str, ...]
    group_by: tuple[GroupBy, ...]
    behind: int
    items: tuple[FiguresOut, ...]
    imported: tuple[FiguresOut, ...]
    definitions: dict[str, str]


class PromiseOut(Reply):
    """One promise, and what became of it; `late_minutes` from due to stop, null while it is waited
    for.
    """

    ticket_id: UUID
    reference: str
    site_id: str
    category: str
    priority: Priority
    ticket_state: TicketState
    kind: ClockKind
    outcome: Outcome
    cause: Cause | None
    opened_on: dt.date
    due_at: dt.datetime | None
    stopped_at: dt.datetime | None
    late_minutes: float | None


class PromisesOut(Reply):
    items: tuple[PromiseOut, ...]


@dataclass(frozen=True, kw_only=True)
class FiguresLine:
    """Figures as a row of a table: each cause has a column."""

    imported: bool
    site: str | None
    category: str | None
    priority: str | None
    month: dt.date | None
    kind: str
    kept: int
    broken: int
    running: int
    paused: int
    cancelled: int
    unknown: int
    kept_percent: float | None
    minutes: float | None
    late_minutes: float | None
    paused_percent: float | None
    broken_on_hold: int
    broken_at_desk: int
    broken_reopened: int
    broken_not_taken: int
    broken_not_there: int
    broken_not_done: int
    broken_unknown: int

    @classmethod
    def of(cls, figures: Figures, *, imported: bool) -> "FiguresLine":
        told = {each.name: getattr(figures, each.name) for each in fields(figures)}
        causes = told.pop("causes")
        broken = {f"broken_{cause.value}": causes.get(cause, 0) for cause in Cause}
        return cls(imported=imported, **told, **broken)


@refuses(Invalid)
async def _period(
    from_: Annotated[_Day, Query(alias="from", description="The first day.")],
    to: Annotated[
        _Day,
        Query(description=f"The day behind the last. {MAX_DAYS} days, or whole months."),
    ],
    category: _Short = None,
    priority: Annotated[Priority | None, Query()] = None,
) -> Period:
    return Period(_day(from_, "from"), _day(to, "to"), category, priority)


_Period = Annotated[Period, Depends(_period)]

_ANSWERS: dict[str, Any] = {
    "response_model": ComplianceOut,
    "responses": {
        200: {
            "description": "The figures; with `format=csv` as a table.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    },
}


@router.get("", **_ANSWERS)
@refuses(NotFound, Invalid)
async def read(
    period: _Period,
    caller: Staff,
    tx: Tx,
    site: _Sites = None,
    group_by: Annotated[list[GroupBy] | None, Query(max_length=len(GroupBy))] = None,
    language: Annotated[Language, Query(description="Of `definitions`.")] = Language.ENGLISH,
    format: Annotated[AnswerFormat, Query()] = AnswerFormat.JSON,
) -> ComplianceOut | Response:
    """Return for each kind of clock how many promises were kept and broken, of tickets that were
    opened in the period.
    """
    told_apart = tuple(each for each in GroupBy if each in (group_by or ()))
    found = await read_compliance(tx, period, sites=site or (), group_by=told_apart, by=caller)
    if format is AnswerFormat.CSV:
        return _as_csv(found)
    return ComplianceOut(
        at=found.at,
        since=found.asked.since,
        until=found.asked.until,
        sites=tuple(sorted(found.asked.sites)),
        group_by=told_apart,
        behind=found.behind,
        items=tuple(FiguresOut.model_validate(each) for each in found.items),
        imported=tuple(FiguresOut.model_validate(each) for each in found.imported),
        definitions=dict(DEFINITIONS[language]),
    )


def _place_from(raw: bytes) -> PromisePlace:
    if len(raw) <= _DAY_BYTES + _ID_BYTES:
        raise ValueError("no place in a list")
    day = dt.date.fromordinal(int.from_bytes(raw[:_DAY_BYTES]))
    kind = ClockKind(raw[_DAY_BYTES + _ID_BYTES :].decode())
    return PromisePlace(day, UUID(bytes=raw[_DAY_BYTES:][:_ID_BYTES]), kind.value)


def _as_bytes(place: PromisePlace) -> bytes:
    return place.day.toordinal().to_bytes(_DAY_BYTES) + place.ticket_id.bytes + place.kind.encode()


@router.get("/promises")
@refuses(NotFound, Invalid)
async def promises(
    page: Annotated[Page[PromisePlace], paged_by(Keys[PromisePlace](_as_bytes, _place_from))],
    period: _Period,
    caller: Staff,
    tx: Tx,
    response: Response,
    site: _Sites = None,
    outcome: Annotated[Outcome, Query()] = Outcome.BROKEN,
    kind: Annotated[ClockKind | None, Query()] = None,
    cause: Annotated[Cause | None, Query()] = None,
    imported: Annotated[bool, Query(description="Those of a former system instead.")] = False,
) -> PromisesOut:
    """Return the promises that a figure counts, of the newest tickets first."""
    found = await list_promises(
        tx,
        period,
        sites=site or (),
        outcome=outcome,
        kind=kind,
        cause=cause,
        imported=imported,
        after=page.last,
        limit=page.limit,
        by=caller,
    )
    shown = page.cut(found, response, _place_of)
    return PromisesOut(items=tuple(PromiseOut.model_validate(each) for each in shown))


def _place_of(promise: CountedPromise) -> PromisePlace:
    return PromisePlace(promise.opened_on, promise.ticket_id, promise.kind)


def _day(text: str, name: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"There is no {text}.", field=name) from error


def _as_csv(found: Compliance) -> Response:
    writing = Writing(Format.CSV, FiguresLine)
    lines = [
        *(FiguresLine.of(each, imported=False) for each in found.items),
        *(FiguresLine.of(each, imported=True) for each in found.imported),
    ]
    name = f"compliance-{found.asked.since}-{found.asked.until}.csv"
    return Response(
        writing.begin() + writing.lines(lines),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
