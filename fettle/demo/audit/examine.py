"""The audit as a whole: wait for rest, read, judge."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fettle.demo.audit.client_log import ClientLog
from fettle.demo.audit.doubled import doubled
from fettle.demo.audit.figures import Figures, figures
from fettle.demo.audit.ledger import Finding
from fettle.demo.audit.legal import illegal
from fettle.demo.audit.lost import lost
from fettle.demo.audit.sources import databases, read_ledger, unrest

LOOK_EVERY_S = 0.25


@dataclass(frozen=True, kw_only=True)
class Examined:
    """`unrest` says what was still under way when patience ended; None: all had come to rest."""

    figures: Figures
    lost: list[Finding]
    doubled: list[Finding]
    illegal: list[Finding]
    unrest: str | None


async def examine(
    urls: Mapping[str, str],
    site_id: str,
    log: ClientLog,
    *,
    played_min: Callable[[float], float],
    patience_s: float,
) -> Examined:
    """Waits at most `patience_s` for facts and deliveries to come to rest, then judges what is
    there. `urls` are by service.
    """
    async with databases(urls) as opened:
        until = asyncio.get_running_loop().time() + patience_s
        # The databases are others'; there is no event to wait for.
        while (
            waiting := await unrest(opened, site_id)
        ) is not None and asyncio.get_running_loop().time() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY_S)
        ledger = await read_ledger(opened, site_id)
    return Examined(
        figures=figures(ledger, log, played_min=played_min),
        lost=lost(ledger, log),
        doubled=doubled(ledger, log),
        illegal=illegal(ledger),
        unrest=waiting,
    )
