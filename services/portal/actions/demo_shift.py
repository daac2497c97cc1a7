"""The demo's technician is on shift while signed in: their week at dispatch follows their sessions.

One with no shifts kept (null) is left as they are: they are played, and asked at any hour.
"""

from collections.abc import Sequence
from typing import Any

from services.portal.actions.demo_people import SITE, TECHNICIAN, TECHNICIAN_NAME
from services.portal.adapters.apis import Api, Away, Refusal, path_of
from services.portal.store.sessions import list_sessions
from shared.db.transaction import Transaction
from shared.telemetry import get_logger

log = get_logger(__name__)

_PATH = path_of("/v1/technicians/{}", TECHNICIAN)
_ALL_WEEK = [{"weekday": weekday, "start": "00:00", "end": "24:00"} for weekday in range(1, 8)]
_TECHNICIAN = {
    "name": TECHNICIAN_NAME,
    "sites": [SITE],
    "skills": [{"code": code, "level": 2} for code in ("plumbing", "electrical", "lift")],
    "capacity": 3,
    "shifts": [],
}


async def has_gone(tx: Transaction, person_id: str | None) -> bool:
    """Return whether that is the demo's technician, with no session left."""
    return person_id == TECHNICIAN and not await list_sessions(tx, TECHNICIAN)


async def begin_shift(dispatch: Api) -> None:
    """Have the technician asked about jobs from now on."""
    try:
        if await _shifts(dispatch) == []:
            await dispatch.put(f"{_PATH}/shifts", {"shifts": _ALL_WEEK})
    except (Refusal, Away) as error:
        _remark(error)


async def end_shift(dispatch: Api) -> None:
    """Have the technician asked about nothing more."""
    try:
        if await _shifts(dispatch) == _ALL_WEEK:
            await dispatch.put(f"{_PATH}/shifts", {"shifts": []})
    except (Refusal, Away) as error:
        _remark(error)


async def _shifts(dispatch: Api) -> Sequence[Any] | None:
    """Return the technician's week, who is made where dispatch does not know them."""
    try:
        technician = await dispatch.get(_PATH)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        technician = (await dispatch.put(_PATH, _TECHNICIAN)).json
    shifts: Sequence[Any] | None = technician["shifts"]
    return shifts


def _remark(error: Refusal | Away) -> None:
    """Say in the log why the week stays as it is: a sign-in does not fail for it."""
    log.warning("demo_shift_unchanged", error=str(error))
