"""What the exports of cities' 311 portals have in common: a type, a case, an address, a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from demo.requests import (
    Layout,
    Request,
    SiteProfile,
    Where,
    answers_of,
    coordinates,
    local_time,
    portal_form,
    pseudonym,
    required_type,
)


@dataclass(frozen=True, kw_only=True)
class Portal:
    """A portal's columns, by what they hold; `detail` becomes the answer `detail_answer`.

    `categories` are ours by the portal's types in lower case; all others are `other`. `headings`
    are what some columns are called in other exports of it.
    """

    site: SiteProfile
    case: str
    type: str
    detail: str
    detail_answer: str
    opened_at: str
    address: str
    lat: str
    lon: str
    categories: Mapping[str, str]
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def layout(self) -> Layout:
        """Return the layout of its exports."""
        form = portal_form(
            f"{self.site.name} 311",
            self.case,
            self.address,
            self.type,
            self.detail,
            self.opened_at,
            self.lat,
            self.lon,
            opened_at=self.opened_at,
            headings=self.headings,
        )
        return Layout(form=form, site=self.site, read=self._read)

    def _read(self, row: Mapping[str, str], number: int) -> Request:
        kind, address = required_type(row, self.type), row[self.address].strip()
        lat, lon = coordinates(row[self.lat], row[self.lon])
        case = row[self.case].strip() or f"row {number}"
        return Request(
            row=number,
            source_id=case,
            opened_at=local_time(row, self.opened_at, ZoneInfo(self.site.time_zone)),
            category=self.categories.get(kind.lower(), "other"),
            title=f"{self.site.name} 311 {case}",
            language="en",
            where=Where(address=address or None, lat=lat, lon=lon),
            reporter_id=pseudonym(self.site.code.lower(), address or case),
            answers=answers_of(type=kind, **{self.detail_answer: row[self.detail]}),
        )
