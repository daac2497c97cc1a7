"""How a site wants its jobs handed out. Changed at run time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from services.dispatch.domain.certificates import CertificateRules
from services.dispatch.domain.need import Need
from shared.contracts.tickets import Priority
from shared.remarks import Remark


class Mode(StrEnum):
    """How work is handed out; `domain/modes` has a policy for each."""

    PLAN = "plan"
    POOL = "pool"
    MANUAL = "manual"


LIFETIME_S: Mapping[Priority, int] = {
    Priority.EMERGENCY: 60,
    Priority.URGENT: 180,
    Priority.NORMAL: 900,
    Priority.LOW: 3600,
}
MIN_LIFETIME_S = 2
OTHER = "other"
"""The category of a ticket whose own the site does not know."""
_MAX_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class SiteRules(CertificateRules):
    """`modes` are by category, `mode` for all others. `emergency_fan_out` technicians are asked at
    once about an emergency, in any mode; 0 leaves emergencies to the mode, but for the pool, which
    takes none. Who takes one is interrupted at lower work, unless `emergencies_interrupt` is False.
    `overtime_s` is how long after the end of a shift work may be finished. What is not grabbed
    within `pool_minutes` is handed out as by `plan`. Where the site `trusts_phones`, a step counts
    from when the technician's phone says that it was taken.
    """

    mode: Mode = Mode.PLAN
    modes: Mapping[str, Mode] = field(default_factory=dict)
    offer_lifetime_s: Mapping[Priority, int] = field(default_factory=lambda: LIFETIME_S)
    cooling_down_s: int = 7200
    max_distance_m: int | None = None
    emergency_fan_out: int = 3
    retry_s: int = 900
    assign_without_consent: bool = False
    emergencies_interrupt: bool = True
    overtime_s: int = 0
    pool_minutes: int = 10
    trusts_phones: bool = False

    def mode_of(self, category: str) -> Mode:
        return self.modes.get(category, self.mode)

    def mode_for(self, need: Need) -> Mode:
        """Return how such work is handed out. An emergency is never pooled."""
        if self.fans_out(need):
            return Mode.PLAN
        mode = self.mode_of(need.category)
        return Mode.PLAN if mode is Mode.POOL and need.is_emergency else mode

    def remarks(self, site_id: str, categories: Collection[str] | None) -> tuple[Remark, ...]:
        """Return which of the rules no ticket can meet: `no_such_site` and `unknown_category`;
        `categories` are the site's, None where it was never heard of.
        """
        if categories is None:
            text = f"There is no site {site_id!r} yet: its rules count once there is."
            return (Remark(code="no_such_site", text=text, values={"site": site_id}),)
        by_category = {"modes": self.modes, "certificates": self.certificates}
        named = ", ".join(sorted(categories)[:_MAX_NAMED])
        return tuple(
            Remark(
                code="unknown_category",
                text=f"`{rule}` names the category {category!r}, which site {site_id!r} does not "
                f"have; it has: {named}.",
                values={"rule": rule, "category": category},
            )
            for rule, given in by_category.items()
            for category in (sorted(set(given) - {*categories, OTHER}) if categories else ())
        )

    def lifetime(self, priority: Priority) -> timedelta:
        return timedelta(seconds=self.offer_lifetime_s.get(priority, LIFETIME_S[priority]))

    @property
    def cooling_down(self) -> timedelta:
        return timedelta(seconds=self.cooling_down_s)

    @property
    def overtime(self) -> timedelta:
        return timedelta(seconds=self.overtime_s)

    @property
    def pool_time(self) -> timedelta:
        return timedelta(minutes=self.pool_minutes)

    @property
    def retry(self) -> timedelta:
        return timedelta(seconds=self.retry_s)

    def fans_out(self, need: Need) -> bool:
        return need.is_emergency and self.emergency_fan_out > 0

    def asks(self, need: Need) -> bool:
        """Return whether the engine offers such work by itself, as soon as it waits."""
        return self.mode_for(need) is Mode.PLAN
