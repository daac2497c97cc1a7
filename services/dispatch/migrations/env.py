from services.dispatch.store.tables import Metadata
from shared.db.migrations import run_in_alembic

run_in_alembic(Metadata)
