"""A body that is not to be read."""

from typing import NoReturn


class Unread:
    """To send where the answer is due before a byte of the body."""

    def __aiter__(self) -> "Unread":
        return self

    async def __anext__(self) -> NoReturn:
        raise AssertionError("the body was read")
