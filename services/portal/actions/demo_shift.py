"""The demo's technician is on shift while signed in: their week at dispatch follows their sessions.

One with no shifts kept (null) is left as they are: they are played, and asked at any hour.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from services.portal.actions.demo_people import SITE, TECHNICIAN, TECHNICIAN_NAME
from services.portal.adapters.apis import Api, Away, Refusal, path_of
from services.portal.store.sessions import list_sessions
from shared.db.transaction import Database, Kind
from shared.telemetry import get_logger

log = get_logger(__name__)

_LOOKS_EVERY_S = 10.0
_PATH = path_of("/v1/technicians/{}", TECHNICIAN)
_ALL_WEEK = [{"weekday": weekday, "start": "00:00", "end": "24:00"} for weekday in range(1, 8)]
_TECHNICIAN = {
    "name": TECHNICIAN_NAME,
    "sites": [SITE],
    "skills": [{"code": code, "level": 2} for code in ("plumbing", "electrical", "lift")],
    "capacity": 3,
    "shifts": [],
}


async def watch_demo_shift(database: Database, dispatch: Callable[[], Api]) -> None:
    """End the shift soon after the technician's last session, however that has ended."""
    was_signed_in = True  # nothing is known of the time before
    while True:
        is_signed_in = await _is_signed_in(database)
        if was_signed_in and not is_signed_in:
            await end_shift_unless_signed_in(database, dispatch())
        was_signed_in = is_signed_in
        await asyncio.sleep(_LOOKS_EVERY_S)


async def end_shift_unless_signed_in(database: Database, dispatch: Api) -> None:
    """Have the technician asked about nothing more, unless a session of theirs is left."""
    if await _is_signed_in(database):
        return
    await _end_shift(dispatch)
    if await _is_signed_in(database):  # meanwhile
        await begin_shift(dispatch)


async def begin_shift(dispatch: Api) -> None:
    """Have the technician asked about jobs from now on."""
    try:
        if await _shifts(dispatch) == []:
            await dispatch.put(f"{_PATH}/shifts", {"shifts": _ALL_WEEK})
    except (Refusal, Away) as error:
        _remark(error)


async def _end_shift(dispatch: Api) -> None:
    try:
        if await _shifts(dispatch) == _ALL_WEEK:
            await dispatch.put(f"{_PATH}/shifts", {"shifts": []})
    except (Refusal, Away) as error:
        _remark(error)


async def _is_signed_in(database: Database) -> bool:
    async with database.transaction(kind=Kind.READING) as tx:
        return bool(await list_sessions(tx, TECHNICIAN))


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
