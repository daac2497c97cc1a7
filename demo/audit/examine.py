"""The audit as a whole: wait until nothing is under way, read, judge."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from demo.audit.client_log import ClientLog
from demo.audit.doubled import doubled
from demo.audit.figures import Figures, figures
from demo.audit.ledger import Finding, Ledger
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
    site_ids: Sequence[str],
    log: ClientLog,
    *,
    played_min: Callable[[float], float],
    timeout_s: float,
) -> Examined:
    """Wait at most `timeout_s` for facts and deliveries to come to rest, then judge what is there.

    `urls` are the databases by service; `played_min` turns real seconds into played minutes.
    """
    ledger, waiting = await read_at_rest(urls, site_ids, timeout_s=timeout_s)
    return Examined(
        figures=figures(ledger, log, played_min=played_min),
        lost=lost(ledger, log),
        doubled=doubled(ledger, log),
        illegal=illegal(ledger),
        unheard=unheard(ledger, log),
        under_way=waiting,
    )


async def read_at_rest(
    urls: Mapping[str, str], site_ids: Sequence[str], *, timeout_s: float
) -> tuple[Ledger, str | None]:
    """Return what is there once facts and deliveries have come to rest, and what had not after
    `timeout_s` seconds, in words; None: all had.
    """
    loop = asyncio.get_running_loop()
    async with databases(urls) as opened:
        give_up_at = loop.time() + timeout_s
        # The databases are the services'; there is no event to wait for.
        while (  # noqa: ASYNC110
            waiting := await under_way(opened, site_ids)
        ) is not None and loop.time() < give_up_at:
            await asyncio.sleep(POLL_INTERVAL_S)
        return await read_ledger(opened, site_ids), waiting
