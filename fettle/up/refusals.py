"""Why `fettle up` does not start."""


class CannotStart(Exception):
    """What is in the way, and what to do about it."""
