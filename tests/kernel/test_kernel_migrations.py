"""Later migrations of the kernel's tables, on data of the release before."""

import json
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import asyncpg_url
from shared.db.kernel_migrations import write_fewer_bytes
from shared.ids import new_id
from tests.kernel.conftest import MakeDatabase

_AS_BEFORE = (
    "drop table shrunk_snapshots",
    "alter table snapshots drop column about, alter column body drop not null, "
    "alter column body type jsonb using body::jsonb",
    "alter table idempotency_keys alter column headers type jsonb using headers::jsonb",
)


async def test_snapshots_keep_their_bodies_and_what_was_shrunk_its_versions(
    database: MakeDatabase,
) -> None:
    living, ended, comment = (str(new_id()) for _ in range(3))
    engine = create_async_engine(asyncpg_url(await database("notify")))
    rows: list[tuple[str, str, int, dict[str, Any] | None]] = [
        ("tickets.ticket", living, 3, {"title": "管道"}),
        ("tickets.comment", comment, 1, {"ticket_id": living, "text": "?"}),
        ("tickets.ticket", ended, 7, None),
        ("dispatch.work_order", ended, 9, None),
    ]

    async with engine.begin() as connection:
        for statement in _AS_BEFORE:
            await connection.execute(text(statement))
        for entity, id, version, body in rows:
            await connection.execute(
                text("insert into snapshots values (:e, :i, :v, 'demo', cast(:b as jsonb))"),
                {"e": entity, "i": id, "v": version, "b": body and json.dumps(body)},
            )
        for _ in range(2):
            await connection.run_sync(_migrate)
        held = (await connection.execute(text("select * from snapshots order by entity"))).all()
        shrunk = (await connection.execute(text("select * from shrunk_snapshots"))).all()
    await engine.dispose()

    assert [(row.entity, row.id, row.version, row.body, row.about) for row in held] == [
        ("tickets.comment", comment, 1, {"ticket_id": living, "text": "?"}, living),
        ("tickets.ticket", living, 3, {"title": "管道"}, None),
    ]
    assert [(str(row.ticket_id), row.versions) for row in shrunk] == [
        (ended, {"tickets.ticket": 7, "dispatch.work_order": 9})
    ]


def _migrate(connection: Connection) -> None:
    class Op:
        def get_bind(self) -> Connection:
            return connection

        def execute(self, sqltext: Any) -> None:
            connection.execute(sqltext)

    write_fewer_bytes(Op())
