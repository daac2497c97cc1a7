"""How pages of the desk's queue follow one another."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from services.tickets.store.due_order import QueuePlace
from shared.http.paging import Keys, Page, paged_by

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID_BYTES, _DUE_BYTES = 16, 8


def _place_from(raw: bytes) -> QueuePlace:
    if len(raw) not in (_ID_BYTES, _ID_BYTES + _DUE_BYTES):
        raise ValueError("no place in a list")
    id, due = UUID(bytes=raw[:_ID_BYTES]), raw[_ID_BYTES:]
    if not due:
        return QueuePlace(id)
    return QueuePlace(id, _EPOCH + timedelta(microseconds=int.from_bytes(due, signed=True)))


def _as_bytes(place: QueuePlace) -> bytes:
    if place.due_at is None:
        return place.id.bytes
    since = (place.due_at - _EPOCH) // timedelta(microseconds=1)
    return place.id.bytes + since.to_bytes(_DUE_BYTES, signed=True)


Queueing = Annotated[Page[QueuePlace], paged_by(Keys[QueuePlace](_as_bytes, _place_from))]
