"""The demo's technician is on shift while signed in: their week at dispatch follows their sessions.

One with no shifts kept (null) is left as they are: they are played, and asked at any hour.
"""

import asyncio
from collections.abc import Callable, Mapping
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
    is_over = False  # nothing is known of the time before
    while True:
        is_over = (is_over and not await _is_signed_in(database)) or (
            await end_shift_unless_signed_in(database, dispatch())
        )
        await asyncio.sleep(_LOOKS_EVERY_S)


async def end_shift_unless_signed_in(database: Database, dispatch: Api) -> bool:
    """Have the technician asked about nothing more, unless a session of theirs is left; return
    whether that is so now.
    """
    if await _is_signed_in(database):
        return False
    is_over = await _end_shift(dispatch)
    if await _is_signed_in(database):  # meanwhile
        await begin_shift(dispatch)
        return False
    return is_over


async def begin_shift(dispatch: Api) -> None:
    """Have the technician asked about jobs from now on."""
    try:
        if (await _made(dispatch))["shifts"] == []:
            await dispatch.put(f"{_PATH}/shifts", {"shifts": _ALL_WEEK})
    except (Refusal, Away) as error:
        _remark(error)


async def _end_shift(dispatch: Api) -> bool:
    """Return whether no shift is left, as it is of one whom dispatch does not know."""
    try:
        technician = await _known(dispatch)
        if technician is not None and technician["shifts"] == _ALL_WEEK:
            await dispatch.put(f"{_PATH}/shifts", {"shifts": []})
    except (Refusal, Away) as error:
        _remark(error)
        return False
    return True


async def _is_signed_in(database: Database) -> bool:
    async with database.transaction(kind=Kind.READING) as tx:
        return bool(await list_sessions(tx, TECHNICIAN))


async def _made(dispatch: Api) -> Mapping[str, Any]:
    """Return the technician, who is made where dispatch does not know them."""
    technician = await _known(dispatch)
    if technician is None:
        technician = (await dispatch.put(_PATH, _TECHNICIAN)).json
    return technician


async def _known(dispatch: Api) -> Mapping[str, Any] | None:
    try:
        technician: Mapping[str, Any] = await dispatch.get(_PATH)
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        return None
    return technician


def _remark(error: Refusal | Away) -> None:
    """Say in the log why the week stays as it is: a sign-in does not fail for it."""
    log.info("demo_shift_unchanged", error=str(error))
