"""Who belongs to a site, as what, and where since when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.tickets.domain.places import unit_key
from services.tickets.domain.site import Site
from shared.auth.caller import EVERY_SITE, Caller, Home, Role
from shared.contracts.people import Residency
from shared.errors import Invalid
from shared.ids import SiteId

MAX_RESIDENCIES = 50
_CLAIMS_DATED_EVERY = timedelta(days=1)


class UnknownUnit(Invalid):
    code = "unknown_unit"


@dataclass(frozen=True, kw_only=True)
class Residence:
    """A unit as a record is to have it; `since` None is as recorded before, or from now on."""

    unit: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Person:
    """The record of a person at a site; the names are those of `PersonV1`, but for those after
    `units_left`.
    """

    id: str
    site_id: str
    person_id: str
    version: int = 0
    roles: tuple[str, ...] | None = None
    units: tuple[Residency, ...] | None = None
    removed_at: datetime | None = None
    units_left: tuple[str, ...] = ()
    """Units that a record or a token named and that the record does not name as theirs now."""
    moves_at: datetime | None = None
    """When they are next to be made to follow nothing of units that they left; None without any."""
    told_version: int | None = None
    """The last version that a fact told of; None: this one."""

    @property
    def is_untold(self) -> bool:
        """Return whether no fact has told of the record as it is."""
        return self.told_version is not None and self.told_version < self.version

    def recorded(
        self,
        *,
        roles: Sequence[Role] | None,
        units: Sequence[Residence] | None,
        claimed: Iterable[str] = (),
        site: Site,
        at: datetime,
    ) -> "Person":
        """Return the record as it is to be, at its next version; the same where nothing differs.
        `claimed` are units that the person's tokens claimed: those that the record does not name
        are left.

        Raises UnknownUnit, Invalid.
        """
        after = replace(
            self,
            roles=None if roles is None else tuple(sorted({role.value for role in roles})),
            units=None if units is None else self._residencies(units, site, at=at),
            removed_at=None,
        )
        after = replace(after, units_left=_left(self, after, at=at, claimed=claimed))
        if after == self:
            return self
        return replace(
            after,
            version=self.version + 1,
            moves_at=at if after.units_left else after._next_end(after=at),
        )

    def removed(self, *, at: datetime) -> "Person":
        """Return the record, ended: from then on the person's token says where they belong."""
        return replace(
            self,
            version=self.version + 1,
            roles=None,
            units=None,
            removed_at=at,
            units_left=(),
            moves_at=None,
        )

    def moving_out(self, *, at: datetime) -> "Person":
        """Return the record with all units that were left by then; it is done with them until the
        next are left.
        """
        return replace(self, units_left=_left(self, self, at=at), moves_at=self._next_end(after=at))

    def claiming(self, units: Collection[str], *, claimed: Iterable[str]) -> "Person":
        """Return the record of what tokens say, where no site does: `units` are what the newest
        claims, `claimed` what any did; the same where they left nothing else than before.
        """
        named = dict.fromkeys([*self.units_left, *sorted(claimed)])
        left = tuple(unit for unit in named if unit not in units)[-MAX_RESIDENCIES:]
        if left == self.units_left:
            return self
        return replace(self, version=self.version + 1, units_left=left)

    def _next_end(self, *, after: datetime) -> datetime | None:
        ends = [home.until for home in self.units or () if home.until is not None]
        return min((end for end in ends if end > after), default=None)

    def _residencies(
        self, wanted: Sequence[Residence], site: Site, *, at: datetime
    ) -> tuple[Residency, ...]:
        before = {home.unit: home.since for home in self.units or ()}
        homes = []
        for n, home in enumerate(wanted):
            place = site.unit(home.unit)
            key = unit_key(place) if place else None
            if key is None:
                raise UnknownUnit(
                    f"The site has no unit {home.unit}; name it as its buildings do.",
                    field=f"/units/{n}/unit",
                )
            since = home.since or before.get(key, at)
            if home.until is not None and home.until <= since:
                raise Invalid("It has to end after it begins.", field=f"/units/{n}/until")
            homes.append(Residency(unit=key, since=since, until=home.until))
        return tuple(sorted(homes, key=lambda home: (home.unit, home.since)))


def _left(
    before: Person, after: Person, *, at: datetime, claimed: Iterable[str] = ()
) -> tuple[str, ...]:
    if after.units is None:
        return ()
    homes = [*(before.units or ()), *(after.units or ())]
    now = {
        home.unit
        for home in after.units
        if home.since <= at and (home.until is None or at < home.until)
    }
    lived_in = (home.unit for home in homes if home.since <= at)
    named = dict.fromkeys([*before.units_left, *sorted(claimed), *lived_in])
    return tuple(unit for unit in named if unit not in now)[-MAX_RESIDENCIES:]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the newest token of a person claims of where they live, and since when tokens do;
    beside it when each unit was claimed last, to within a day.
    """

    person_id: str
    issued_at: datetime
    units: Mapping[str, datetime]
    claimed: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def claimed_at(self) -> datetime | None:
        """Return when the unit was claimed that was claimed longest ago; None without any."""
        return min(self.claimed.values(), default=None)

    def without_lapsed(self, *, before: datetime) -> tuple["Shown", tuple[str, ...]]:
        """Return this without the units that were not claimed since, and these."""
        lapsed = tuple(sorted(unit for unit, at in self.claimed.items() if at <= before))
        left = {unit: at for unit, at in self.claimed.items() if unit not in lapsed}
        units = {unit: since for unit, since in self.units.items() if unit not in lapsed}
        return replace(self, claimed=left, units=units), lapsed


def shown_after(before: Shown | None, caller: Caller, *, at: datetime) -> Shown | None:
    """Return what is known of the caller's claims after this token: of a newer one what it claims,
    of an older one nothing; None while none ever claimed a unit.

    A token that does not say when it was issued counts as being as old as the newest.
    """
    issued_at = caller.issued_at or (before.issued_at if before else at)
    if before is None:
        if not caller.units:
            return None
        before = Shown(person_id=caller.id, issued_at=issued_at, units={})
    if issued_at < before.issued_at:
        return before
    since = {unit: before.units.get(unit, at) for unit in caller.units}
    units = since if issued_at > before.issued_at else {**before.units, **since}
    claimed = {unit: _claimed(before.claimed.get(unit), at=at) for unit in caller.units}
    return replace(before, issued_at=issued_at, units=units, claimed={**before.claimed, **claimed})


def _claimed(before: datetime | None, *, at: datetime) -> datetime:
    return at if before is None or at - before >= _CLAIMS_DATED_EVERY else before


def homes_shown(caller: Caller, shown: Shown | None) -> frozenset[Home]:
    """Return the homes that count where no record says: those of the caller's token that the newest
    one claims too.
    """
    units = shown.units if shown else {}
    return frozenset(
        Home(SiteId(EVERY_SITE), unit, since)
        for unit, since in units.items()
        if unit in caller.units
    )
