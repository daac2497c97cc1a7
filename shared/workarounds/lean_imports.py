"""Import a library without the optional companions that it would bring and no service uses.

Upstream: encode/httpx#3547 (open) for httpx, which imports its command line with rich and pygments.
To be reported: structlog imports rich for coloured stacks, nats-py imports aiohttp for websockets,
each where it is imported itself and not where it is used.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Make these packages seem not to be installed, unless they are imported already.

    What is imported inside goes on without them.
    """
    hidden = [name for name in names if name not in sys.modules]
    # None is how Python marks what cannot be imported
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
