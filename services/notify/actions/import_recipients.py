"""Take a list over of how people are reached."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from services.notify.actions.put_contacts import put_contacts
from services.notify.actions.seeing import sites_asked
from services.notify.domain.access import may_register_for, sites_managed
from services.notify.domain.channels import Channel
from services.notify.domain.contacts import Contact, Contacts, ContactsGiven, read_contacts
from services.notify.store.contacts import find_contacts
from services.notify.store.recipients import find_acquaintances
from shared.auth.caller import Caller
from shared.db.transaction import Transaction
from shared.errors import Invalid
from shared.ids import PersonId, SiteId
from shared.importing.columns import person_of
from shared.importing.outcome import Outcome
from shared.importing.rows import SheetRow
from shared.importing.sheet import Sheet
from shared.importing.wrong import WrongCell
from shared.telemetry import get_logger

log = get_logger(__name__)

Read = Callable[[], Awaitable[Sheet]]
_PIECE = 400
"""Rows whose people are saved in one transaction, which holds each of them."""


@dataclass(frozen=True)
class _Given:
    """What a list says of one person, and the rows in which it does."""

    rows: Sequence[SheetRow]
    contacts: ContactsGiven


async def import_recipients(
    transaction: Callable[[], Transaction],
    site_id: SiteId,
    read: Read,
    *,
    country: str,
    channels: Collection[Channel],
    dry_run: bool,
    skip_bad: bool,
    by: Caller,
) -> Outcome:
    """Save what the list says of people's contacts; a blank cell says nothing. Return what became
    of its rows: nothing is changed by a dry run, and by bad rows unless they are skipped.
    `channels` are those that are on.

    All rows are looked at before the first contact is saved; then some people at a time, each time
    in a `transaction` of their own, since each is held while they are saved. The same list again
    changes nothing, so one that was interrupted is sent again. Raises NotFound, UnreadableSheet.
    """
    sites_asked(site_id, by=by)
    sheet = await read()
    importing = _Importing(transaction, site_id, sheet, country=country, by=by, channels=channels)
    outcome = await importing.look()
    if not dry_run and (skip_bad or not outcome.bad):
        await importing.save()
        outcome.taken = True
        counts = {"created": outcome.created, "changed": outcome.changed}
        log.info("recipients_imported", site=site_id, by=by.id, **counts)
    return outcome


class _Importing:
    def __init__(
        self,
        transaction: Callable[[], Transaction],
        site_id: SiteId,
        sheet: Sheet,
        *,
        country: str,
        by: Caller,
        channels: Collection[Channel],
    ) -> None:
        self._transaction, self._sheet = transaction, sheet
        self._site_id, self._country, self._by = site_id, country, by
        self._channels = channels

    async def look(self) -> Outcome:
        """Return what would become of the rows."""
        outcome = self._sheet.outcome()
        elsewhere = WrongCell(
            "id",
            "of_another_site",
            "is a person of another site, whose staff say how they are reached",
        )
        async for people in self._people(outcome):
            async with self._transaction() as tx:
                foreign = await self._foreign(tx, people)
                known = await find_contacts(tx, people.keys())
            for person, given in people.items():
                if person in foreign:
                    for row in given.rows:
                        outcome.note(self._sheet.problem(row, elsewhere))
                else:
                    _count(outcome, given, known.get(person))
        outcome.problems.sort(key=lambda problem: problem.row)
        return outcome

    async def save(self) -> None:
        """Save what the good rows say."""
        async for people in self._people(self._sheet.outcome()):
            async with self._transaction() as tx:
                await put_contacts(
                    tx,
                    {person: each.contacts for person, each in people.items()},
                    by=self._by,
                    channels=self._channels,
                )

    async def _people(self, outcome: Outcome) -> AsyncIterator[Mapping[PersonId, _Given]]:
        """Yield what some rows say, by person; note rows that are wrong."""
        async for groups in self._sheet.groups(_PIECE):
            rows_of: dict[PersonId, list[SheetRow]] = {}
            for row in (row for group in groups for row in group):
                try:
                    person = PersonId(person_of(row, self._site_id))
                except WrongCell as wrong:
                    outcome.note(self._sheet.problem(row, wrong))
                else:
                    rows_of.setdefault(person, []).append(row)
            people = {}
            for id, rows in rows_of.items():
                try:
                    people[id] = _Given(rows, self._contacts(rows))
                except WrongCell as wrong:
                    for row in rows:
                        outcome.note(self._sheet.problem(row, wrong))
            yield people

    def _contacts(self, rows: Sequence[SheetRow]) -> ContactsGiven:
        """Return what the rows of one person say. Raises WrongCell where they contradict."""
        said: dict[Contact, str | None] = {}
        for contact in Contact:
            values = {value for row in rows if (value := row.text(contact)) is not None}
            if len(values) > 1:
                numbers = ", ".join(str(row.number) for row in rows[:5])
                raise WrongCell(
                    contact,
                    "differing_rows",
                    "differs between the rows {rows} of one person: keep one value",
                    rows=numbers,
                )
            if values:
                said[contact] = values.pop()
        try:
            return read_contacts(said, country=self._country)
        except Invalid as invalid:
            column = str(invalid.details.get("field")).removeprefix("/")
            raise WrongCell(column, "wrong_contact", "{said}", said=invalid.message) from invalid

    async def _foreign(
        self, tx: Transaction, people: Mapping[PersonId, _Given]
    ) -> frozenset[PersonId]:
        """Return the people of other sites only."""
        others = [person for person in people if person != self._by.id]
        sites = sites_managed(self._by, others[0]) if others else None
        if sites is None:
            return frozenset()
        known = await find_acquaintances(tx, others, sites)
        return frozenset(
            person for person in others if not may_register_for(self._by, person, known[person])
        )


def _count(outcome: Outcome, given: _Given, known: Contacts | None) -> None:
    """Count what the first row of a person comes to; the others say the same."""
    before = known or Contacts()
    if before.changed(given.contacts) == before:
        outcome.unchanged += 1
    elif before == Contacts():
        outcome.created += 1
    else:
        outcome.changed += 1
    outcome.unchanged += len(given.rows) - 1
