"""nats-py's reader dies of a PONG whose future was cancelled, so a drain is never cancelled.

Upstream: nats-io/nats.py#624 is the same in its flusher, mended there by #636. To be reported:
`Client._process_pong` calls `set_result` on a future that may be done.
"""

import asyncio

from shared.workarounds.lean_nats import Subscription


async def drain(subscription: Subscription, *, timeout_s: float) -> None:
    """Drain the subscription, so that what the server has sent before it knows is still heard.

    Goes on behind the caller's back where it takes longer; its failure is of no use to the caller.
    """
    # nats-py does not say
    drained = asyncio.ensure_future(subscription.drain())  # type: ignore[no-untyped-call]
    drained.add_done_callback(lambda done: done.cancelled() or done.exception())
    await asyncio.wait([drained], timeout=timeout_s)
