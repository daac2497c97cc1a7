"""What there is to say of certificates of technicians that end soon: to the technician, and to the
desks of the sites where they work.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from services.notify.domain.kinds import Kind, Language
from services.notify.domain.occasion import Occasion
from shared.auth.caller import EVERY_SITE
from shared.contracts import TechnicianV1
from shared.contracts.dispatch import CertificateWarning
from shared.ids import PersonId, SiteId


@dataclass(frozen=True, kw_only=True)
class SiteListener:
    """One of a site's staff who hears about it (`*`: about every site), from `since` on."""

    id: PersonId
    site: str
    since: datetime


def for_certificates(
    technician: TechnicianV1, listeners: Iterable[SiteListener]
) -> Iterator[Occasion]:
    """Yield an occasion for each warning and each person, the technician and those who listened at
    one of their sites when it fell due; none of a technician who was removed.
    """
    if technician.removed_at is not None:
        return
    desk = list(listeners)
    for warning in technician.certificate_warnings:
        yield _occasion(
            technician,
            warning,
            PersonId(technician.id),
            SiteId(technician.site_id),
            language=technician.language,
        )
        for person, site in _desk(technician, warning, desk).items():
            yield _occasion(technician, warning, person, site, language=Language.CHINESE)


def _desk(
    technician: TechnicianV1, warning: CertificateWarning, listeners: Iterable[SiteListener]
) -> dict[PersonId, SiteId]:
    """Return those who are to be told, each with the first of the sites for which they are."""
    told: dict[PersonId, SiteId] = {}
    for each in listeners:
        sites = [site for site in technician.sites if each.site in (site, EVERY_SITE)]
        if sites and each.since <= warning.at and each.id != technician.id:
            told.setdefault(each.id, SiteId(sites[0]))
    return told


def _occasion(
    technician: TechnicianV1,
    warning: CertificateWarning,
    person: PersonId,
    site_id: SiteId,
    *,
    language: str,
) -> Occasion:
    data: dict[str, JsonValue] = {
        "technician_id": technician.id,
        "technician": technician.name,
        "certificate": warning.kind,
        "expires_on": warning.expires_on.isoformat(),
        "days": warning.days,
        "own": person == technician.id,
    }
    return Occasion(
        recipient_id=person,
        kind=Kind.CERTIFICATE_EXPIRING,
        cause=f"{technician.id}/{warning.kind}/{warning.expires_on}/{warning.days}",
        at=warning.at,
        ticket_id=None,
        site_id=site_id,
        language=language,
        data=data,
    )
