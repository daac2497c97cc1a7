"""The tables of places: what was told of buildings, and the codes of all places."""

from datetime import datetime

from sqlalchemy import Index

from services.tickets.store.columns import Table, moment, words


class BuildingRow(Table, table=True):
    """A building as it was last told: its version, and what tells it from other content. The site
    has the content itself.
    """

    __tablename__ = "buildings"
    __table_args__ = (
        Index("buildings_by_site", "site_id"),
        Index("buildings_to_restate", "said_at"),
    )

    id: str = words(key=True)
    site_id: str = words()
    code: str = words()
    version: int
    digest: str = words()
    removed_at: datetime | None = moment(nullable=True)
    said_at: datetime = moment()


class PlaceRow(Table, table=True):
    """The code of a building, a unit or a spot; kept where the site lists it no more."""

    __tablename__ = "places"
    __table_args__ = (Index("places_code", "code", unique=True),)

    site_id: str = words(key=True)
    kind: str = words(key=True)
    key: str = words(key=True)
    code: str = words()
    removed_at: datetime | None = moment(nullable=True)
