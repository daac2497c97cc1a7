"""Take a list of residents over: who lives where since when."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from services.tickets.actions.import_places import Read
from services.tickets.actions.people import MOVING_OUT, REPUBLISHING_PEOPLE
from services.tickets.actions.seeing import demand_keeper, see_site_to_keep_people
from services.tickets.domain.access import may_keep_roles
from services.tickets.domain.person import Person, Residence
from services.tickets.domain.resident_list import Homes, Plan, plan_person, roles_of
from services.tickets.domain.site import Site
from services.tickets.store import people as store
from shared.auth.caller import Caller, Role
from shared.db.failures import Outdated
from shared.db.transaction import Transaction
from shared.importing.columns import person_of
from shared.importing.outcome import Outcome
from shared.importing.rows import SheetRow
from shared.importing.sheet import Sheet
from shared.importing.wrong import WrongCell
from shared.messaging.people import record_id
from shared.telemetry import get_logger

log = get_logger(__name__)


async def import_people(
    tx: Transaction, site_id: str, read: Read, *, dry_run: bool, skip_bad: bool, by: Caller
) -> Outcome:
    """Record where the people of the list live; return what became of its rows. Nothing is changed
    by a dry run, and by bad rows unless they are skipped.

    All rows are looked at before the first one is written, some at a time; it is one transaction,
    which locks the records of those people and nothing that requests of residents wait for. The
    records are told some at a time, soon after. Raises Forbidden, NotFound, UnreadableSheet.
    """
    demand_keeper(by, site_id)
    sheet = await read()
    if not dry_run:
        tx.demand_locks()
    site = await see_site_to_keep_people(tx, site_id, by=by)
    importing = _Importing(tx, site, sheet, by=by)
    outcome = await importing.look()
    if not dry_run and (skip_bad or not outcome.bad):
        outcome = await importing.save()
        if outcome.bad and not skip_bad:
            raise Outdated("what was good has become bad meanwhile")
        outcome.taken = True
        counts = {"created": outcome.created, "changed": outcome.changed}
        tx.after_commit(lambda: log.info("people_imported", site=site.id, by=by.id, **counts))
    return outcome


class _Importing:
    def __init__(self, tx: Transaction, site: Site, sheet: Sheet, *, by: Caller) -> None:
        self._tx, self._site, self._sheet, self._by = tx, site, sheet, by
        self._homes = Homes(site)

    async def look(self) -> Outcome:
        """Return what would become of the rows."""
        outcome = self._sheet.outcome()
        async for plans in self._plans(outcome, for_update=False):
            for plan in plans:
                _count(outcome, plan)
        outcome.problems.sort(key=lambda problem: problem.row)
        return outcome

    async def save(self) -> Outcome:
        """Save what the rows say. Raises Outdated where one of these records is new meanwhile."""
        outcome = self._sheet.outcome()
        async for plans in self._plans(outcome, for_update=True):
            for plan in plans:
                _count(outcome, plan)
            await self._save([plan for plan in plans if plan.after is not plan.before])
        outcome.problems.sort(key=lambda problem: problem.row)
        return outcome

    async def _save(self, plans: Sequence[Plan]) -> None:
        for plan in plans:
            before = plan.before
            told = before.version if before.told_version is None else before.told_version
            is_new = before.version == 0
            store.save_to_be_told(self._tx, plan.after, told_version=told, is_new=is_new)
            if plan.after.moves_at is not None:
                self._tx.schedule(MOVING_OUT, plan.after.moves_at)
        if plans:
            self._tx.schedule(REPUBLISHING_PEOPLE, self._tx.now)
            await store.flush_new(self._tx)

    async def _plans(self, outcome: Outcome, *, for_update: bool) -> AsyncIterator[list[Plan]]:
        """Yield what the rows of some people come to; note rows that are wrong."""
        async for groups in self._sheet.groups():
            said: dict[str, list[tuple[SheetRow, Residence]]] = {}
            roles: dict[str, tuple[Role, ...]] = {}
            for row in (row for group in groups for row in group):
                try:
                    person_id, home, as_what = self._read(row)
                except WrongCell as wrong:
                    outcome.note(self._sheet.problem(row, wrong))
                    continue
                said.setdefault(person_id, []).append((row, home))
                if as_what is not None:
                    roles[person_id] = tuple({*roles.get(person_id, ()), *as_what})
            await asyncio.sleep(0)
            plans = await self._plan(said, roles, for_update=for_update)
            for row, cell in (each for plan in plans for each in plan.wrong):
                outcome.note(self._sheet.problem(row, cell))
            yield plans

    def _read(self, row: SheetRow) -> tuple[str, Residence, tuple[Role, ...] | None]:
        person_id = person_of(row, self._site.id)
        roles = roles_of(row)
        if roles is not None and not may_keep_roles(self._by, self._site.id):
            raise WrongCell(
                "roles",
                "roles_not_yours",
                "is for managers, admins and integrations to say: leave the column out",
            )
        return person_id, self._homes.of(row), roles

    async def _plan(
        self,
        said: Mapping[str, list[tuple[SheetRow, Residence]]],
        roles: Mapping[str, tuple[Role, ...]],
        *,
        for_update: bool,
    ) -> list[Plan]:
        tx, site = self._tx, self._site
        ids = {person_id: record_id(site.id, person_id) for person_id in said}
        people = await store.find_people(tx, ids.values(), for_update=for_update)
        claimed = await store.find_claimed(tx, said)
        return [
            plan_person(
                people.get(id) or Person(id=id, site_id=site.id, person_id=person_id),
                said[person_id],
                roles=roles.get(person_id),
                claimed=claimed.get(person_id, ()),
                site=site,
                at=tx.now,
            )
            for person_id, id in ids.items()
        ]


def _count(outcome: Outcome, plan: Plan) -> None:
    outcome.created += plan.created
    outcome.changed += plan.changed
    outcome.unchanged += plan.unchanged
