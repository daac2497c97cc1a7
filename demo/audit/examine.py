"""The audit as a whole: wait until nothing is under way, read, judge."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.audit.client_log import ClientLog
from demo.audit.doubled import doubled
from demo.audit.figures import Figures, figures
from demo.audit.ledger import Finding
from demo.audit.legal import illegal
from demo.audit.lost import lost
from demo.audit.queries import databases, read_ledger, under_way
from demo.audit.unheard import unheard

POLL_INTERVAL_S = 0.25


@dataclass(frozen=True, kw_only=True)
class Examined:
    """`under_way` says what had not come to rest before the timeout; None: all had."""

    figures: Figures
    lost: list[Finding]
    doubled: list[Finding]
    illegal: list[Finding]
    unheard: list[Finding]
    under_way: str | None


async def examine(
    urls: Mapping[str, str],
    site_id: str,
    log: ClientLog,
    *,
    played_min: Callable[[float], float],
    timeout_s: float,
) -> Examined:
    """Wait at most `timeout_s` for facts and deliveries to come to rest, then judge what is there.

    `urls` are the databases by service; `played_min` turns real seconds into played minutes.
    """
    loop = asyncio.get_running_loop()
    async with databases(urls) as opened:
        give_up_at = loop.time() + timeout_s
        # The databases are the services'; there is no event to wait for.
        while (  # noqa: ASYNC110
            waiting := await under_way(opened, site_id)
        ) is not None and loop.time() < give_up_at:
            await asyncio.sleep(POLL_INTERVAL_S)
        ledger = await read_ledger(opened, site_id)
    return Examined(
        figures=figures(ledger, log, played_min=played_min),
        lost=lost(ledger, log),
        doubled=doubled(ledger, log),
        illegal=illegal(ledger),
        unheard=unheard(ledger, log),
        under_way=waiting,
    )
