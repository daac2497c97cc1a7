"""Technicians from a list: who they are, what they can do and may do. Nothing is taken away by a
list.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services.dispatch.domain.certificate_list import (
    CERTIFICATE_EXAMPLE,
    CERTIFICATE_FIELDS,
    ListedCertificates,
)
from services.dispatch.domain.technician import Technician
from shared.contracts import SiteV1, SkillNeed
from shared.ids import SiteId, TechnicianId
from shared.importing.columns import EMAIL, NAME, PERSON, PHONE
from shared.importing.form import Field, ImportForm, Kind
from shared.importing.rows import SheetRow
from shared.importing.wrong import WrongCell
from shared.remarks import Remark

MAX_TECHNICIANS = 1000
"""In one list: each of them is locked, and told of."""

TECHNICIANS = ImportForm(
    name="technicians",
    fields=(
        replace(
            PERSON,
            headings=("工号", "Id", "编号", "员工编号", "人员编号", "Number"),
            needed=True,
            filled=True,
        ),
        replace(NAME, filled=True, needed=True),
        Field(name="skills", headings=("技能", "Skills", "工种", "专业", "Trade"), max_chars=1000),
        Field(
            name="capacity",
            headings=("同时单数", "Capacity", "接单上限"),
            kind=Kind.WHOLE,
            least=1,
            most=50,
        ),
        PHONE,
        EMAIL,
        *CERTIFICATE_FIELDS,
    ),
    key=("id", "certificate", "certificate_number"),
)
"""A technician has a row for each certificate."""
EXAMPLE: Mapping[str, str | int | tuple[str, str]] = {
    "id": "W001",
    "name": ("李师傅", "Li Wei"),
    "skills": ("电工:2、水暖", "electrical:2, plumbing"),
    "capacity": 1,
    "phone": "138 0013 8000",
    **CERTIFICATE_EXAMPLE,
}

_MAX_SKILLS = 100
_MAX_NAMED = 30
"""So many names of trades are said to who wrote another."""
_TRADES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("电工", "电路", "电气", "强电", "弱电", "强弱电"), ("electrical",)),
    **dict.fromkeys(("水暖", "水暖工", "水工", "水管", "管道", "管道工", "给排水"), ("plumbing",)),
    **dict.fromkeys(("水电", "水电工"), ("plumbing", "electrical")),
    **dict.fromkeys(("电梯", "电梯工"), ("lift",)),
    **dict.fromkeys(("锁匠", "门锁", "开锁"), ("lock",)),
    **dict.fromkeys(("暖通", "采暖", "空调"), ("heating",)),
    **dict.fromkeys(("燃气", "燃气工"), ("gas",)),
    **dict.fromkeys(("家电", "家电维修"), ("appliance",)),
    **dict.fromkeys(("门窗", "门窗工", "木工", "玻璃"), ("door_window",)),
    **dict.fromkeys(("保洁", "清洁"), ("cleaning",)),
    **dict.fromkeys(("绿化", "园艺"), ("garden",)),
    **dict.fromkeys(("综合", "综合维修", "杂工", "其他"), ("other",)),
}
"""What trades are called where the site's categories do not say."""
_PART = re.compile(r"(?P<trade>.+?)\s*(?:[:：(（]?\s*(?P<level>[1-5])\s*[)）级]*)?")
_NUMBER = re.compile(r"[0-9]+")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Trades:
    """What skills are called at a site: by their codes, by its categories, and as trades are."""

    def __init__(self, site: SiteV1 | None) -> None:
        self._called = dict(_TRADES)
        self._known = {code for codes in _TRADES.values() for code in codes}
        for category in site.categories if site else ():
            codes = tuple(skill.code for skill in category.skills)
            self._known.update(codes)
            if codes:
                for name in category.names.values():
                    self._called[name.strip().casefold()] = codes

    def skills(self, said: str) -> tuple[SkillNeed, ...]:
        """Return the skills of `电工:2、水暖`, without a level the lowest. Raises WrongCell."""
        levels: dict[str, int] = {}
        for part in re.split(r"[、,，;；/|\n]|\s{2,}", said):
            found = _PART.fullmatch(part.strip())
            if found is None:
                continue
            for code in self._codes_of(found.group("trade").strip()):
                levels[code] = max(int(found.group("level") or 1), levels.get(code, 1))
        if len(levels) > _MAX_SKILLS:
            raise WrongCell(
                "skills", "too_many_skills", "has more than {most} skills", most=_MAX_SKILLS
            )
        return tuple(SkillNeed(code=code, level=level) for code, level in levels.items())

    def _codes_of(self, trade: str) -> Iterable[str]:
        name = trade.casefold()
        if name in self._called:
            return self._called[name]
        if name in self._known and _CODE.fullmatch(name):
            return (name,)
        names = "、".join(sorted(set(self._called) - self._known)[:_MAX_NAMED])
        codes = ", ".join(sorted(self._known))
        raise WrongCell(
            "skills",
            "unknown_skill",
            "has '{skill}', which is none of {codes}, by name {names}",
            skill=trade,
            codes=codes,
            names=names,
        )


@dataclass(kw_only=True)
class Listed:
    """A technician as a list has them (None: none of its rows is good), and what each of these
    rows came to.
    """

    after: Technician | None
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: list[tuple[SheetRow, WrongCell]] = field(default_factory=list)


class Listing:
    """Reads the rows of a site's list; without `certificates` their columns say nothing."""

    def __init__(
        self,
        site_id: SiteId,
        *,
        trades: Trades,
        certificates: ListedCertificates | None,
        here: Iterable[str] = (),
    ) -> None:
        """`here` are the ids of technicians whom the site has."""
        self._site_id, self._trades, self._certificates = site_id, trades, certificates
        self._by_bare_id = {id.lstrip("0"): id for id in here if _NUMBER.fullmatch(id)}

    def ignored(self, headings: Mapping[str, str]) -> list[str]:
        """Return the headings, by field, of which nothing is read."""
        if self._certificates is not None:
            return []
        return [headings[each.name] for each in CERTIFICATE_FIELDS if each.name in headings]

    def remarks(self) -> list[Remark]:
        """Return what was guessed."""
        return [] if self._certificates is None else self._certificates.remarks()

    def listed(self, before: Technician | None, rows: Sequence[SheetRow]) -> Listed:
        """Return what the rows of one technician come to, in one version more."""
        listed = Listed(after=before)
        if len({row.text("name") for row in rows}) > 1:
            numbers = ", ".join(str(row.number) for row in rows[:5])
            text = "differs between the rows {rows} of one person: keep one value"
            differs = WrongCell("name", "differing_rows", text, rows=numbers)
            listed.wrong = [(row, differs) for row in rows]
            return listed
        is_new = before is None or before.removed_at is not None
        for row in rows:
            try:
                if before is None:
                    self._demand_new(row.text("id") or "")
                after = self._with(listed.after, row)
            except WrongCell as wrong:
                listed.wrong.append((row, wrong))
                continue
            listed.created += is_new
            listed.changed += not is_new and after != listed.after
            listed.unchanged += not is_new and after == listed.after
            if after != listed.after:
                listed.after = after
        if listed.after is not None and listed.after is not before:
            version = 1 if before is None else before.version + 1
            listed.after = replace(listed.after, version=version)
        return listed

    def _demand_new(self, id: str) -> None:
        """Raise WrongCell for a number that a technician of the site has with more or fewer zeros
        in front.
        """
        other = self._by_bare_id.get(id.lstrip("0")) if _NUMBER.fullmatch(id) else None
        if other is not None and other != id:
            raise WrongCell(
                "id",
                "known_with_other_zeros",
                "may be {other}, whom the site has: write both the same",
                other=other,
            )

    def _with(self, before: Technician | None, row: SheetRow) -> Technician:
        after = _as_listed(before, row, self._site_id, self._trades)
        return after if self._certificates is None else self._certificates.added(after, row)


def _as_listed(
    before: Technician | None, row: SheetRow, site_id: SiteId, trades: Trades
) -> Technician:
    """Return the technician as the row has them, at the site besides where they were; the same
    where nothing differs. Raises WrongCell.
    """
    said = row.text("skills")
    skills = trades.skills(said) if said else ()
    name, capacity = row.text("name") or "", row.number_of("capacity")
    if before is None:
        return Technician(
            id=TechnicianId(row.text("id") or ""),
            version=1,
            name=name,
            sites=(site_id,),
            skills=skills,
            capacity=int(capacity or 1),
        )
    # who was removed comes back as they are listed
    was = before if before.removed_at is None else replace(before, sites=(), skills=())
    merged = {skill.code: skill for skill in (*was.skills, *skills)}
    wanted = replace(
        before,
        name=name,
        sites=tuple(dict.fromkeys((*was.sites, site_id))),
        skills=tuple(merged.values()),
        capacity=before.capacity if capacity is None else int(capacity),
    )
    return before.changed_to(wanted)
