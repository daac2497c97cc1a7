"""The portal's messages, read once: to parse all of them takes longer than most tests."""

from functools import cache

from services.portal.adapters.messages import Messages


@cache
def strict_messages() -> Messages:
    """Return all messages; one that is missing raises MissingMessage."""
    return Messages(is_strict=True)
