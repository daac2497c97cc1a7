"""What dispatch does by the clock."""

from operator import attrgetter
from typing import Any

from services.dispatch.actions.expire_offers import expire_offers, next_expiry
from services.dispatch.actions.hand_out import hand_out
from services.dispatch.actions.keep_work_order import OFFERS, REVIEWS
from services.dispatch.actions.restate_technicians import next_restating, restate, take_old
from services.dispatch.actions.review_technician import review_technicians
from services.dispatch.store.forgetting import delete_work_orders, shrink_work_orders
from services.dispatch.store.looks import HAND_OUT, next_look
from services.dispatch.store.technicians import next_review, next_to_review
from services.dispatch.store.waiting import take_site
from services.dispatch.store.work_orders import lock_with_expired_offers
from shared.alarms import Alarm
from shared.retention import GRACE, Retention, kept_for, unchecked_alarm

ALARMS = (
    Alarm(
        name=HAND_OUT,
        next_due=next_look,
        take=take_site,
        act=hand_out,
        key=attrgetter("site_id"),
        side_by_side=3,
    ),
    Alarm(
        name=OFFERS,
        next_due=next_expiry,
        take=lock_with_expired_offers,
        act=expire_offers,
        at_once=50,
    ),
    Alarm(name=REVIEWS, next_due=next_review, take=next_to_review, act=review_technicians),
    Alarm(
        name="restating", next_due=next_restating, take=take_old, act=restate, key=attrgetter("id")
    ),
)


def retention(*, snapshot_days: int, ticket_days: int) -> tuple[Alarm[Any], ...]:
    """Return the alarms that forget the work of ended tickets; 0 days are for ever."""
    forgotten = Retention(
        snapshots_for=kept_for(snapshot_days),
        rows_for=kept_for(ticket_days, grace=GRACE),
        shrink=shrink_work_orders,
        delete=delete_work_orders,
    )
    return forgotten.alarm(), unchecked_alarm()
