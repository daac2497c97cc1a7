"""The tables of sums of how jobs were handed out, which are written by SQL alone."""

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, Table, Text, text

from services.dispatch.domain.handed_out import COUNTED


def handed_out_tables(metadata: MetaData) -> None:
    """Add figures of the jobs whose tickets were reported at a site in four hours, the `span`-th
    since 1970, and in a day of UTC, which triggers add up of the spans; and `handed_out_changes`,
    where triggers add a row with each change: a sum is true unless its span is there. These rows
    are few, and have no index.
    """
    for name, key in (("handed_out_sums", "span"), ("handed_out_days", "day")):
        Table(
            name,
            metadata,
            Column("site_id", Text(), primary_key=True),
            Column(key, Integer(), primary_key=True),
            *(Column(name, Integer(), nullable=False) for name in COUNTED),
            Column("wait_ms", BigInteger(), nullable=False),
        )
    now = text("clock_timestamp()")
    Table(
        "handed_out_changes",
        metadata,
        Column("site_id", Text(), nullable=False),
        Column("span", Integer(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=now),
    )
