from services.portal.store.tables import METADATA
from shared.db.migrations import run_in_alembic

run_in_alembic(METADATA)
