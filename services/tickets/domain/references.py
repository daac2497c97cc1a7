"""References that can be read over the phone: `DEMO-1042-J` is the site's code, a number and a
check character.
"""

import re
from collections import deque
from collections.abc import Sequence

FIRST_NUMBER = 1001
BLOCK = 50
MAX_BLOCK = 400
_SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# 23 of them: a prime, without I, O and S, which sound or look like others
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_WRITTEN = re.compile(r"([0-9A-Z]{2,10})-([0-9]{1,12})-([A-Z])")


def reference_for(code: str, number: int) -> str:
    return f"{code}-{number}-{_check_letter(code, number)}"


def is_misread(text: str) -> bool:
    """Return whether the text cannot be a reference as it was given out: one digit wrong, or two
    neighbours swapped.
    """
    written = _WRITTEN.fullmatch(text.strip().upper())
    return written is None or _check_letter(written[1], int(written[2])) != written[3]


def _check_letter(code: str, number: int) -> str:
    """Return the letter of a weighted sum modulo a prime: neighbours have different weights, so
    that swapping them shows.
    """
    weighed = sum(
        (place + 1) * _SYMBOLS.index(symbol)
        for place, symbol in enumerate(reversed(f"{code}{number}"))
    )
    return _LETTERS[weighed % len(_LETTERS)]


class NumberPool:
    """The numbers this process may give out, a code's block at a time; gaps are allowed, doubles
    are not.

    The next block is taken when the last is half used: if all waited until none is left, all would
    take one, one after another. One that was used up before the next came is followed by one twice
    as large.
    """

    def __init__(self) -> None:
        self._left: dict[str, deque[int]] = {}
        self._sizes: dict[str, int] = {}
        """How large a block is, of those codes whose blocks are not as large as at first."""

    def take(self, code: str) -> int | None:
        """Return the next number, or None when none is left."""
        left = self._left.get(code)
        return left.popleft() if left else None

    def is_half_used(self, code: str) -> bool:
        """Return whether exactly half a block is left, as it is for one of all who take a
        number.
        """
        return len(self._left.get(code, ())) == self._half(code)

    def put(self, code: str, numbers: Sequence[int]) -> None:
        """Add a block that is certainly ours; one that is not needed any more is let go."""
        left = self._left.setdefault(code, deque())
        if len(left) <= self._half(code):
            left.extend(numbers)
        if len(numbers) > BLOCK:
            self._sizes[code] = len(numbers)

    def needs(self, code: str) -> bool:
        """Return whether another block is worth taking."""
        return len(self._left.get(code, ())) <= self._half(code)

    def next_size(self, code: str) -> int:
        """Return how large the block is to be that is about to be taken."""
        size, left = self._sizes.get(code, BLOCK), self._left.get(code)
        return min(2 * size, MAX_BLOCK) if left is not None and not left else size

    def _half(self, code: str) -> int:
        return self._sizes.get(code, BLOCK) // 2
