"""What dispatch does by the clock."""

from operator import attrgetter
from typing import Any

from services.dispatch.actions.expire_offers import expire_offers, next_expiry
from services.dispatch.actions.hand_out import hand_out
from services.dispatch.actions.read_metrics import claim_count, count_what_lives, next_count
from services.dispatch.actions.recording import CERTIFICATES, OFFERS, REVIEWS
from services.dispatch.actions.republish_technicians import claim_old, next_republishing, republish
from services.dispatch.actions.review_technician import review_technicians
from services.dispatch.actions.warn_of_certificates import warn_of_certificates
from services.dispatch.store.forgetting import delete_work_orders, shrink_work_orders
from services.dispatch.store.handed_out import add_up, claim_behind, next_behind
from services.dispatch.store.planning_queue import HAND_OUT, next_look
from services.dispatch.store.technicians import (
    claim_to_warn,
    next_review,
    next_to_review,
    next_warning,
)
from services.dispatch.store.turns import claim_site
from services.dispatch.store.work_orders import lock_with_expired_offers
from shared.due_work import DueWork
from shared.retention import GRACE, Retention, retention_of, unchecked_due_work

DUE_WORK = (
    DueWork(
        name=HAND_OUT,
        next_due=next_look,
        claim=claim_site,
        act=hand_out,
        key=attrgetter("site_id"),
        side_by_side=3,
    ),
    DueWork(
        name=OFFERS,
        next_due=next_expiry,
        claim=lock_with_expired_offers,
        act=expire_offers,
        batch_size=50,
    ),
    DueWork(name=REVIEWS, next_due=next_review, claim=next_to_review, act=review_technicians),
    DueWork(
        name=CERTIFICATES,
        next_due=next_warning,
        claim=claim_to_warn,
        act=warn_of_certificates,
        batch_size=50,
    ),
    DueWork(
        name="restating",
        next_due=next_republishing,
        claim=claim_old,
        act=republish,
        key=attrgetter("id"),
    ),
    DueWork(
        name="adding_up",
        next_due=next_behind,
        claim=claim_behind,
        act=add_up,
        key=attrgetter("site_id", "span"),
    ),
    DueWork(name="counting", next_due=next_count, claim=claim_count, act=count_what_lives),
)


def retention(*, snapshot_days: int, ticket_days: int) -> tuple[DueWork[Any], ...]:
    """Return the due work that forgets the work of ended tickets; 0 days are for ever."""
    forgotten = Retention(
        snapshots_for=retention_of(snapshot_days),
        rows_for=retention_of(ticket_days, grace=GRACE),
        shrink=shrink_work_orders,
        delete=delete_work_orders,
    )
    return forgotten.due_work(), unchecked_due_work()
