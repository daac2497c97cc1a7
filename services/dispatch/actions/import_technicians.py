"""Take lists over: a site's technicians, and when they work."""

from collections.abc import Awaitable, Callable, Mapping

from services.dispatch.actions.change_technician import list_technicians, record_technician
from services.dispatch.actions.circumstances import load_circumstances, zone_named
from services.dispatch.actions.seeing import find_technicians_to_import
from services.dispatch.domain.access import demand_technicians
from services.dispatch.domain.certificate_list import ListedCertificates, has_certificates
from services.dispatch.domain.rota_list import Week, plan_week
from services.dispatch.domain.shift_names import Legend
from services.dispatch.domain.technician import Technician
from services.dispatch.domain.technician_list import MAX_TECHNICIANS, Listed, Listing, Trades
from shared.auth.caller import Caller
from shared.contracts import SiteV1
from shared.db.transaction import Transaction
from shared.errors import Invalid
from shared.ids import SiteId, TechnicianId
from shared.importing.outcome import Outcome
from shared.importing.rows import SheetRow
from shared.importing.sheet import Sheet
from shared.importing.wrong import WrongCell
from shared.messaging.snapshots import find_snapshot
from shared.telemetry import get_logger

log = get_logger(__name__)

Read = Callable[[], Awaitable[Sheet]]
_MAX_ROTA_ROWS = 20_000
_MAX_TECHNICIAN_ROWS = 5_000


class ListTooLong(Invalid):
    code = "list_too_long"


async def import_technicians(
    tx: Transaction, site_id: SiteId, read: Read, *, dry_run: bool, skip_bad: bool, by: Caller
) -> Outcome:
    """Save the technicians of the list, that they work at the site and what they can and may do;
    return what became of its rows. Nothing is changed by a dry run, and by bad rows unless they are
    skipped.

    Raises Forbidden, UnreadableSheet, ListTooLong.
    """
    demand_technicians(by, {site_id})
    sheet = await read()
    if not dry_run:
        tx.demand_locks()
    rows = await _rows(sheet, _MAX_TECHNICIAN_ROWS)
    known = await _known(tx, rows, site_id, by=by, for_update=not dry_run)
    circumstances = await load_circumstances(tx, site_id)
    here = await list_technicians(tx, by=by, site_id=site_id, after="", limit=MAX_TECHNICIANS)
    listing = Listing(
        site_id,
        trades=Trades(await find_snapshot(tx, SiteV1, site_id)),
        certificates=ListedCertificates(
            circumstances.rules, today=tx.now.astimezone(circumstances.zone).date()
        )
        if has_certificates(sheet.headings)
        else None,
        here=[each.id for each in here],
    )
    outcome, changes = sheet.outcome(), list[tuple[Technician | None, Technician]]()
    outcome.ignored = [*outcome.ignored, *listing.ignored(sheet.headings)]
    for same in _by_technician(rows):
        try:
            before = _of_row(same[0], known)
        except WrongCell as wrong:
            for row in same:
                outcome.note(sheet.problem(row, wrong))
            continue
        listed = listing.listed(before, same)
        _count(outcome, sheet, listed)
        if listed.after is not None and listed.after is not before:
            changes.append((before, listed.after))
    outcome.problems.sort(key=lambda problem: problem.row)
    outcome.remarks += listing.remarks()
    if not dry_run and (skip_bad or not outcome.bad):
        outcome.taken = True
        for before, after in changes:
            record_technician(tx, before, after)
        _log(tx, "technicians_imported", outcome, site_id, by=by)
    return outcome


async def import_rota(
    tx: Transaction, site_id: SiteId, read: Read, *, dry_run: bool, skip_bad: bool, by: Caller
) -> Outcome:
    """Save when the technicians of the list work and when they are on leave; return what became of
    its rows. Nothing is changed by a dry run, and by bad rows unless they are skipped.

    Raises Forbidden, UnreadableSheet, ListTooLong.
    """
    demand_technicians(by, {site_id})
    sheet = await read()
    if not dry_run:
        tx.demand_locks()
    rows = await _rows(sheet, _MAX_ROTA_ROWS)
    known = await _known(tx, rows, site_id, by=by, for_update=not dry_run)
    site = await find_snapshot(tx, SiteV1, site_id)
    zone = zone_named(site.time_zone if site else None)
    legend, outcome, weeks = Legend(sheet.titles), sheet.outcome(), []
    for same in _by_technician(rows):
        try:
            technician = _at_work(same[0], known, site_id)
        except WrongCell as wrong:
            for row in same:
                outcome.note(sheet.problem(row, wrong))
            continue
        week = plan_week(technician, same, legend, zone=zone, now=tx.now)
        _count(outcome, sheet, week)
        weeks.append(week)
    outcome.problems.sort(key=lambda problem: problem.row)
    outcome.remarks += legend.remarks()
    if not dry_run and (skip_bad or not outcome.bad):
        outcome.taken = True
        for week in weeks:
            if week.after is not week.before:
                record_technician(tx, week.before, week.after)
        _log(tx, "rota_imported", outcome, site_id, by=by)
    return outcome


async def _rows(sheet: Sheet, most: int) -> list[SheetRow]:
    if sheet.rows > most:
        raise ListTooLong(
            f"The list has {sheet.rows} rows, and takes {most}: split it.",
            rows=sheet.rows,
            most=most,
        )
    return [row async for piece in sheet.pieces() for row in piece]


async def _known(
    tx: Transaction, rows: list[SheetRow], site_id: SiteId, *, by: Caller, for_update: bool
) -> Mapping[str, Technician | None]:
    """Return the technicians of the rows by id, None for those who are new; who is not the caller's
    to say is not among them.
    """
    ids = {TechnicianId(row.text("id") or "") for row in rows}
    if len(ids) > MAX_TECHNICIANS:
        raise ListTooLong(
            f"The list names {len(ids)} technicians, and takes {MAX_TECHNICIANS}.",
            technicians=len(ids),
            most=MAX_TECHNICIANS,
        )
    return await find_technicians_to_import(tx, sorted(ids), by=by, for_update=for_update)


def _of_row(row: SheetRow, known: Mapping[str, Technician | None]) -> Technician | None:
    id = row.text("id") or ""
    if id not in known:
        raise WrongCell(
            "id",
            "known_elsewhere",
            "cannot be used: it is known at another site, whose staff say who that is",
        )
    return known[id]


def _at_work(row: SheetRow, known: Mapping[str, Technician | None], site_id: SiteId) -> Technician:
    found = known.get(row.text("id") or "")
    if found is None or found.removed_at is not None or site_id not in found.sites:
        raise WrongCell(
            "id",
            "no_technician",
            "is no technician of the site: import technicians first, or mend the row",
        )
    return found


def _by_technician(rows: list[SheetRow]) -> list[list[SheetRow]]:
    found: dict[str | None, list[SheetRow]] = {}
    for row in rows:
        found.setdefault(row.text("id"), []).append(row)
    return list(found.values())


def _count(outcome: Outcome, sheet: Sheet, week: Week | Listed) -> None:
    outcome.created += week.created
    outcome.changed += week.changed
    outcome.unchanged += week.unchanged
    for row, wrong in week.wrong:
        outcome.note(sheet.problem(row, wrong))


def _log(tx: Transaction, event: str, outcome: Outcome, site_id: SiteId, *, by: Caller) -> None:
    counts = {"created": outcome.created, "changed": outcome.changed}
    tx.after_commit(lambda: log.info(event, site=site_id, by=by.id, **counts))
