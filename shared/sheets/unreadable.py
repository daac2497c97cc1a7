"""The one error of a file that cannot be read at all."""


class Unreadable(Exception):
    """A file that cannot be read; the message says what was found and what was expected."""
