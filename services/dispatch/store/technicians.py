"""Technicians, as rows and back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json
from sqlalchemy import text

from services.dispatch.domain.certificates import Certificate, CertificateWarning
from services.dispatch.domain.places import Point
from services.dispatch.domain.shifts import Shift
from services.dispatch.domain.technician import Position, Technician
from services.dispatch.store.tables import TechnicianRow
from shared.contracts.base import SkillNeed, Window
from shared.contracts.tickets import SiteV1
from shared.db.transaction import Transaction
from shared.errors import NotFound
from shared.ids import SiteId, TechnicianId
from shared.messaging.snapshots import entity_of

_SKILLS = TypeAdapter(tuple[SkillNeed, ...])
_SHIFTS = TypeAdapter(tuple[Shift, ...])
_LEAVE = TypeAdapter(tuple[Window, ...])
_CERTIFICATES = TypeAdapter(tuple[Certificate, ...])
_WARNINGS = TypeAdapter(tuple[CertificateWarning, ...])
_POINT = TypeAdapter(Point)
_POSITION = TypeAdapter(Position)

_BY_ID = "select * from technicians where id = any(cast(:ids as text[])) order by id"
_LOAD = text(_BY_ID)
_LOCK = text(f"{_BY_ID} for update")
_LISTED = text("""
    select * from technicians where (cast(:sites as text[]) is null
      or sites && cast(:sites as text[]))
    and removed_at is null and id > :after order by id limit :limit""")
_TO_REVIEW = text("""
    select id from technicians where review_at <= :now and id <> all(cast(:excluding as text[]))
      order by review_at, id limit 1""")
_NEXT_REVIEW = text(
    "select min(review_at) as at from technicians where review_at is not null "
    "and id <> all(cast(:excluding as text[]))"
)
_SET_POSITION = text("""
    update technicians set position = cast(:position as jsonb)
    where id = :id and (position is null or cast(position ->> 'at' as timestamptz) <= :at)""")
_SET_REVIEW = text("update technicians set review_at = :review_at where id = :id")
_REVIEW_SITE = text("""
    update technicians set review_at = :now where id in (
        select id from technicians where removed_at is null
          and sites @> array[cast(:site_id as text)]
        order by id for update)""")
_TO_WARN = text("""
    select id from technicians where certificates_at <= :now
      and id <> all(cast(:excluding as text[]))
    order by certificates_at, id limit :limit for update skip locked""")
_NEXT_WARNING = text(
    "select min(certificates_at) as at from technicians where certificates_at is not null "
    "and id <> all(cast(:excluding as text[]))"
)
_SET_WARNING = text("""
    update technicians set certificates_at = :certificates_at, review_at = :review_at
    where id = :id""")
_ZONES = text("""
    select id, body ->> 'time_zone' as time_zone from snapshots
    where entity = :entity and id = any(cast(:ids as text[]))""")
_CLAIM_UNSAID = text("""
    update technicians set said_at = :now where id in (
        select id from technicians where removed_at is null and said_at < :before
          and id <> all(cast(:excluding as text[]))
        order by said_at limit :limit for update skip locked)
    returning *""")
_OLDEST_SAID = text(
    "select min(said_at) as at from technicians where removed_at is null "
    "and id <> all(cast(:excluding as text[]))"
)


async def find_technicians(
    tx: Transaction, ids: Iterable[str], *, for_update: bool
) -> dict[TechnicianId, Technician]:
    """Return technicians by id, the removed ones too; locked in order of id if something of theirs
    is to be decided.
    """
    rows = await tx.rows(_LOCK if for_update else _LOAD, ids=sorted(set(ids)))
    return {TechnicianId(row["id"]): technician_of(row) for row in rows}


async def name_of(tx: Transaction, id: TechnicianId | None) -> str | None:
    """Return what the technician is called, for their colleagues; None for none."""
    found = await find_technicians(tx, [id], for_update=False) if id is not None else {}
    return found[id].name if id in found else None


async def load_technician(tx: Transaction, id: str, *, for_update: bool) -> Technician:
    """Return the technician. Raises NotFound for the unknown and the removed."""
    found = (await find_technicians(tx, [id], for_update=for_update)).get(TechnicianId(id))
    if found is None or found.removed_at is not None:
        raise NotFound(f"There is no technician {id}.")
    return found


async def list_technicians(
    tx: Transaction, *, sites: Collection[SiteId] | None, after: str, limit: int
) -> list[Technician]:
    """Return those of these sites (None: of all), by id."""
    rows = await tx.rows(
        _LISTED, sites=None if sites is None else sorted(sites), after=after, limit=limit
    )
    return [technician_of(row) for row in rows]


async def next_to_review(
    tx: Transaction, excluding: Collection[TechnicianId], _: int
) -> Sequence[TechnicianId]:
    """Return a technician of whom something is to be looked at now."""
    row = await tx.row(_TO_REVIEW, now=tx.now, excluding=list(excluding))
    return [] if row is None else [TechnicianId(row["id"])]


async def next_review(tx: Transaction, excluding: Collection[TechnicianId]) -> datetime | None:
    row = await tx.row(_NEXT_REVIEW, excluding=list(excluding))
    return None if row is None else row["at"]


async def claim_to_warn(
    tx: Transaction, excluding: Collection[TechnicianId], limit: int
) -> Sequence[TechnicianId]:
    """Lock and return technicians whose certificates are to be looked at now."""
    rows = await tx.rows(_TO_WARN, now=tx.now, excluding=list(excluding), limit=limit)
    return [TechnicianId(row["id"]) for row in rows]


async def next_warning(tx: Transaction, excluding: Collection[TechnicianId]) -> datetime | None:
    row = await tx.row(_NEXT_WARNING, excluding=list(excluding))
    return None if row is None else row["at"]


async def find_zones(tx: Transaction, site_ids: Collection[SiteId]) -> dict[SiteId, str | None]:
    """Return the IANA time zones of those of these sites that are known."""
    rows = await tx.rows(_ZONES, entity=entity_of(SiteV1), ids=sorted(site_ids))
    return {SiteId(row["id"]): row["time_zone"] for row in rows}


def save_technician(
    tx: Transaction,
    technician: Technician,
    *,
    review_at: datetime | None,
    certificates_at: datetime | None,
) -> None:
    """Save the technician, with a fact that says so.

    `review_at`: when what they have in hand is to be looked at again; `certificates_at`: when their
    certificates are.
    """
    tx.save(
        TechnicianRow,
        technician,
        review_at=review_at,
        certificates_at=certificates_at,
        said_at=tx.now,
    )


async def set_position(tx: Transaction, id: TechnicianId, position: Position) -> bool:
    """Store the position; return whether it is the latest that is known."""
    return (
        await tx.execute(_SET_POSITION, id=id, position=to_json(position).decode(), at=position.at)
        > 0
    )


async def set_review(tx: Transaction, id: TechnicianId, review_at: datetime | None) -> None:
    await tx.execute(_SET_REVIEW, id=id, review_at=review_at)


async def review_site(tx: Transaction, site_id: SiteId) -> None:
    """Let what the technicians of a site have in hand be looked at."""
    await tx.execute(_REVIEW_SITE, site_id=site_id, now=tx.now)


async def set_warning(
    tx: Transaction, id: TechnicianId, *, certificates_at: datetime | None, review_at: datetime
) -> None:
    """Set when the technician's certificates are looked at next, and what they have in hand."""
    await tx.execute(_SET_WARNING, id=id, certificates_at=certificates_at, review_at=review_at)


async def claim_unpublished(
    tx: Transaction, *, before: datetime, excluding: Collection[TechnicianId], limit: int
) -> list[Technician]:
    """Claim technicians of whom no fact told since then; they count as told now."""
    return [
        technician_of(row)
        for row in await tx.rows(
            _CLAIM_UNSAID, before=before, now=tx.now, excluding=list(excluding), limit=limit
        )
    ]


async def oldest_said(tx: Transaction, excluding: Collection[TechnicianId]) -> datetime | None:
    row = await tx.row(_OLDEST_SAID, excluding=list(excluding))
    return None if row is None else row["at"]


def technician_of(row: Mapping[str, Any]) -> Technician:
    """Make a technician of a row that has at least their columns. Raises ValidationError."""
    return Technician(
        id=TechnicianId(row["id"]),
        version=row["version"],
        name=row["name"],
        sites=tuple(SiteId(site) for site in row["sites"]),
        skills=_SKILLS.validate_python(row["skills"]),
        home=None if row["home"] is None else _POINT.validate_python(row["home"]),
        capacity=row["capacity"],
        shifts=None if row["shifts"] is None else _SHIFTS.validate_python(row["shifts"]),
        leave=_LEAVE.validate_python(row["leave"]),
        certificates=_CERTIFICATES.validate_python(row["certificates"]),
        certificate_warnings=_WARNINGS.validate_python(row["certificate_warnings"]),
        position=None if row["position"] is None else _POSITION.validate_python(row["position"]),
        language=row["language"],
        removed_at=row["removed_at"],
    )
