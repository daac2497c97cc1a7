from services.portal.store.tables import Table
from shared.db.migrations import run_in_alembic

run_in_alembic(Table.metadata)
