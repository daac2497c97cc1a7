"""nats-py without aiohttp, which it imports for websockets: a sixth of a service's start, and 6 MB.

What speaks to NATS takes it from here, so that nothing imports it otherwise before.
"""

from shared.workarounds.lean_imports import without

with without("aiohttp"):
    from nats import errors as nats_errors
    from nats.aio.client import _HEADER_KEY_RE as HEADER_KEY
    from nats.aio.client import Client
    from nats.aio.msg import Msg
    from nats.aio.subscription import Subscription
    from nats.protocol.command import hpub_cmd, pub_cmd

__all__ = ["HEADER_KEY", "Client", "Msg", "Subscription", "hpub_cmd", "nats_errors", "pub_cmd"]
