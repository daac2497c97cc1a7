"""The sites that sla has heard of, and the categories that a policy can match there."""

from collections.abc import Collection, Mapping

from sqlalchemy import text

from services.sla.domain.matching import Categories
from shared.contracts.categories import Nature
from shared.contracts.tickets import SiteV1
from shared.db.transaction import Transaction
from shared.messaging.snapshots import entity_of

_CATEGORIES = text("""
    select id, (
        select json_object_agg(category ->> 'code', coalesce(category ->> 'nature', 'fault'))
        from jsonb_array_elements(cast(body as jsonb) -> 'categories') as category
    ) as natures
    from snapshots
    where entity = :entity and body is not null
      and (cast(:ids as text[]) is null or id = any(cast(:ids as text[])))""")


async def find_categories(
    tx: Transaction, site_ids: Collection[str] | None
) -> Mapping[str, Categories]:
    """Return the categories of these sites (None: of all) with their natures, by site; a site that
    was never heard of is not in it.
    """
    ids = None if site_ids is None else list(site_ids)
    rows = await tx.rows(_CATEGORIES, entity=entity_of(SiteV1), ids=ids)
    return {
        row["id"]: {code: Nature(nature) for code, nature in (row["natures"] or {}).items()}
        for row in rows
    }
