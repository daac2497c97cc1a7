"""What the rules look at beside the job and the technicians: the site's rules, its zone, the
database's time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.dispatch.domain.case import USUAL_MINUTES, Case
from services.dispatch.domain.language import Language
from services.dispatch.domain.need import Need
from services.dispatch.domain.rules import SiteRules
from services.dispatch.store.turns import Site, load_site
from services.dispatch.store.waiting_jobs import JobCase
from shared.contracts.base import SkillNeed
from shared.db.transaction import Transaction
from shared.ids import SiteId, TechnicianId
from shared.telemetry import get_logger

log = get_logger(__name__)

_DEFAULT_ZONE = "Asia/Shanghai"
"""The zone of a site whose snapshot has not come yet."""


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    site_id: SiteId
    rules: SiteRules
    rules_version: int
    zone: ZoneInfo
    language: Language
    expected_minutes: Mapping[str, int]
    database_now: datetime
    """Offers live in the database's time alone: no two instances need to agree about the hour."""

    @property
    def cooled_since(self) -> datetime:
        """A technician who said no before this has cooled down."""
        return self.database_now - self.rules.cooling_down

    def case(self, job: JobCase, *, now: datetime) -> Case:
        """Return the job's case at this site."""
        return Case(
            site_id=self.site_id,
            need=job.need,
            skills=job.skills,
            rules=self.rules,
            zone=self.zone,
            now=now,
            asked=job.asked,
            known_here=job.known_here,
            expected_minutes=self._expected_minutes(job.need),
        )

    def bare_case(
        self,
        need: Need,
        skills: tuple[SkillNeed, ...],
        *,
        now: datetime,
        known_here: frozenset[TechnicianId] = frozenset(),
    ) -> Case:
        """Return the case without the technicians asked before, for what does not depend on
        them.
        """
        return Case(
            site_id=self.site_id,
            need=need,
            skills=skills,
            rules=self.rules,
            zone=self.zone,
            now=now,
            asked={},
            known_here=known_here,
            expected_minutes=self._expected_minutes(need),
        )

    def _expected_minutes(self, need: Need) -> int:
        return self.expected_minutes.get(need.category, USUAL_MINUTES)


async def load_circumstances(tx: Transaction, site_id: SiteId) -> Circumstances:
    """Return the site's rules, zone and time; the defaults where none are written yet."""
    return circumstances_from(await load_site(tx, site_id))


def circumstances_from(site: Site) -> Circumstances:
    """Return the site's circumstances, in the zone that is known here."""
    return Circumstances(
        site_id=site.site_id,
        rules=site.rules,
        rules_version=site.rules_version,
        zone=zone_named(site.time_zone),
        language=Language.of(site.language or Language.CHINESE),
        expected_minutes=site.expected_minutes,
        database_now=site.database_now,
    )


def zone_named(name: str | None) -> ZoneInfo:
    """Return the zone; where it is not known here, the default: it must not keep a site's work from
    being handed out.
    """
    try:
        return ZoneInfo(name or _DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        log.warning("unknown_time_zone", time_zone=name)
        return ZoneInfo(_DEFAULT_ZONE)
