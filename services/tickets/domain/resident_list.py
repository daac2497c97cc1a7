"""Residents from a list: where each lives since when, and what that makes of the records of them.

Nothing is taken away by a list: homes that it does not name stay as they are recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from services.tickets.domain.person import MAX_RESIDENCIES, Person, Residence
from services.tickets.domain.site import Site
from services.tickets.domain.unit_finder import UnitFinder
from shared.auth.caller import Role
from shared.contracts.people import Residency
from shared.errors import Invalid
from shared.importing.columns import (
    BUILDING,
    EMAIL,
    ENTRANCE,
    NAME,
    PERSON,
    PHONE,
    ROOM,
)
from shared.importing.form import Field, ImportForm, Kind
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell

RESIDENTS = ImportForm(
    name="residents",
    fields=(
        PERSON,
        BUILDING,
        ENTRANCE,
        ROOM,
        NAME,
        PHONE,
        EMAIL,
        Field(name="roles", headings=("角色", "Roles", "身份", "Role"), max_chars=100),
        Field(
            name="since",
            headings=("入住日期", "Moved in", "入住时间", "入伙日期", "Since", "Move-in date"),
            kind=Kind.DATE,
        ),
        Field(
            name="until",
            headings=("迁出日期", "Moved out", "迁出时间", "搬离日期", "Until", "Move-out date"),
            kind=Kind.DATE,
        ),
    ),
    group=("id", "phone"),
)
EARLIEST = date(2000, 1, 1)
"""What was before is recorded as of then: our time begins there."""

_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(
        ("业主", "住户", "租户", "租客", "家属", "居民", "owner", "tenant"), Role.RESIDENT
    ),
    **dict.fromkeys(("师傅", "维修工", "技工"), Role.TECHNICIAN),
    **dict.fromkeys(("调度", "客服"), Role.DISPATCHER),
    **dict.fromkeys(("主任", "经理"), Role.MANAGER),
    **{role.value: role for role in Role if role is not Role.ADMIN},
}


def example(site: Site) -> Mapping[str, str | tuple[str, str]]:
    """Return a row of a template: it names a unit of the site, where there is one."""
    building = next((each for each in site.buildings if each.units), None)
    unit = building.units[0] if building else "1202"
    entrance, _, room = unit.rpartition("-")
    return {
        "building": building.code if building else "1",
        "entrance": entrance,
        "room": room,
        "name": ("王小明", "Wang Ming"),
        "phone": "138 0013 8000",
        "since": "2026-01-05",
    }


class Homes:
    """Reads where rows say that people live at a site."""

    def __init__(self, site: Site) -> None:
        self._units = UnitFinder(site)
        self._zone = ZoneInfo(site.time_zone)

    def of(self, row: SheetRow) -> Residence:
        """Return where the row says that a person lives since when. Raises WrongCell."""
        since, until = self._day(row, "since"), self._day(row, "until")
        return Residence(unit=self._unit(row), since=since, until=until)

    def _unit(self, row: SheetRow) -> str:
        found = self._units.find(row.text("building"), row.text("entrance"), row.text("room") or "")
        if isinstance(found, str):
            return found
        if found:
            raise WrongCell(
                "room",
                "several_units",
                "may be {units}: write building, entrance and room",
                units=" / ".join(found[:5]),
            )
        raise WrongCell(
            "room", "no_unit", "is no unit of the site: import places first, or mend the row"
        )

    def _day(self, row: SheetRow, name: str) -> datetime | None:
        """Return when that day begins at the site."""
        said = row.text(name)
        if said is None:
            return None
        day = max(date.fromisoformat(said), EARLIEST)
        return datetime.combine(day, time(), self._zone).astimezone(UTC)


def roles_of(row: SheetRow) -> tuple[Role, ...] | None:
    """Return what the row says that the person is there; None where it says nothing. Raises
    WrongCell.
    """
    said = row.text("roles")
    if said is None:
        return None
    found = []
    for part in said.replace("、", ",").replace("，", ",").replace("/", ",").split(","):
        role = _ROLES.get(part.strip().casefold())
        if role is None:
            raise WrongCell(
                "roles",
                "unknown_role",
                "has '{role}', which is none of {known}",
                role=part.strip(),
                known=_known_roles(),
            )
        found.append(role)
    return tuple(found)


def _known_roles() -> str:
    return "、".join(name for name, role in _ROLES.items() if not name.isascii())


@dataclass(kw_only=True)
class Plan:
    """A person as a list has them: the record before and after, and what each row came to."""

    before: Person
    after: Person
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: list[tuple[SheetRow, WrongCell]] = field(default_factory=list)


def plan_person(
    before: Person,
    rows: Sequence[tuple[SheetRow, Residence]],
    *,
    roles: Sequence[Role] | None,
    claimed: Sequence[str],
    site: Site,
    at: datetime,
) -> Plan:
    """Return what the rows of one person come to. Rows of one unit are wrong all, as are those that
    make too many homes.
    """
    plan = Plan(before=before, after=before)
    single = _single(rows, plan)
    homes = [_as_wanted(home) for home in before.units or ()]
    steps = []
    for row, wanted in single:
        try:
            homes, step = _with(homes, wanted, at=at)
        except WrongCell as wrong:
            plan.wrong.append((row, wrong))
            continue
        steps.append(step)
    if len(homes) > MAX_RESIDENCIES:
        too_many = WrongCell(
            "room",
            "too_many_homes",
            "would be more than {most} homes of one person",
            most=MAX_RESIDENCIES,
        )
        plan.wrong += [(row, too_many) for row, _ in single]
        return plan
    if not steps:
        return plan
    kept = None if before.roles is None else [Role(role) for role in before.roles]
    if roles is not None:
        kept = [*(kept or ()), *roles]
    try:
        plan.after = before.recorded(roles=kept, units=homes, claimed=claimed, site=site, at=at)
    except Invalid as invalid:  # a unit that was recorded may be gone
        wrong_record = WrongCell(
            "room",
            "wrong_record",
            "cannot be added to the record as it is ({said}): mend that first",
            said=invalid.message,
        )
        plan.wrong += [(row, wrong_record) for row, _ in single]
        return plan
    if plan.after is not before and set(steps) == {"unchanged"}:
        steps[0] = "changed"  # by their roles
    plan.created, plan.changed, plan.unchanged = map(
        steps.count, ("created", "changed", "unchanged")
    )
    return plan


def _single(
    rows: Sequence[tuple[SheetRow, Residence]], plan: Plan
) -> list[tuple[SheetRow, Residence]]:
    of_unit: dict[str, list[SheetRow]] = {}
    for row, home in rows:
        of_unit.setdefault(home.unit, []).append(row)
    for unit, same in of_unit.items():
        if len(same) > 1:
            numbers = ", ".join(str(each.number) for each in same[:5])
            twice = WrongCell(
                "room",
                "same_home",
                "is {unit} of the same person in each of the rows {rows}: keep one of them",
                unit=unit,
                rows=numbers,
            )
            plan.wrong += [(row, twice) for row in same]
    return [(row, home) for row, home in rows if len(of_unit[home.unit]) == 1]


def _as_wanted(home: Residency) -> Residence:
    return Residence(unit=home.unit, since=home.since, until=home.until)


def _with(
    homes: Sequence[Residence], wanted: Residence, *, at: datetime
) -> tuple[list[Residence], str]:
    """Return the homes with one more, or with what is wanted of the last time that the person lived
    there: who moved out and comes back on another day lives there anew. Raises WrongCell.
    """
    others = [home for home in homes if home.unit != wanted.unit]
    times = sorted(
        (home for home in homes if home.unit == wanted.unit), key=lambda home: str(home.since)
    )
    same = next((home for home in times if home.since == wanted.since), None)
    last = same or (times[-1] if times else None)
    comes_back = (
        last is not None
        and wanted.since is not None
        and last.until is not None
        and last.until <= wanted.since
    )
    if last is None or comes_back:
        _demand_order(wanted.since or at, wanted.until)
        return [*homes, wanted], "created"
    mended = replace(last, since=wanted.since or last.since, until=wanted.until or last.until)
    _demand_order(mended.since or at, mended.until)
    if mended == last:
        return list(homes), "unchanged"
    return [*others, *(home for home in times if home is not last), mended], "changed"


def _demand_order(since: datetime, until: datetime | None) -> None:
    if until is not None and until <= since:
        raise WrongCell(
            "until",
            "out_before_in",
            "has to be after the day of moving in; of who has moved out, name both days",
        )
