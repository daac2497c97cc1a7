"""Work orders, jobs, offers, assignments, technicians, rules of sites, promises, wakes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.tables import create_kernel_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_kernel_tables(op)
    _create_work_orders()
    _create_technicians()
    op.create_table(
        "site_rules",
        sa.Column("site_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", JSONB, nullable=False),
    )
    op.create_table(
        "promises", sa.Column("id", sa.UUID, primary_key=True), sa.Column("due_at", _MOMENT)
    )
    op.create_table(
        "wakes",
        sa.Column("id", sa.UUID, primary_key=True),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("job_id", sa.UUID),
        sa.Column("version", sa.Integer),
        sa.Column("observed", sa.Integer),
    )
    op.create_index("wakes_due", "wakes", ["at"])
    op.create_index("wakes_by_site", "wakes", ["site_id", "at"])


def _create_work_orders() -> None:
    op.create_table(
        "work_orders",
        sa.Column("id", sa.UUID, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("observed", sa.Integer, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("need", JSONB, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("spot", sa.Text),
        sa.Column("unassignable", JSONB, nullable=False),
        sa.Column("unassignable_at", _MOMENT),
    )
    op.create_index(
        "work_orders_by_spot",
        "work_orders",
        ["site_id", "spot", "id"],
        postgresql_where=sa.text("spot is not null"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.UUID, primary_key=True),
        sa.Column("work_order_id", sa.UUID, nullable=False),
        sa.Column("site_id", sa.Text, nullable=False),
        sa.Column("cycle", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("technician_id", sa.Text),
        sa.Column("planned_arrival", _MOMENT),
        sa.Column("paused_at_version", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("skills", JSONB),
        sa.Column("needed", ARRAY(sa.Text), nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("report", JSONB),
    )
    op.create_index("jobs_number", "jobs", ["work_order_id", "cycle", "number"], unique=True)
    op.create_index(
        "jobs_waiting",
        "jobs",
        ["site_id"],
        postgresql_where=sa.text("state = 'waiting' and not held"),
    )
    op.create_index("jobs_by_site", "jobs", ["site_id", "work_order_id"])
    op.create_index(
        "jobs_by_technician",
        "jobs",
        ["technician_id", "work_order_id"],
        postgresql_where=sa.text("technician_id is not null"),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.UUID, primary_key=True),
        sa.Column("job_id", sa.UUID, nullable=False),
        sa.Column("work_order_id", sa.UUID, nullable=False),
        sa.Column("technician_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("offered_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("decided_at", _MOMENT),
        sa.Column("reason", sa.Text),
    )
    op.create_index("offers_by_job", "offers", ["job_id", "id"])
    op.create_index("offers_by_work_order", "offers", ["work_order_id", "id"])
    op.create_index(
        "offers_open", "offers", ["expires_at"], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "offers_open_once",
        "offers",
        ["technician_id", "job_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_technicians() -> None:
    op.create_table(
        "technicians",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sites", ARRAY(sa.Text), nullable=False),
        sa.Column("skills", JSONB, nullable=False),
        sa.Column("home", JSONB),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("shifts", JSONB),
        sa.Column("leave", JSONB, nullable=False),
        sa.Column("review_at", _MOMENT),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("position", JSONB),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("removed_at", _MOMENT),
    )
    op.create_index("technicians_by_site", "technicians", ["sites"], postgresql_using="gin")
    op.create_index(
        "technicians_to_restate",
        "technicians",
        ["said_at"],
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_index(
        "technicians_to_review",
        "technicians",
        ["review_at"],
        postgresql_where=sa.text("review_at is not null"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.UUID, primary_key=True),
        sa.Column("job_id", sa.UUID, nullable=False),
        sa.Column("technician_id", sa.Text, nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("doing", sa.Boolean, nullable=False),
        sa.Column("accepted_at", _MOMENT, nullable=False),
        sa.Column("visit_start", _MOMENT),
        sa.Column("visit_end", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_as", sa.Text),
        sa.CheckConstraint("slot between 1 and capacity", name="assignments_within_capacity"),
    )
    running = sa.text("ended_at is null")
    op.create_index(
        "assignments_one_winner", "assignments", ["job_id"], unique=True, postgresql_where=running
    )
    op.create_index(
        "assignments_one_slot",
        "assignments",
        ["technician_id", "slot"],
        unique=True,
        postgresql_where=running,
    )
    op.create_index(
        "assignments_one_doing",
        "assignments",
        ["technician_id"],
        unique=True,
        postgresql_where=sa.text("doing and ended_at is null"),
    )
    op.create_index("assignments_by_technician", "assignments", ["technician_id", "accepted_at"])
    op.create_index("assignments_by_job", "assignments", ["job_id"])
