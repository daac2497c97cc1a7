"""The one error of a file that cannot be read at all."""

from pathlib import Path

from shared.remarks import Remark


class Unreadable(Exception):
    """A file that cannot be read; the message says what was found and what was expected, `remark`
    the same without the file's name. `why` has the values in their places: `{sheet}`.
    """

    def __init__(self, path: Path | str, code: str, why: str, **values: object) -> None:
        self.remark = Remark.of(code, why, **values)
        super().__init__(f"{path}: {self.remark.text}")
