"""Facts between services: outbox, relay, streams, consumers."""

from shared.workarounds.lean_imports import without

with without("aiohttp"):  # for NATS over websockets: a sixth of a service's start, and 6 MB
    import nats  # noqa: F401 - so that whatever imports it later gets it as it is
